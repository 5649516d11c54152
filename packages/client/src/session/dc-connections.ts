/**
 * A session's connections besides its main one: to other datacenters, where it shows an authorization exported from home, and
 * several to any datacenter for files. They are made when first needed and closed when nothing has been asked of them for a
 * while (https://core.telegram.org/api/datacenter, https://core.telegram.org/api/files).
 */
import { KeyExchangeError } from '@telegram-mt/mtproto'
import { ConnectionClosed, type TimerWheel } from '@telegram-mt/net'
import type { LineUse } from '../dc/registry.ts'
import type { CdnHost } from '../host/cdn-host.ts'
import type { Call, Method, Result } from '../layer.ts'
import type { RpcCallOptions } from '../rpc/caller.ts'
import type { Invoke, Where } from '../rpc/invoke.ts'
import type { DcAccess } from './dc-access.ts'
import type { DcLine, OwnLineOptions } from './dc-line.ts'
import { IdleLine } from './idle-line.ts'

export interface DcConnectionsOptions {
  readonly wheel: TimerWheel
  /** The home datacenter. */
  readonly home: () => number
  /** At most so many connections for files to one datacenter. */
  readonly mediaConnections: number
  openLine(options: OwnLineOptions): DcLine
  /** Makes calls on the home datacenter. */
  readonly invoke: Invoke
  /** Whether the session has an auth key there. */
  hasKey(dc: number): boolean
  /** The RSA keys of content delivery networks. */
  readonly cdn: Pick<CdnHost, 'prepare' | 'keyRefused'>
  onFault(error: unknown, where: string): void
  /** Sees to it that the datacenter knows the account: see DcAccess. */
  readonly access: DcAccess
}

/** Calls under way on one connection for files before another one is opened: a part of a file is up to 1 MiB. */
const CALLS_PER_LINE = 2

interface Lines {
  main: IdleLine | undefined
  readonly media: IdleLine[]
  /** Media lines opened so far. */
  opened: number
}

export class DcConnections {
  readonly #options: DcConnectionsOptions
  readonly #byDc = new Map<number, Lines>()

  constructor(options: DcConnectionsOptions) {
    this.#options = options
  }

  /** Connections open now. */
  get count(): number {
    let count = 0
    for (const { main, media } of this.#byDc.values()) count += media.length + (main === undefined ? 0 : 1)
    return count
  }

  /** Whether calls to this place go over one of these connections, and not over the main one. */
  serves({ dc, media }: Where): boolean {
    const home = this.#options.home()
    if (dc !== undefined && dc !== home) return true
    return media === true && this.#options.hasKey(home)
  }

  /** @throws what the call throws; what the export and the import of the authorization throw. */
  async call<M extends Method>(where: Where, call: Call<M>, options: RpcCallOptions): Promise<Result<M>> {
    const dc = where.dc ?? this.#options.home()
    if (where.cdn === true) {
      await this.#options.cdn.prepare(dc, this.#options.invoke)
      return await this.#files(dc, 'cdn').call(call, options)
    }
    await this.introduce(dc)
    const line = where.media === true ? this.#files(dc, 'media') : this.#main(dc)
    return await line.call(call, options)
  }

  /** Sees to it that the datacenter knows the account. */
  async introduce(dc: number): Promise<void> {
    if (dc !== this.#options.home()) await this.#options.access.ensure(dc, () => this.#main(dc))
  }

  forgetInitialization(where: Where): void {
    const lines = this.#byDc.get(where.dc ?? this.#options.home())
    for (const line of [lines?.main, ...(lines?.media ?? [])]) line?.forgetInitialization()
  }

  takeResends(): number {
    let more = 0
    for (const line of this.#all()) more += line.takeResends()
    return more
  }

  networkChanged(): void {
    for (const line of this.#all()) line.networkChanged()
  }

  close(reason: Error = new ConnectionClosed('by its owner')): void {
    for (const line of this.#all()) line.close(reason)
    this.#byDc.clear()
  }

  #main(dc: number): IdleLine {
    const lines = this.#lines(dc)
    lines.main ??= this.#open(dc, 'main', 'besides', () => {
      lines.main = undefined
    })
    return lines.main
  }

  /** The one with the least to do; a new one if all are busy. */
  #files(dc: number, use: 'media' | 'cdn'): IdleLine {
    const lines = this.#lines(dc)
    const { media } = lines
    let best: IdleLine | undefined
    for (const line of media) if (best === undefined || line.pendingCalls < best.pendingCalls) best = line
    // Of a datacenter that there is no key for yet, the first connection makes one for all.
    if (best !== undefined && use === 'cdn' && !this.#options.hasKey(dc)) return best
    if (
      best !== undefined &&
      (best.pendingCalls < CALLS_PER_LINE || media.length >= this.#options.mediaConnections)
    )
      return best
    const line = this.#open(dc, use, `${use} ${++lines.opened}`, () => {
      const at = media.indexOf(line)
      if (at >= 0) media.splice(at, 1)
    })
    media.push(line)
    return line
  }

  #open(dc: number, use: LineUse, label: string, onIdle: () => void): IdleLine {
    const line = this.#options.openLine({
      dc,
      use,
      label,
      // A content delivery network takes one method only, wrapped in nothing; what it pushes is not listened to.
      updates: use === 'cdn',
      onEvent: (event) => {
        if (event.type === 'authKeyUnknown') this.#keyUnknown(dc)
        else if (event.type === 'fault') this.#fault(dc, use, event.error)
      },
    })
    return new IdleLine(line, this.#options.wheel, onIdle)
  }

  /** What a content delivery network does wrong is no fault of Telegram's, and whoever wanted the file goes elsewhere. */
  #fault(dc: number, use: LineUse, error: Error): void {
    if (use === 'cdn') this.#cdnFault(dc, error)
    else this.#options.onFault(error, `a connection to datacenter ${dc}`)
  }

  /** It does not prove that it is the one: its RSA key may have been exchanged for another. Whoever waits goes elsewhere. */
  #cdnFault(dc: number, error: Error): void {
    if (!(error instanceof KeyExchangeError)) return
    this.#options.cdn.keyRefused(dc)
    for (const line of this.#lines(dc).media.splice(0))
      line.close(new ConnectionClosed('it is not the CDN', error))
  }

  /** The datacenter has forgotten our key: everything begins anew there; at home the main connection sees to that. */
  #keyUnknown(dc: number): void {
    const lines = this.#lines(dc)
    const error = new ConnectionClosed('the datacenter does not know the auth key any more')
    for (const line of lines.media.splice(0)) line.close(error)
    if (dc === this.#options.home()) {
      lines.main?.close(error)
      lines.main = undefined
    } else {
      this.#options.access.keyLost(dc)
      lines.main?.renewKey()
    }
  }

  #lines(dc: number): Lines {
    let lines = this.#byDc.get(dc)
    if (lines === undefined) {
      lines = { main: undefined, media: [], opened: 0 }
      this.#byDc.set(dc, lines)
    }
    return lines
  }

  *#all(): Generator<IdleLine> {
    for (const { main, media } of this.#byDc.values()) {
      if (main !== undefined) yield main
      yield* [...media]
    }
  }
}
