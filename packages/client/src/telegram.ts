/**
 * The host of many accounts: what they share, the set of them, and their way in and out of the storage.
 */
import { telegramPublicKeys } from '@telegram-mt/crypto'
import { EventEmitter } from 'eventemitter3'
import { checkOptions } from './check-options.ts'
import type { DcRegistry } from './dc/registry.ts'
import { ConfigurationError, SessionStateError } from './errors.ts'
import { createHost, restoreDatacenters } from './host/create-host.ts'
import type { Host } from './host/host.ts'
import { HostLife } from './host/host-life.ts'
import { type HostMetrics, sumOf } from './host/metrics.ts'
import { createNetwork } from './host/network.node.ts'
import type { Network } from './host/network.ts'
import { loggerFrom } from './host/pino-logger.node.ts'
import { prometheusText } from './host/prometheus.ts'
import { type ProxyOption, proxyFrom } from './host/proxy-option.ts'
import type {
  ConnectOptions,
  ImportedAccount,
  ImportOptions,
  ImportTdataOptions,
  StartOptions,
} from './join-options.ts'
import type { tl } from './layer.ts'
import { SessionCounters } from './session/counters.ts'
import type { SessionEvents } from './session/events.ts'
import { Session } from './session/session.ts'
import { newId, type SessionStart, storeNew } from './session/store-new.ts'
import { StoredSession } from './session/stored-session.ts'
import type { PortableSession } from './session-strings/portable-session.ts'
import { parseSessionString } from './session-strings/session-string.ts'
import { openStorage } from './storage/open.ts'
import type { SessionEntry, Storage, StorageKey } from './storage/storage.ts'
import type { TelegramEvents } from './telegram-events.ts'
import type { TelegramOptions } from './telegram-options.ts'

/**
 * A host of many accounts: what they share, and the set of them. One for a program is enough.
 *
 * ```ts
 * const telegram = new Telegram({ apiId, apiHash, storage: 'accounts.db' })
 * for (const session of await telegram.start()) session.onMessage(handle)
 * ```
 */
export class Telegram extends EventEmitter<TelegramEvents> {
  /** The datacenters, for all sessions, changeable at run time. */
  readonly dcs: DcRegistry
  readonly #options: TelegramOptions
  readonly #host: Host
  readonly #storage: Storage
  readonly #sessions = new Map<string, Session>()
  readonly #corrupt = new Map<string, Error>()
  /** What sessions have counted that are here no more. */
  readonly #gone = new SessionCounters()
  readonly #life = new HostLife()
  /** Sessions on their way in: what they began to store is done before the storage is let go of. */
  readonly #joining = new Set<Promise<unknown>>()
  /** Names of sessions that are being made or forgotten, and accounts that are being taken over, by id. */
  readonly #taken = new Set<string | number>()
  #started: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #stopWatching: (() => void) | undefined

  /**
   * @param network for tests: stands in for this machine's sockets and clock.
   * @throws ConfigurationError if an option is missing or wrong; ProxyLinkError if the proxy is.
   */
  constructor(options: TelegramOptions, network?: Network) {
    super()
    const publicKeys = checkOptions(options) ?? telegramPublicKeys[options.test ? 'test' : 'production']
    const logger = loggerFrom(options.logger)
    this.#options = options
    this.#storage =
      typeof options.storage === 'object'
        ? options.storage
        : openStorage(options.storage ?? 'memory', {
            storageKey: options.storageKey,
            onWriteError: (error, batch) =>
              logger.error({ err: error, session: batch.session }, 'a write was lost'),
          })
    const sockets = network ?? createNetwork(options, publicKeys)
    this.#host = createHost(options, this.#storage, sockets, publicKeys, logger, this.#life)
    this.dcs = this.#host.dcs
  }

  /** What Telegram says of itself (https://core.telegram.org/constructor/config), once a session has asked; kept fresh. */
  get config(): tl.Config | undefined {
    return this.#host.config.current
  }

