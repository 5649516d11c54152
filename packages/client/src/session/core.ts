/**
 * The inside of a session: its connection, its place in life, its calls and its updates. `Session` is the face that
 * programs see; the functions of the account API get this as their context.
 */
import { SessionStateError, TelegramError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { countsOf, type SessionMetrics } from '../host/metrics.ts'
import { type Call, decodeUpdates, type Method, type Result, type tl } from '../layer.ts'
import { Outbox } from '../messages/outbox/outbox.ts'
import { updatesOf } from '../messages/sent-message.ts'
import { PeerDirectory } from '../peers/directory.ts'
import { peersIn } from '../peers/peers-in.ts'
import type { OngoingWait } from '../rpc/flood-wait.ts'
import type { InvokeOptions } from '../rpc/invoke.ts'
import { Invoker } from '../rpc/invoker.ts'
import { type LogoutReason, RpcError } from '../rpc/rpc-error.ts'
import { UpdateLoop } from '../update-loop/update-loop.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { SessionConnections } from './connections.ts'
import type { SessionContext } from './context.ts'
import { SessionCounters } from './counters.ts'
import { MovedError } from './dc-line.ts'
import type { SessionEvents } from './events.ts'
import { Lifecycle, type SessionState } from './lifecycle.ts'
import { SessionProxy } from './session-proxy.ts'
import type { StoredSession } from './stored-session.ts'
import { whenConnected } from './when-connected.ts'

/** How long the configuration is waited for, ms. */
const CONFIG_PATIENCE = 30_000

/** Tells the session's listeners. */
export type Tell = <E extends keyof SessionEvents>(event: E, ...details: SessionEvents[E]) => void

export class SessionCore implements SessionContext {
  readonly host: Host
  readonly stored: StoredSession
  readonly peers: PeerDirectory
  readonly updates: UpdateLoop
  readonly outbox: Outbox
  readonly lifecycle = new Lifecycle()
  readonly counters = new SessionCounters()
  readonly proxy: SessionProxy
  /** The auth key came from elsewhere, and may belong to an account that is not known here. */
  keyIsForeign = false
  readonly #loginTokens = new Set<() => void>()
  readonly #tell: Tell
  readonly #invoker: Invoker
  readonly #connections: SessionConnections
  readonly #watch: ConnectionWatch

  constructor(host: Host, stored: StoredSession, tell: Tell) {
    this.host = host
    this.stored = stored
    this.#tell = (event, ...details) => {
      if (event === 'parked') this.counters.updatesParked++
      tell(event, ...details)
    }
    this.peers = new PeerDirectory(stored, host.storage, this.invoke, host.now)
    this.updates = new UpdateLoop(this, {
      fault: (error, where) => this.#fault(error, where),
      tell: this.#tell,
    })
    this.outbox = this.#makeOutbox()
    this.proxy = new SessionProxy(host.network, host.proxy, stored)
    this.#watch = this.#makeWatch()
    this.#connections = new SessionConnections({
      host,
      stored,
      proxy: this.proxy,
      invoke: this.invoke,
      counters: this.counters,
      onEvent: (event) => this.#watch.receive(event),
      onFault: (error, where) => this.#fault(error, where),
    })
    this.#invoker = this.#makeInvoker()
    this.lifecycle.on('state', (state, before) => this.#onState(state, before))
    if (stored.mark.state === 'dead') {
      this.lifecycle.to({ name: 'loggedOut', reason: stored.mark.reason as LogoutReason })
    }
  }

  get id(): string {
    return this.stored.id
  }

  /** The home datacenter. */
  get dc(): number {
    return this.stored.dc
  }

  get hasAuthKey(): boolean {
    return this.#connections.main.hasKey
  }

  /** Makes a call by the session's rules, and takes in what its answer says of peers and updates. */
  readonly invoke = <M extends Method>(call: Call<M>, options?: InvokeOptions): Promise<Result<M>> => {
    try {
      this.#requireUsable(call._)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#invoker.invoke(call, options)
  }

  /** The flood waits going on. */
  waits(): OngoingWait[] {
    return this.#invoker.waits()
  }

  metrics(): SessionMetrics {
    const { counters, lifecycle } = this
    this.#connections.count()
    const delivery = this.updates.status().delivery
    const { updatesHandled, ...counts } = countsOf(counters)
    return {
      ...counts,
      state: lifecycle.state.name,
      roundTrip: this.#watch.roundTrip,
      connections: (lifecycle.is('idle', 'closed', 'loggedOut') ? 0 : 1) + this.#connections.others,
      callsRunning: this.#invoker.running,
      callsWaiting: this.#invoker.waiting,
      updatesHandled: updatesHandled + (delivery?.handled ?? 0),
      updatesWaiting: delivery?.waiting ?? 0,
    }
  }

  /** Connects without anybody waiting for it; the session's events tell how it goes. */
  start(): void {
    // A session that is connected already has nothing to do, and no change of state would tell anybody.
    if (this.lifecycle.is('authorizing', 'online')) return
    this.lifecycle.to({ name: 'connecting' })
    this.#connections.main.start()
  }

  /** Resolves when the datacenter has answered. */
  async connect(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.lifecycle.is('closed')) this.#connections.reopen()
    if (this.lifecycle.is('loggedOut')) await this.#startOver()
    this.start()
    const { id, dc } = this
    await whenConnected(this.lifecycle, this.host.connections.wheel, { session: id, dc, timeout, signal })
    if (this.keyIsForeign && this.stored.userId === undefined) await this.#recognize(timeout, signal)
  }

  async close(): Promise<void> {
    if (!this.lifecycle.to({ name: 'closed' })) return
    const error = new SessionStateError(
      'SESSION_CLOSED',
      `session ${this.stored.id} was closed before the call was made`,
    )
    this.outbox.stop(error)
    this.#invoker.close(error)
    await this.#stopUpdates()
    this.#connections.close()
    await this.host.storage.flush()
  }

  networkChanged(): void {
    this.#connections.networkChanged()
  }

  /** What Telegram says of itself, for the whole host: see HostConfig. */
  getConfig(): Promise<tl.Config> {
    return this.invoke({ _: 'help.getConfig' }, { timeout: CONFIG_PATIENCE, floodWaitLimit: 0 })
  }

  async signedIn(user: tl.User): Promise<tl.user> {
    if (user._ !== 'user') throw new TelegramError('ANSWER_UNEXPECTED', 'the login’s answer names no user')
    await this.#clearOthers(user.id)
    this.peers.learn([user], [])
    await this.stored.saveUser(user)
    this.lifecycle.to({ name: 'online' })
    this.#online()
    return user
  }

  async signedOut(): Promise<void> {
    if (!this.lifecycle.to({ name: 'loggedOut', reason: 'signedOut' })) return
    await this.#leaveAccount('signedOut')
    this.#tell('loggedOut', 'signedOut')
  }

  onLoginToken(listener: () => void): () => void {
    this.#loginTokens.add(listener)
    return () => this.#loginTokens.delete(listener)
  }

  moveTo(dc: number): Promise<void> {
    return this.#connections.main.moveTo(dc)
  }

  // ---- connection

  #makeWatch(): ConnectionWatch {
    const { host, stored, lifecycle, counters } = this
    return new ConnectionWatch({
      host,
      stored,
      lifecycle,
      counters,
      onOnline: () => this.#online(),
      onUpdate: (body) => this.#onUpdate(body),
      onNewSession: () => this.updates.newSession(),
      onKeyUnknown: () => this.#onAuthKeyUnknown(),
      onFault: (error, where) => this.#fault(error, where),
    })
  }

  #onState(state: SessionState, before: SessionState): void {
    const { host, id, dc } = this
    // Word of an acceptance may have been lost with the connection before.
    if (state.name === 'authorizing') this.#tellLoginTokens()
    if (state.name === 'online' || state.name === 'authorizing') host.config.online(this)
    else host.config.offline(this)
    const { name, ...details } = state
    host.logger.info({ session: id, dc, from: before.name, ...details }, name)
    this.#tell('state', state, before)
  }

  /** "updateLoginToken: a login token was accepted": the only update that comes before anybody is signed in. */
  #noticeLoginToken(updates: tl.Updates): void {
    if (updatesOf(updates).some((update) => update._ === 'updateLoginToken')) this.#tellLoginTokens()
  }

  #tellLoginTokens(): void {
    for (const listener of [...this.#loginTokens]) listener()
  }

  #onUpdate(body: Uint8Array): void {
    try {
      const updates = decodeUpdates(body)
      if (this.#loginTokens.size > 0) this.#noticeLoginToken(updates)
      this.host.config.receive(updates)
      this.updates.receive(updates)
    } catch (error) {
      // What cannot be read is fetched as a difference; the neighbours of this update are not lost with it.
      this.#fault(error, 'reading an update')
      this.updates.newSession()
    }
  }

  /** The datacenter does not know our key: an account's key is dead then, a key without an account is simply made anew. */
  #onAuthKeyUnknown(): void {
    if (this.stored.userId !== undefined) {
      this.#dead('unregistered')
      return
    }
    this.stored.dropKey(this.stored.dc).catch((error: unknown) => this.#fault(error, 'dropping the auth key'))
    this.#connections.main.renewKey()
  }

  /** Asks whose key it is. */
  async #recognize(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    const call = { _: 'users.getUsers' as const, id: [{ _: 'inputUserSelf' as const }] }
    try {
      const [self] = await this.invoke(call, { timeout, signal })
      if (self !== undefined) await this.signedIn(self)
    } catch (error) {
      // Nobody is signed in under this key, so somebody may.
      if (!RpcError.is(error, 'AUTH_KEY_UNREGISTERED')) throw error
    }
    this.keyIsForeign = false
  }

  /** What is stored of another account that was signed in before is of no use to this one. */
  async #clearOthers(userId: number): Promise<void> {
    const { state } = await this.host.storage.updatePositions(this.id)
    if (state?.userId === undefined || state.userId === userId) return
    await this.stored.write({ type: 'accountClear' })
    this.peers.clear()
  }

  /** A logged out session that is connected again starts over with a new key and no account. */
  async #startOver(): Promise<void> {
    await this.stored.dropKey(this.stored.dc)
    await this.stored.clearUser()
    this.#connections.reopen()
  }

  // ---- updates and sends

  /** What was handled is counted here from then on. */
  async #stopUpdates(): Promise<void> {
    const before = this.updates.status().delivery
    await this.updates.stop()
    this.counters.updatesHandled += before?.handled ?? 0
  }

  #online(): void {
    this.updates.start()
    this.outbox.start()
  }

  #makeOutbox(): Outbox {
    const { host, stored, lifecycle } = this
    return new Outbox({
      id: stored.id,
      storage: host.storage,
      wheel: host.connections.wheel,
      peers: this.peers,
      get userId() {
        return stored.userId
      },
      get isOnline() {
        return lifecycle.is('online')
      },
      invoke: this.invoke,
      now: host.now,
      jitter: () => host.connections.random(),
      waits: () => this.waits(),
      write: (...writes) => stored.write(...writes),
      post: (...writes) => stored.post(...writes),
      fault: (error, where) => this.#fault(error, where),
      sent: (send) => this.#tell('sent', send),
      failed: (send) => this.#tell('sendFailed', send),
    })
  }

  // ---- calls

  #makeInvoker(): Invoker {
    const { host, stored, counters } = this
    const connections = this.#connections
    return new Invoker({
      wheel: host.connections.wheel,
      get signedIn() {
        return stored.userId !== undefined
      },
      floodWaitLimit: host.floodWaitLimit,
      jitter: () => host.connections.random(),
      call: (call, options, where) => connections.call(call, options, where),
      isElsewhere: (where) => connections.isElsewhere(where),
      moveTo: (dc) => connections.main.moveTo(dc),
      authorizationLost: (where) => connections.authorizationLost(where),
      forgetInitialization: (where) => connections.forgetInitialization(where),
      isMoved: (error) => error instanceof MovedError,
      onFloodWait: (wait) => {
        host.logger.warn({ session: stored.id, ...wait }, 'flood wait')
        counters.floodWaits++
        this.#tell('floodWait', wait)
      },
      onRetry: () => void counters.retries++,
      onEnd: (method, milliseconds, error) => {
        counters.called(method, milliseconds, error)
        if (error !== undefined)
          host.logger.debug({ session: stored.id, method, milliseconds, err: error }, 'call failed')
      },
      onDead: (reason) => this.#dead(reason),
      onResult: (call, result) => {
        const { users, chats } = peersIn(result)
        if (users.length > 0 || chats.length > 0) this.peers.learn(users, chats)
        this.updates.ownResult(call, result)
      },
    })
  }

  #requireUsable(method: string): void {
    if (this.lifecycle.is('closed')) {
      throw new SessionStateError('SESSION_CLOSED', `${method}: session ${this.stored.id} is closed`)
    }
    if (this.lifecycle.is('loggedOut')) {
      const message = `${method}: session ${this.stored.id} is logged out; connect it to sign in anew`
      throw new SessionStateError('SESSION_DEAD', message)
    }
  }

  /** The key is of no use any more: nothing is tried again, and the record says why. */
  #dead(reason: LogoutReason): void {
    if (!this.lifecycle.to({ name: 'loggedOut', reason })) return
    this.#leaveAccount(reason).catch((error: unknown) => this.#fault(error, 'marking the session as dead'))
    this.#tell('loggedOut', reason)
  }

  async #leaveAccount(reason: LogoutReason): Promise<void> {
    const error = new SessionStateError('SESSION_DEAD', `session ${this.stored.id} is logged out: ${reason}`)
    this.outbox.stop(error)
    this.#connections.close(error)
    this.#invoker.close(error)
    // The mark does not wait for handlers: a key that is known to be dead must not be tried by the next start.
    await Promise.all([this.stored.saveDead(reason, this.host.now()), this.#stopUpdates()])
  }

  /** What goes wrong in one session is told by it, and stays there. */
  #fault(thrown: unknown, where: string): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    this.counters.faults++
    this.host.logger.error({ session: this.stored.id, where, err: error }, 'fault')
    this.#tell('fault', { error, where })
  }
}
