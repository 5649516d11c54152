/** All connections of a session, and which call goes over which: the main one, and those to elsewhere and for files. */
import type { ConnectionEvent } from '@telegram-mt/net'
import type { Host } from '../host/host.ts'
import type { Call, Method, Result } from '../layer.ts'
import type { RpcCallOptions } from '../rpc/caller.ts'
import type { Invoke, Where } from '../rpc/invoke.ts'
import type { AuthKeyKind } from '../storage/records.ts'
import { BoundLine } from './bound-line.ts'
import type { SessionCounters } from './counters.ts'
import { DcAccess } from './dc-access.ts'
import { DcConnections } from './dc-connections.ts'
import type { DcLine, LineOptions, OwnLineOptions } from './dc-line.ts'
import { LineWatch } from './line-watch.ts'
import { MainConnection } from './main-connection.ts'
import { PermanentLine } from './permanent-line.ts'
import type { SessionProxy } from './session-proxy.ts'
import type { StoredSession } from './stored-session.ts'
import { TemporaryKey } from './temporary-key.ts'

export interface SessionConnectionsOptions {
  readonly host: Host
  readonly stored: StoredSession
  readonly proxy: SessionProxy
  readonly counters: SessionCounters
  /** Makes calls on the home datacenter. */
  readonly invoke: Invoke
  /** Of the main connection. */
  onEvent(event: ConnectionEvent): void
  onFault(error: unknown, where: string): void
}

export class SessionConnections {
  readonly #options: SessionConnectionsOptions
  #access: DcAccess | undefined
  /** With perfect forward secrecy: by datacenter and use. */
  #temporaryKeys: Map<string, TemporaryKey> | undefined
  #others: DcConnections | undefined
  #main: MainConnection

  constructor(options: SessionConnectionsOptions) {
    this.#options = options
    this.#access = new DcAccess(options.stored, options.invoke, options.onFault)
    this.#main = this.#openMain()
  }

  get main(): MainConnection {
    return this.#main
  }

  /** Connections besides the main one. */
  get others(): number {
    return this.#others?.count ?? 0
  }

  /** Begins anew after `close`, with the keys that are stored by now. */
  reopen(): void {
    this.#temporaryKeys = undefined
    this.#main = this.#openMain()
  }

  call<M extends Method>(call: Call<M>, options: RpcCallOptions, where: Where): Promise<Result<M>> {
    if (where.dc === undefined && where.media !== true) return this.#main.call(call, options)
    const others = this.#elsewhere()
    return others.serves(where) ? others.call(where, call, options) : this.#main.call(call, options)
  }

  /**
   * Goes over to another datacenter, for good. An account takes its authorization along, or stays where it is known.
   * @throws RpcError if either datacenter refuses that; ConfigurationError `DC_UNKNOWN`.
   */
  async moveTo(dc: number): Promise<void> {
    if (this.#options.stored.userId !== undefined) await this.#elsewhere().introduce(dc)
    await this.#main.moveTo(dc)
  }

  isElsewhere(where: Where): boolean {
    return where.dc !== undefined && where.dc !== this.#options.stored.dc
  }

  authorizationLost(where: Where): void {
    if (where.dc !== undefined) this.#access?.lost(where.dc)
  }

  forgetInitialization(where: Where): void {
    if (this.#others?.serves(where)) this.#others.forgetInitialization(where)
    else this.#main.forgetInitialization()
  }

  networkChanged(): void {
    this.#main.networkChanged()
    this.#others?.networkChanged()
  }

  /** Brings the counters up to date. */
  count(): void {
    this.#options.counters.resends += this.#main.takeResends() + (this.#others?.takeResends() ?? 0)
  }

  close(reason?: Error): void {
    this.count()
    this.#main.close(reason)
    this.#others?.close(reason)
    this.#others = undefined
  }

  #openMain(): MainConnection {
    const { host, stored, onEvent } = this.#options
    return new MainConnection(
      {
        host,
        openLine: (line) => this.#openLine(line),
        saveDc: (dc) => stored.saveDc(dc),
        onConnectionEvent: onEvent,
      },
      stored.dc,
    )
  }

  /** Made when first needed: most accounts never leave home. */
  #elsewhere(): DcConnections {
    const { host, stored, invoke, onFault } = this.#options
    this.#access ??= new DcAccess(stored, invoke, onFault)
    this.#others ??= new DcConnections({
      wheel: host.connections.wheel,
      home: () => stored.dc,
      mediaConnections: host.mediaConnections,
      openLine: (line) => this.#openLine(line),
      hasKey: (dc) => stored.key(dc) !== undefined,
      access: this.#access,
      cdn: host.cdn,
      invoke,
      onFault,
    })
    return this.#others
  }

  #openLine(line: OwnLineOptions): DcLine {
    const { host, stored, proxy, counters, onFault } = this.#options
    const { dc, use, label } = line
    const watch = new LineWatch({ host, counters, session: stored.id, dc, use, label })
    const onEvent = (event: ConnectionEvent) => {
      watch.receive(event)
      line.onEvent(event)
    }
    const onResends = (count: number) => {
      counters.resends += count
    }
    const options = { ...line, host, stored, proxy, onEvent, onFault, onResends }
    // A content delivery network knows no account: there is nothing that a temporary key would protect.
    if (!host.perfectForwardSecrecy || line.use === 'cdn') return new PermanentLine(options)
    return new BoundLine(options, this.#temporaryKey(options))
  }

  /** Lines of the same kind to the same datacenter live under the same key. */
  #temporaryKey(options: LineOptions): TemporaryKey {
    this.#temporaryKeys ??= new Map()
    const name = `${options.dc} ${options.use}`
    let key = this.#temporaryKeys.get(name)
    if (key === undefined) {
      const { host, counters } = this.#options
      const { dc, stored } = options
      const onMade = (kind: AuthKeyKind) => {
        counters.keyExchanges++
        host.logger.info({ session: stored.id, dc, kind }, 'made an auth key')
      }
      key = new TemporaryKey({ ...options, onMade })
      this.#temporaryKeys.set(name, key)
    }
    return key
  }
}