  /**
   * Opens the storage and brings back every session in it; those with an account connect right after and fetch what they
   * missed: set their handlers as soon as this resolves (or in the `session` event) and nothing passes by. Done by itself at the first `connect` or `import`; call it yourself to have the sessions of the last run.
   * @throws StorageError if the storage cannot be opened; SessionStateError `HOST_CLOSED`.
   */
  async start(options: StartOptions = {}): Promise<Session[]> {
    this.#life.requireOpen()
    this.#started ??= this.#open(options.connect ?? true)
    await this.#started
    return this.sessions()
  }

  /**
   * A new session on a datacenter, with a connection of its own and, unless `lazy`, an auth key. If it cannot be connected the
   * session is closed and removed again: with `lazy`, and `session.connect`, it stays and goes on trying.
   * @throws TelegramError `CONNECT_TIMEOUT` after `timeout` milliseconds; ServerKeyUnknownError `SERVER_KEY_UNKNOWN`; the signal's
   * reason; ConfigurationError `DC_UNKNOWN`; SessionStateError `SESSION_EXISTS`, `HOST_CLOSED`.
   */
  async connect(options: ConnectOptions = {}): Promise<Session> {
    return await this.#join(() => this.#connect(options))
  }

  async #connect(options: ConnectOptions): Promise<Session> {
    await this.start()
    const dc = options.dc ?? this.dcs.pick(this.#host.connections.random).id
    this.dcs.get(dc)
    const session = await this.#create(options.id ?? newId(), { dc }, options.proxy)
    if (options.lazy) return session
    try {
      return await session.connect({ timeout: options.timeout, signal: options.signal })
    } catch (error) {
      await this.#forget(session)
      this.#life.requireOpen()
      throw error
    }
  }

  /**
   * Takes a session exported elsewhere and connects it: no new login. The string may be one of ours, or of Telethon,
   * Pyrogram, GramJS, teleproto or mtcute. The other process must not use it any more, since Telegram revokes a key that is
   * used in two places.
   * @throws SessionStringError if the string is damaged; SessionStateError `SESSION_EXISTS` if the account is here already;
   * ConfigurationError `ENVIRONMENT_DIFFERS`, `DC_UNKNOWN`.
   */
  async import(exported: string, options: ImportOptions = {}): Promise<Session> {
    this.#life.requireOpen()
    return await this.#join(() => this.#import(parseSessionString(exported), options))
  }

