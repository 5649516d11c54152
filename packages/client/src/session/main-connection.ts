/**
 * The one connection over which an account lives: to its home datacenter, with that datacenter's auth key. It may move:
 * "PHONE_MIGRATE_X, USER_MIGRATE_X, NETWORK_MIGRATE_X: repeat the query to datacenter X" (https://core.telegram.org/api/errors).
 */
import type { ConnectionEvent } from '@telegram-mt/net'
import type { Host } from '../host/host.ts'
import type { Call, Method, Result } from '../layer.ts'
import type { RpcCallOptions } from '../rpc/caller.ts'
import { type DcLine, MovedError, type OwnLineOptions } from './dc-line.ts'

export interface MainConnectionOptions {
  readonly host: Host
  /** Opens a line; `onEvent` is told of what happens on it. */
  openLine(options: OwnLineOptions): DcLine
  /** The home datacenter has changed: resolves when that is saved. */
  saveDc(dc: number): Promise<void>
  onConnectionEvent(event: ConnectionEvent): void
}

export class MainConnection {
  readonly #options: MainConnectionOptions
  #line: DcLine
  #moving: Promise<void> | undefined

  constructor(options: MainConnectionOptions, dc: number) {
    this.#options = options
    this.#line = this.#open(dc)
  }

  get dc(): number {
    return this.#line.dc
  }

  get hasKey(): boolean {
    return this.#line.hasKey
  }

  get pendingCalls(): number {
    return this.#line.pendingCalls
  }

  takeResends(): number {
    return this.#line.takeResends()
  }

  start(): void {
    this.#line.start()
  }

  /** Somebody waits for it. */
  hurry(): void {
    this.#line.hurry()
  }

  call<M extends Method>(call: Call<M>, options?: RpcCallOptions): Promise<Result<M>> {
    return this.#line.call(call, options)
  }

  /** The server asks who we are. */
  forgetInitialization(): void {
    this.#line.forgetInitialization()
  }

  networkChanged(): void {
    this.#line.networkChanged()
  }

  /** Goes over to another datacenter; calls that have not ended fail with MovedError, to be made anew. */
  moveTo(dc: number): Promise<void> {
    if (dc === this.#line.dc) return this.#moving ?? Promise.resolve()
    this.#options.host.dcs.get(dc)
    this.#moving = this.#move(dc).finally(() => {
      this.#moving = undefined
    })
    return this.#moving
  }

  /** Goes on with a new auth key, as the old one is of no use. */
  renewKey(): void {
    this.#line.renewKey()
  }

  close(reason?: Error): void {
    this.#line.close(reason)
  }

  async #move(dc: number): Promise<void> {
    const old = this.#line
    this.#options.host.logger.info({ from: old.dc, to: dc }, 'the account lives on another datacenter')
    this.#line = this.#open(dc)
    old.close(new MovedError(`the session moves to datacenter ${dc}`))
    await this.#options.saveDc(dc)
    this.#line.start()
  }

  #open(dc: number): DcLine {
    return this.#options.openLine({
      dc,
      use: 'main',
      updates: true,
      label: '',
      onEvent: (event) => {
        // A line that was left says nothing of interest any more.
        if (this.#line === undefined || dc === this.#line.dc) this.#options.onConnectionEvent(event)
      },
    })
  }
}
