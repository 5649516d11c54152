/**
 * The inside of a session: its connection, its place in life, its calls and its updates. `Session` is the face that
 * programs see; the functions of the account API get this as their context.
 */
import { SparseSet } from '@telegram-mt/mtproto'
import { SessionStateError, TelegramError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { silentLogger } from '../host/logger.ts'
import type { SessionMetrics } from '../host/metrics.ts'
import { type Call, decodeUpdates, type Method, type Result, type tl } from '../layer.ts'
import { Outbox } from '../messages/outbox/outbox.ts'
import { updatesOf } from '../messages/sent-message.ts'
import { PeerDirectory } from '../peers/directory.ts'
import type { OngoingWait } from '../rpc/flood-wait.ts'
import type { InvokeOptions } from '../rpc/invoke.ts'
import { Invoker } from '../rpc/invoker.ts'
import type { LogoutReason } from '../rpc/rpc-error.ts'
import { UpdateLoop } from '../update-loop/update-loop.ts'
import { ConnectionWatch } from './connection-watch.ts'
import { SessionConnections } from './connections.ts'
import type { SessionContext } from './context.ts'
import { SessionCounters } from './counters.ts'
import type { Tell } from './events.ts'
import { keyOfOtherServers } from './key-origin.ts'
import { Lifecycle, type SessionState } from './lifecycle.ts'
import { measure } from './measure.ts'
import { printFault } from './print-fault.ts'
import { SessionCalls } from './session-calls.ts'
import { SessionOutbox } from './session-outbox.ts'
import { SessionProxy } from './session-proxy.ts'
import { signInAs } from './sign-in-as.ts'
import type { StoredSession } from './stored-session.ts'
import { whenConnected } from './when-connected.ts'
import { learnWhoseKey } from './whose-key.ts'

/** How long the configuration is waited for, ms. */
const CONFIG_PATIENCE = 30_000

export class SessionCore implements SessionContext {
  readonly host: Host
  readonly stored: StoredSession
  readonly peers: PeerDirectory
  readonly updates: UpdateLoop
  readonly outbox: Outbox
  readonly lifecycle: Lifecycle
  readonly counters = new SessionCounters()
  readonly proxy: SessionProxy
  /** The auth key came from elsewhere, and may belong to an account that is not known here. */
  keyIsForeign = false
  readonly #loginTokens = new SparseSet<() => void>()
  readonly #tell: Tell
  readonly #invoker: Invoker
  readonly #connections: SessionConnections
  readonly #watch: ConnectionWatch
  /** The end of an earlier life, with handlers that are still at work: the next one begins after it. */
  #ending: Promise<void> | undefined
  /** Making room for a new login. */
  #startingOver: Promise<void> | undefined
  /** Counts the wishes to close it: who began to connect before the last of them has no say any more. */
  #closes = 0
  /** The stored key is not to be used with this host's datacenters. */
  readonly #foreign: SessionStateError | undefined

  /** What goes wrong in one session is told by it, and stays there. */
  readonly #fault = (thrown: unknown, where: string): void => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    this.counters.faults++
    this.host.logger.error({ session: this.stored.id, where, err: error }, 'fault')
    const heard = this.#tell('fault', { error, where })
    // A program that has set nothing up to hear of it would take a handler that throws for one that is never called.
    if (!heard && this.host.printMessages && this.host.logger === silentLogger)
      printFault(this.stored.username ?? this.stored.id, { error, where })
  }

  constructor(host: Host, stored: StoredSession, tell: Tell) {
    this.host = host
    this.stored = stored
    this.lifecycle = new Lifecycle(host.life)
    this.#foreign = keyOfOtherServers(host, stored)
    this.#tell = (event, ...details) => {
      if (event === 'parked') this.counters.updatesParked++
      return tell(event, ...details)
    }
    this.peers = new PeerDirectory(stored, host.storage, this.invoke, host.now)
    this.updates = new UpdateLoop(this, {
      fault: this.#fault,
      tell: this.#tell,
    })
    this.outbox = new Outbox(
      new SessionOutbox({
        host,
        stored,
        lifecycle: this.lifecycle,
        peers: this.peers,
        invoke: this.invoke,
        tell: this.#tell,
        foreign: this.#foreign,
        waits: () => this.waits(),
        fault: this.#fault,
      }),
    )
    this.proxy = new SessionProxy(host.network, host.proxy, stored)
    this.#watch = this.#makeWatch()
    this.#connections = new SessionConnections({
      host,
      stored,
      proxy: this.proxy,
      invoke: this.invoke,
      counters: this.counters,
      onEvent: (event) => this.#watch.receive(event),
      onFault: this.#fault,
    })
    this.#invoker = new Invoker(
      new SessionCalls({
        host,
        stored,
        connections: this.#connections,
        counters: this.counters,
        peers: this.peers,
        updates: this.updates,
        tell: this.#tell,
        onDead: (reason) => this.#dead(reason),
      }),
    )
    this.lifecycle.on('state', (state, before) => this.#onState(state, before))
    if (stored.mark.state === 'dead') {
      const { reason, at } = stored.mark
      this.lifecycle.to({ name: 'loggedOut', reason: reason as LogoutReason, at })
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
    if (this.#foreign !== undefined) return Promise.reject(this.#foreign)
    try {
      this.requireUsable(call._)
    } catch (error) {
      return Promise.reject(error)
    }
    return this.#invoker.invoke(call, options)
  }

  requireUsable(method: string): void {
    this.lifecycle.requireUsable(this.id, method)
  }

  /** The flood waits going on. */
  waits(): OngoingWait[] {
    return this.#invoker.waits()
  }

  metrics(): SessionMetrics {
    const { lifecycle, counters, updates } = this
    return measure({
      lifecycle,
      counters,
      updates,
      connections: this.#connections,
      watch: this.#watch,
      invoker: this.#invoker,
    })
  }

  /** Connects without anybody waiting for it; the session's events tell how it goes. */
  start(): void {
    if (this.#foreign !== undefined) {
      this.#fault(this.#foreign, 'connecting')
      return
    }
    // A session that is connected already has nothing to do, and no change of state would tell anybody.
    if (this.lifecycle.is('authorizing', 'online')) return
    // One that waits tries again when it is time, and says until then that it waits.
    if (!this.lifecycle.is('connecting', 'waiting') && !this.lifecycle.to({ name: 'connecting' })) return
    this.#connections.main.start()
  }

  /** Resolves when the datacenter has answered. */
  async connect(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    this.lifecycle.requireOfHost(this.id)
    if (this.#foreign !== undefined) throw this.#foreign
    const closes = this.#closes
    if (this.lifecycle.is('closed', 'loggedOut')) {
      // Who connects as soon as the end is told does so before it has begun.
      await Promise.resolve()
      await this.#ending?.catch(() => {})
      this.#requireNotClosedSince(closes)
    }
    // Also one that was closed since its key has died: a dead key is never tried.
    const isDead = this.stored.mark.state === 'dead' && this.stored.userId !== undefined
    if (this.lifecycle.is('closed') && !isDead) this.#connections.reopen()
    if (this.lifecycle.is('loggedOut') || (this.lifecycle.is('closed') && isDead)) {
      this.#startingOver ??= this.#startOver(closes).finally(() => {
        this.#startingOver = undefined
      })
      await this.#startingOver
      this.#requireNotClosedSince(closes)
    }
    this.start()
    this.#connections.main.hurry()
    const { id, dc } = this
    await whenConnected(this.lifecycle, this.host.connections, { session: id, dc, timeout, signal })
    await learnWhoseKey(this, { timeout, signal })
  }

  #requireNotClosedSince(closes: number): void {
    this.lifecycle.requireOfHost(this.id)
    if (closes === this.#closes) return
    throw new SessionStateError('SESSION_CLOSED', `session ${this.id} was closed while it connected`)
  }

  async close(): Promise<void> {
    const error = new SessionStateError('SESSION_CLOSED', `session ${this.id} was closed`)
    await this.#close(error, () => this.outbox.stop(error))
  }

  /** Ends the session and removes all that it has stored. */
  async forget(): Promise<void> {
    const error = new SessionStateError('SESSION_CLOSED', `session ${this.id} was forgotten`)
    this.lifecycle.forget()
    await this.#close(error, () => this.outbox.drop(error))
    await this.stored.forget()
    // What was kept before, and has been looked at since.
    this.outbox.drop(error)
  }

  async #close(error: SessionStateError, stopSends: () => void): Promise<void> {
    this.#closes++
    if (this.lifecycle.to({ name: 'closed' })) {
      this.#ending = Promise.all([this.#ending, this.#end(error, stopSends)]).then(() => {})
    }
    await this.#ending
  }

  async #end(error: SessionStateError, stopSends: () => void): Promise<void> {
    stopSends()
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
    await signInAs(user, this, { tell: this.#tell, fault: this.#fault })
    // If the connection was lost meanwhile, the next one is online.
    if (this.lifecycle.is('authorizing')) this.lifecycle.to({ name: 'online' })
    this.#begin()
    return user
  }

  async signedOut(): Promise<void> {
    const at = Math.floor(this.host.now())
    if (!this.lifecycle.to({ name: 'loggedOut', reason: 'signedOut', at })) return
    this.#ending = this.#leaveAccount('signedOut', at)
    await this.#ending
    this.#tell('loggedOut', 'signedOut')
  }

  onLoginToken(listener: () => void): () => void {
    this.#loginTokens.add(listener)
    return () => this.#loginTokens.delete(listener)
  }

  moveTo(dc: number): Promise<void> {
    return this.#connections.moveTo(dc)
  }

  // ---- connection

  #makeWatch(): ConnectionWatch {
    const { host, stored, lifecycle } = this
    return new ConnectionWatch({
      stored,
      lifecycle,
      serverKeys: host.serverKeys,
      onOpened: () => this.#begin(),
      onUpdate: (body) => this.#onUpdate(body),
      onNewSession: () => this.updates.newSession(),
      onKeyUnknown: () => this.#onAuthKeyUnknown(),
      onFault: this.#fault,
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

  #tellLoginTokens(): void {
    for (const listener of [...this.#loginTokens]) listener()
  }

  #onUpdate(body: Uint8Array): void {
    try {
      const updates = decodeUpdates(body)
      // "updateLoginToken: a login token was accepted": the only update that comes before anybody is signed in.
      if (this.#loginTokens.size > 0 && updatesOf(updates).some(({ _ }) => _ === 'updateLoginToken'))
        this.#tellLoginTokens()
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

  /** A logged out session that is connected again starts over with a new key and no account. */
  async #startOver(closes: number): Promise<void> {
    await this.stored.startOver()
    this.#requireNotClosedSince(closes)
    this.#connections.reopen()
  }

  // ---- updates and sends

  /** What was handled is counted here from then on. */
  async #stopUpdates(): Promise<void> {
    const before = this.updates.status().delivery
    await this.updates.stop()
    this.counters.updatesHandled += before?.handled ?? 0
  }

  #begin(): void {
    // A login may have been answered while the session was closed.
    if (this.lifecycle.is('closed', 'loggedOut')) return
    this.updates.start()
    this.outbox.start()
  }

  // ---- calls

  /** The key is of no use any more: nothing is tried again, and the record says why. */
  #dead(reason: LogoutReason): void {
    const at = Math.floor(this.host.now())
    if (!this.lifecycle.to({ name: 'loggedOut', reason, at })) return
    this.#ending = this.#leaveAccount(reason, at).catch((error: unknown) =>
      this.#fault(error, 'marking the session as dead'),
    )
    this.#tell('loggedOut', reason)
  }

  async #leaveAccount(reason: LogoutReason, at: number): Promise<void> {
    const error = new SessionStateError('SESSION_DEAD', `session ${this.stored.id} is logged out (${reason})`)
    this.outbox.stop(error)
    this.#connections.close(error)
    this.#invoker.close(error)
    // The mark does not wait for handlers: a key that is known to be dead must not be tried by the next start.
    await Promise.all([this.stored.saveDead(reason, at), this.#stopUpdates()])
  }
}