  /**
   * Takes the accounts in a `tdata` folder of Telegram Desktop, which must not use them any more. One that cannot be taken
   * says why in its place.
   * @throws TdataError `TDATA_NOT_FOUND`, `TDATA_INVALID`, `TDATA_PASSCODE_WRONG`.
   */
  async importTdata(folder: string, options: ImportTdataOptions = {}): Promise<ImportedAccount[]> {
    this.#life.requireOpen()
    const { importTdata } = await import('./session-strings/tdata/tdata-folder.node.ts')
    const imported: ImportedAccount[] = []
    for (const { index, session: found, error } of await importTdata(folder, options)) {
      if (error !== undefined) {
        imported.push({ index, error })
        continue
      }
      try {
        // The folder does not tell the environments apart.
        const portable = { ...found, test: this.#host.test }
        const session = await this.#join(() => this.#import(portable, { ...options, id: undefined }))
        imported.push({ index, session })
      } catch (thrown) {
        imported.push({ index, error: thrown })
      }
    }
    return imported
  }

  async #import(portable: PortableSession, options: ImportOptions): Promise<Session> {
    const { dc, test, userId, authKey, salt } = portable
    await this.start()
    if (test !== this.#host.test) {
      throw new ConfigurationError(
        'ENVIRONMENT_DIFFERS',
        `the session belongs to the ${test ? 'test' : 'production'} datacenters, this host to the others`,
      )
    }
    const twin = this.sessions().find(
      (session) => userId !== undefined && session.userId === userId && session.state.name !== 'loggedOut',
    )
    if (twin !== undefined || (userId !== undefined && this.#taken.has(userId))) {
      const as = twin === undefined ? 'on its way in' : `as session ${twin.id}`
      throw new SessionStateError('SESSION_EXISTS', `account ${userId} is here already, ${as}`)
    }
    this.dcs.get(dc)
    const start = { dc, authKey, salt, userId }
    const create = () => this.#create(options.id ?? newId(), start, options.proxy)
    const session = await (userId === undefined ? create() : this.#taking(userId, create))
    if (userId === undefined) session.keyIsForeign()
    if (!options.lazy) await session.connect({ timeout: options.timeout, signal: options.signal })
    return session
  }

  /**
   * The session with this id.
   * @throws SessionStateError `SESSION_UNKNOWN` if there is none; if it is stored and cannot be had, the reason: StorageError
   * `STORAGE_RECORD_CORRUPT` with its name in `session`, if its record is damaged.
   */
  session(id: string): Session {
    const session = this.#sessions.get(id)
    if (session !== undefined) return session
    const reason = this.#corrupt.get(id)
    if (reason !== undefined) throw reason
    throw new SessionStateError('SESSION_UNKNOWN', `no session ${JSON.stringify(id)} on this host`)
  }

  /** Stored sessions that cannot be had, by id, with the reason. `forget` removes one from the storage. */
  corruptSessions(): ReadonlyMap<string, Error> {
    return this.#corrupt
  }

  /** Every session of this host, with its state. */
  sessions(): Session[] {
    return [...this.#sessions.values()]
  }

  /** What all sessions have counted together, those included that are here no more, and how the host stands. */
  metrics(): HostMetrics {
    const total = new SessionCounters()
    total.add(this.#gone)
    const sessions = this.sessions().map((session) => {
      const metrics = session.metrics()
      total.add(session.counters)
      total.updatesHandled += metrics.updatesHandled - session.counters.updatesHandled
      return metrics
    })
    return sumOf(sessions, total, this.#host.connections.limiter.waiting)
  }

  /**
   * The metrics as text for Prometheus (version 0.0.4 of its format).
   * @param options `sessions`: a line for each session in place of the sums; only for hosts of few.
   */
  prometheus(options: { sessions?: boolean } = {}): string {
    const single = options.sessions
      ? this.sessions().map((session) => [session.id, session.metrics()] as const)
      : undefined
    return prometheusText(this.metrics(), single)
  }

  /**
   * The machine's network has changed: every session makes its connection anew at once, forgetting old failures, in its turn at
   * the gate. A host sees by itself that the machine has slept, or has got other addresses; this is for those who know sooner.
   */
  networkChanged(): void {
    for (const session of this.#sessions.values()) session.networkChanged()
  }

  /** Closes a session and removes it from the storage, with all it had stored. The account stays signed in at Telegram: sign out first to end that. */
  async forget(id: string): Promise<void> {
    this.#life.requireOpen()
    if (this.#corrupt.has(id)) {
      await this.#storage.forget(id, await this.#storage.claim(id))
      this.#corrupt.delete(id)
      return
    }
    await this.#forget(this.session(id))
  }

  async #forget(session: Session): Promise<void> {
    if (this.#sessions.get(session.id) !== session) return
    this.#sessions.delete(session.id)
    await this.#taking(session.id, () => session.forget())
    this.#gone.add(session.counters)
  }

  /**
   * Seals everything in the storage anew under another `storageKey` (a passphrase, or 32 bytes), or under none (`null`),
   * while the sessions go on. From the next start on give the new one. If the host was not started yet, its sessions are
   * brought back and left unconnected.
   *
   * The change survives the end of the process at any moment: the store then opens under the new key, or, if the change had
   * not begun, under the old one, and the next opening finishes what was begun. In memory nothing is sealed.
   * @throws StorageError `STORAGE_KEY_INVALID` for an empty passphrase, other than 32 bytes, or nothing at all;
   * `STORAGE_INVALID` if a change is under way; `STORAGE_FULL`, `STORAGE_IO`, … with the meaning above.
   */
  async changeStorageKey(key: StorageKey | null): Promise<void> {
    await this.start({ connect: false })
    await this.#storage.changeKey(key)
  }

  /**
   * Closes every session, then the storage. What was not handled comes again at the next start. From the moment of the call on
   * neither the host nor a session of it takes anything on: `HOST_CLOSED`.
   */
  async close(): Promise<void> {
    this.#life.close()
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #close(): Promise<void> {
    if (this.#started === undefined) return
    await this.#started.catch(() => {})
    // What goes wrong with one keeps neither the others nor the storage open.
    const ends = await Promise.allSettled(this.sessions().map((session) => session.close()))
    for (const end of ends)
      if (end.status === 'rejected')
        this.#host.logger.error({ err: end.reason }, 'a session could not be closed well')
    await Promise.allSettled(this.#joining)
    this.#stopWatching?.()
    this.#host.config.close()
    await this.#storage.close()
  }

  #join<T>(join: () => Promise<T>): Promise<T> {
    const joining = join().finally(() => this.#joining.delete(joining))
    this.#joining.add(joining)
    return joining
  }

  async #open(connect: boolean): Promise<void> {
    await this.#storage.open()
    await restoreDatacenters(this.#host, this.#options)
    this.#stopWatching = this.#host.network.watch?.(() => {
      this.#host.logger.info({}, 'the machine has other addresses')
      this.#host.connections.addressesChanged()
    })
    const entries = await this.#storage.sessions()
    const sessions = await Promise.all(entries.map((entry) => this.#restore(entry)))
    const restored = sessions.filter(
      (session) => session?.userId !== undefined && session.state.name === 'idle',
    )
    if (!connect || restored.length === 0) return
    // Not before the program has had the time to set handlers on what `start` gives it.
    this.#host.connections.wheel.after(1, () => {
      for (const session of restored) if (session?.state.name === 'idle') session.connectInBackground()
    })
  }

  /** One that cannot be had does not keep the others away. */
  async #restore({ id, record, error }: SessionEntry): Promise<Session | undefined> {
    if (record !== undefined && record.test !== this.#host.test) return undefined
    try {
      if (error !== undefined) throw error
      const stored = new StoredSession(this.#storage, record, await this.#storage.claim(id))
      return this.#add(new Session(this.#host, stored, this.#overhear))
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      this.#corrupt.set(id, error)
      this.#host.logger.error({ session: id, err: error }, 'a stored session cannot be had')
      this.#guarded('corrupt', () => this.emit('corrupt', id, error))
      return undefined
    }
  }

  async #create(id: string, start: SessionStart, proxy: ProxyOption | undefined): Promise<Session> {
    this.#life.requireOpen()
    if (this.#sessions.has(id) || this.#corrupt.has(id) || this.#taken.has(id))
      throw new SessionStateError('SESSION_EXISTS', `there is a session ${JSON.stringify(id)} already`)
    return await this.#taking(id, () => this.#make(id, start, proxy))
  }

  /** Nobody else takes the name, or the account, meanwhile. */
  async #taking<T>(id: string | number, work: () => Promise<T>): Promise<T> {
    this.#taken.add(id)
    try {
      return await work()
    } finally {
      this.#taken.delete(id)
    }
  }

  async #make(id: string, start: SessionStart, proxy: ProxyOption | undefined): Promise<Session> {
    // Before anything is kept of the session.
    proxyFrom(proxy, this.#host.network.transport)
    const stored = await storeNew(this.#host, id, start)
    if (this.#life.isClosed) await stored.forget()
    this.#life.requireOpen()
    const session = new Session(this.#host, stored, this.#overhear)
    if (proxy !== undefined) session.setProxy(proxy)
    return this.#add(session)
  }

  #add(session: Session): Session {
    this.#sessions.set(session.id, session)
    this.#guarded('session', () => this.emit('session', session))
    return session
  }

  /** What a session tells is told here, too, with the session in front. */
  readonly #overhear = <E extends keyof SessionEvents>(
    session: Session,
    event: E,
    details: SessionEvents[E],
  ): boolean =>
    // By the plain emitter's method: that each event fits is what the type of TelegramEvents says.
    this.#guarded(event, () => EventEmitter.prototype.emit.call(this, event, session, ...details))

  /** Whether anybody listened. A listener that throws harms no session. */
  #guarded(event: keyof TelegramEvents, tell: () => boolean): boolean {
    try {
      return tell()
    } catch (error) {
      this.#host.logger.error({ event, err: error }, 'a listener of the host threw')
      return true
    }
  }
}
