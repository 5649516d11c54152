/**
 * The one connection over which an account lives: to its home datacenter, with that datacenter's auth key. It may move:
 * "PHONE_MIGRATE_X, USER_MIGRATE_X, NETWORK_MIGRATE_X: repeat the query to datacenter X" (https://core.telegram.org/api/errors).
 */
import { type ConnectionEvent, SessionConnection, type SessionKey } from '@telegram-mt/net'
import type { DcAddress } from '../dc/datacenter.ts'
import { SessionStateError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Call, Method, Result } from '../layer.ts'
import { RpcCaller, type RpcCallOptions } from '../rpc/caller.ts'
import type { StoredSession } from './stored-session.ts'

export interface MainConnectionEvents {
  onConnectionEvent(event: ConnectionEvent): void
  /** A key was made or is about to be used; nothing may be saved under an older one. */
  onFault(error: unknown, where: string): void
}

/** Test datacenters are named with 10000 added in a key exchange ("dc … 10000 added to test DCs"). */
const TEST_DC_OFFSET = 10_000

/** Why calls end on a connection that the account has moved away from; they are made anew on the next one. */
export class MovedError extends SessionStateError {
  constructor(dc: number) {
    super('SESSION_MOVED', `the session moves to datacenter ${dc}`)
  }
}

interface Route {
  readonly dc: number
  readonly connection: SessionConnection<DcAddress & { dc: number }>
  readonly caller: RpcCaller
}

export class MainConnection {
  readonly #host: Host
  readonly #stored: StoredSession
  readonly #events: MainConnectionEvents
  #route: Route
  #moving: Promise<void> | undefined

  constructor(host: Host, stored: StoredSession, events: MainConnectionEvents) {
    this.#host = host
    this.#stored = stored
    this.#events = events
    this.#route = this.#open(stored.dc)
  }

  get dc(): number {
    return this.#route.dc
  }

  get hasKey(): boolean {
    return this.#route.connection.session !== undefined
  }

  get pendingCalls(): number {
    return this.#route.connection.pendingCalls
  }

  start(): void {
    this.#route.connection.start()
  }

  call<M extends Method>(call: Call<M>, options?: RpcCallOptions): Promise<Result<M>> {
    return this.#route.caller.call(call, options)
  }

  /** The server asks who we are. */
  forgetInitialization(): void {
    this.#route.caller.forgetInitialization()
  }

  networkChanged(): void {
    this.#route.connection.networkChanged()
  }

  /** Goes over to another datacenter; calls that have not ended fail with MovedError, to be made anew. */
  moveTo(dc: number): Promise<void> {
    if (dc === this.#route.dc) return this.#moving ?? Promise.resolve()
    this.#host.dcs.get(dc)
    this.#moving = this.#move(dc).finally(() => {
      this.#moving = undefined
    })
    return this.#moving
  }

  /** Goes on with a new auth key, as the old one is of no use. */
  renewKey(): void {
    this.#route.caller.forgetInitialization()
    this.#route.connection.useKey(undefined)
  }

  close(reason?: Error): void {
    this.#route.connection.close(reason)
  }

  async #move(dc: number): Promise<void> {
    const old = this.#route
    this.#route = this.#open(dc)
    old.connection.close(new MovedError(dc))
    await this.#stored.saveDc(dc)
    this.#route.connection.start()
  }

  #open(dc: number): Route {
    const shared = this.#host
    const connection = new SessionConnection<DcAddress & { dc: number }>({
      host: shared.connections,
      name: this.#stored.id,
      dc: this.#stored.test ? dc + TEST_DC_OFFSET : dc,
      addresses: () =>
        shared.dcs
          .get(dc)
          .addresses.filter((address) => !address.mediaOnly && !address.cdn)
          .map((address) => ({ ...address, dc })),
      dial: shared.dial,
      key: this.#stored.key(dc),
      onEvent: (event) => this.#onEvent(dc, event),
    })
    return { dc, connection, caller: new RpcCaller(connection, shared.apiId, shared.device) }
  }

  #onEvent(dc: number, event: ConnectionEvent): void {
    // A connection that was left says nothing of interest any more.
    if (dc !== this.#route?.dc && event.type !== 'authKey') return
    switch (event.type) {
      case 'authKey':
        this.#saveKey(dc, event.key)
        break
      case 'salts':
        this.#stored.saveSalts(dc, [...event.salts])
        break
      case 'time':
        this.#stored.saveTimeOffset(event.timeOffset)
        break
      default:
    }
    this.#events.onConnectionEvent(event)
  }

  #saveKey(dc: number, key: SessionKey): void {
    this.#stored
      .saveKey(dc, key)
      .catch((error: unknown) => this.#events.onFault(error, 'saving the auth key'))
  }
}
