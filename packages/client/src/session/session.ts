/**
 * One account: its own identity, its own auth key, its own connection. The functions of the account API live in files of
 * their own; here they are joined to the session that they act on.
 */
import type { ConnectionEvent } from '@telegram-mt/net'
import { EventEmitter } from 'eventemitter3'
import { type CreatedGroup, createGroup } from '../chats/create-group.ts'
import { type Chat, type GetChatsOptions, getChats } from '../chats/get-chats.ts'
import { getContacts, importContacts, type NewContact } from '../contacts/contacts.ts'
import { SessionStateError, TelegramError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { type Api, type Call, decodeUpdates, type Method, type Result, type tl } from '../layer.ts'
import { checkPassword } from '../login/password.ts'
import * as login from '../login/phone-code.ts'
import { signOut } from '../login/sign-out.ts'
import { type DeleteMessagesOptions, deleteMessages } from '../messages/delete-messages.ts'
import { type GetHistoryOptions, getHistory } from '../messages/get-history.ts'
import { type SendMessageOptions, sendMessage } from '../messages/send-message.ts'
import { PeerDirectory, type PeerLike } from '../peers/directory.ts'
import { createApi } from '../rpc/api.ts'
import type { InvokeOptions } from '../rpc/invoke.ts'
import { type FloodWait, type InvokerSession, invoke } from '../rpc/invoker.ts'
import type { LogoutReason } from '../rpc/rpc-error.ts'
import type { MessageHandler, UpdateHandler } from '../update-loop/handlers.ts'
import { UpdateLoop } from '../update-loop/update-loop.ts'
import type { SessionContext } from './context.ts'
import type { SessionEvents } from './events.ts'
import { exportSession } from './export-session.ts'
import { Lifecycle, type SessionState } from './lifecycle.ts'
import { MainConnection, MovedError } from './main-connection.ts'
import { sendPlain } from './send-plain.ts'
import { sleep } from './sleep.ts'
import type { StoredSession } from './stored-session.ts'

/** How long `connect` waits for a connection unless told otherwise, milliseconds. */
const CONNECT_PATIENCE = 30_000

export class Session extends EventEmitter<SessionEvents> {
  /** The host's name for this session: unique, stable over restarts. */
  readonly id: string
  readonly #host: Host
  readonly #stored: StoredSession
  readonly #peers: PeerDirectory
  readonly #updates: UpdateLoop
  readonly #lifecycle = new Lifecycle()
  readonly #context: SessionContext
  readonly #invoker: InvokerSession
  #connection: MainConnection
  #api: Api | undefined

  /** @internal Sessions are made by `Telegram.connect`, `start` and `import`. */
  constructor(host: Host, stored: StoredSession) {
    super()
    this.id = stored.id
    this.#host = host
    this.#stored = stored
    const invoke = <M extends Method>(call: Call<M>, options?: InvokeOptions) => this.invoke(call, options)
    this.#peers = new PeerDirectory(stored, host.storage, invoke, host.now)
    this.#context = {
      host,
      stored,
      peers: this.#peers,
      invoke,
      signedIn: (user) => this.#signedIn(user),
      signedOut: () => this.#signedOut(),
    }
    this.#updates = new UpdateLoop(this.#context, (error, where) => this.#fault(error, where))
    this.#connection = this.#openConnection()
    this.#invoker = this.#makeInvoker()
    this.#lifecycle.on('state', (state, before) => this.#tell('state', state, before))
    if (stored.mark.state === 'dead') {
      this.#lifecycle.to({ name: 'loggedOut', reason: stored.mark.reason as LogoutReason })
    }
  }

  /** Where the session is in its life. */
  get state(): SessionState {
    return this.#lifecycle.state
  }

  /** The account's home datacenter. */
  get dc(): number {
    return this.#stored.dc
  }

  /** The account's user id; undefined before it has signed in. */
  get userId(): number | undefined {
    return this.#stored.userId
  }

  get username(): string | undefined {
    return this.#stored.username
  }

  /** The account's phone number, digits only. */
  get phone(): string | undefined {
    return this.#stored.phone
  }

  /** Whether the session has an auth key for its datacenter. */
  get hasAuthKey(): boolean {
    return this.#connection.hasKey
  }

  /** Every method of the layer, typed: `await session.api.help.getConfig()`. */
  get api(): Api {
    this.#api ??= createApi((call, options) => this.invoke(call, options))
    return this.#api
  }

  // ---- connection

  /**
   * Connects and stays connected, whatever happens to the network. Resolves once the datacenter has answered.
   * @throws TelegramError `CONNECT_TIMEOUT` if that takes longer than `timeout` milliseconds (default 30,000; it goes on
   * trying all the same until closed). @throws SessionStateError `SESSION_DEAD` if the account's key is of no use any more.
   */
  async connect(options: { timeout?: number; signal?: AbortSignal } = {}): Promise<this> {
    if (this.#lifecycle.is('closed')) this.#connection = this.#openConnection()
    if (this.#lifecycle.is('loggedOut')) await this.#reviveKey()
    this.#lifecycle.to({ name: 'connecting' })
    this.#connection.start()
    await this.#online(options.timeout ?? CONNECT_PATIENCE, options.signal)
    return this
  }

  /** @internal Connects without anybody waiting for it; the session's events tell how it goes. */
  connectInBackground(): void {
    this.#lifecycle.to({ name: 'connecting' })
    this.#connection.start()
  }

  /** Exchanges keys with the datacenter if that has not happened yet; otherwise connects only. */
  async requestAuthKey(options?: { timeout?: number; signal?: AbortSignal }): Promise<void> {
    await this.connect(options)
  }

  /** Ends the connection. The session stays in the storage and can be connected again. */
  async close(): Promise<void> {
    if (this.#lifecycle.is('closed')) return
    this.#lifecycle.to({ name: 'closed' })
    await this.#updates.stop()
    this.#connection.close()
    await this.#host.storage.flush()
  }

  /** The network has changed: tries at once instead of waiting. */
  networkChanged(): void {
    this.#connection.networkChanged()
  }

  // ---- calls

  /**
   * Calls a method of the API. A lost connection is no error: the call goes on over the next one.
   *
   * ```ts
   * const config = await session.invoke({ _: 'help.getConfig' })
   * ```
   * @throws RpcError Telegram refused; CallTimeout after `timeout` milliseconds; ConnectionClosed if the session was
   * closed meanwhile; TlError if a parameter has the wrong type.
   */
  async invoke<M extends Method>(call: Call<M>, options?: InvokeOptions): Promise<Result<M>> {
    if (this.#lifecycle.is('closed')) {
      throw new SessionStateError('SESSION_CLOSED', `${call._}: session ${this.id} is closed`)
    }
    if (this.#lifecycle.is('loggedOut')) {
      throw new SessionStateError(
        'SESSION_DEAD',
        `${call._}: session ${this.id} is logged out; connect it to sign in anew`,
      )
    }
    const result = await invoke(this.#invoker, call, options)
    this.#learn(result)
    this.#updates.ownResult(call, result)
    return result
  }

  /**
   * Sends one unencrypted message to the session's datacenter over a connection of its own, and gives the answer: TL bytes
   * of the MTProto schema both. For key exchange tools and tests.
   */
  sendPlain(body: Uint8Array): Promise<Uint8Array> {
    return sendPlain(this.#host, this.dc, body)
  }

  // ---- updates

  /**
   * Sets what is done with every update of this account. An update counts as seen when the handler has finished with it:
   * after a crash before that, it comes again. While no handler is set, messages are printed.
   */
  onUpdate(handler: UpdateHandler): this {
    this.#updates.onUpdate(handler)
    return this
  }

  /** Sets what is done with every new message, in and out; otherwise like `onUpdate`. Both may be set. */
  onMessage(handler: MessageHandler): this {
    this.#updates.onMessage(handler)
    return this
  }

  // ---- login

  /** Sends a login code: see `SentCode`. */
  sendCode(phone: string): Promise<login.SentCode> {
    return login.sendCode(this.#context, phone)
  }

  /** Sends the code again, by the next way. */
  resendCode(): Promise<login.SentCode> {
    return login.resendCode(this.#context)
  }

  /** Signs in with the code that arrived. @throws PasswordNeededError, SignUpNeededError, RpcError. */
  signIn(phone: string, code: string, options?: login.SignInOptions): Promise<tl.user> {
    return login.signIn(this.#context, phone, code, options)
  }

  /** Makes an account for the number. */
  signUp(phone: string, options: login.SignUpOptions): Promise<tl.user> {
    return login.signUp(this.#context, phone, options)
  }

  /** Ends a login that asked for the account's second factor. */
  checkPassword(password: string): Promise<tl.user> {
    return checkPassword(this.#context, password)
  }

  /** Signs out: the auth key is void from now on. */
  signOut(): Promise<void> {
    return signOut(this.#context)
  }

  /** The session as one string: whoever holds it holds the account. `telegram.import` takes it, also in another process. */
  export(): string {
    return exportSession(this.#stored)
  }

  // ---- messages, contacts, chats

  /** Sends text to a user, group or channel and gives the stored message. */
  sendMessage(to: PeerLike, text: string, options?: SendMessageOptions): Promise<tl.message> {
    return sendMessage(this.#context, to, text, options)
  }

  /** Messages of a chat, newest first. */
  getHistory(chat: PeerLike, options?: GetHistoryOptions): Promise<(tl.message | tl.messageService)[]> {
    return getHistory(this.#context, chat, options)
  }

  deleteMessages(chat: PeerLike, ids: readonly number[], options?: DeleteMessagesOptions): Promise<void> {
    return deleteMessages(this.#context, chat, ids, options)
  }

  /** The users in the account's contact list. */
  getContacts(): Promise<tl.user[]> {
    return getContacts(this.#context)
  }

  /** Adds phone numbers to the contact list; gives those that have accounts. */
  importContacts(contacts: readonly NewContact[]): Promise<tl.user[]> {
    return importContacts(this.#context, contacts)
  }

  /** The account's conversations, the most recent first. */
  getChats(options?: GetChatsOptions): Promise<Chat[]> {
    return getChats(this.#context, options)
  }

  /** Makes a basic group with these members. */
  createGroup(title: string, members: readonly PeerLike[]): Promise<CreatedGroup> {
    return createGroup(this.#context, title, members)
  }

  /** The `inputPeer` for whatever names a peer, for calls of the raw API. */
  resolvePeer(peer: PeerLike): Promise<tl.InputPeer> {
    return this.#peers.resolve(peer)
  }

  // ---- inside

  /** @internal Removes the session and all that it has stored. */
  async forget(): Promise<void> {
    await this.close()
    await this.#stored.forget()
  }

  #openConnection(): MainConnection {
    return new MainConnection(this.#host, this.#stored, {
      onConnectionEvent: (event) => this.#onConnectionEvent(event),
      onFault: (error, where) => this.#fault(error, where),
    })
  }

  #makeInvoker(): InvokerSession {
    const host = this.#host
    const session = this
    return {
      get signedIn() {
        return session.userId !== undefined
      },
      floodWaitLimit: host.floodWaitLimit,
      now: host.now,
      jitter: () => host.connections.random(),
      call: (call, options) => this.#connection.call(call, options),
      moveTo: (dc) => this.#connection.moveTo(dc),
      forgetInitialization: () => this.#connection.forgetInitialization(),
      isMoved: (error) => error instanceof MovedError,
      onFloodWait: (wait: FloodWait) => {
        host.logger.warn({ session: this.id, ...wait }, 'flood wait')
        this.#tell('floodWait', wait)
      },
      onDead: (reason) => this.#dead(reason),
      sleep: (milliseconds, signal) => sleep(host.connections.wheel, milliseconds, signal),
    }
  }

  #onConnectionEvent(event: ConnectionEvent): void {
    switch (event.type) {
      case 'state':
        this.#onConnectionState(event.state)
        break
      case 'update':
        this.#onUpdate(event.body)
        break
      case 'newSession':
        this.#updates.newSession()
        break
      case 'authKeyUnknown':
        this.#onAuthKeyUnknown()
        break
      case 'fault':
        this.#fault(event.error, 'the connection')
        break
      default:
    }
  }

  #onConnectionState(state: Extract<ConnectionEvent, { type: 'state' }>['state']): void {
    switch (state.name) {
      case 'connecting':
      case 'exchangingKeys':
        this.#lifecycle.to({ name: 'connecting' })
        break
      case 'online':
        if (this.userId === undefined) {
          this.#lifecycle.to({ name: 'authorizing' })
        } else {
          this.#lifecycle.to({ name: 'online' })
          this.#updates.start()
        }
        break
      case 'waiting':
        if (state.until !== undefined) {
          this.#lifecycle.to({ name: 'waiting', until: state.until, reason: state.reason.message })
        }
        break
      default:
    }
  }

  #onUpdate(body: Uint8Array): void {
    try {
      this.#updates.receive(decodeUpdates(body))
    } catch (error) {
      // What cannot be read is fetched as a difference; the neighbours of this update are not lost with it.
      this.#fault(error, 'reading an update')
      this.#updates.newSession()
    }
  }

  /** The datacenter does not know our key: an account's key is dead then, a key without an account is simply made anew. */
  #onAuthKeyUnknown(): void {
    if (this.userId !== undefined) {
      this.#dead('unregistered')
      return
    }
    this.#stored.dropKey(this.dc).catch((error: unknown) => this.#fault(error, 'dropping the auth key'))
    this.#connection.renewKey()
  }

  async #signedIn(user: tl.User): Promise<tl.user> {
    if (user._ !== 'user') throw new TelegramError('ANSWER_UNEXPECTED', 'the login’s answer names no user')
    this.#peers.learn([user], [])
    await this.#stored.saveUser(user)
    this.#lifecycle.to({ name: 'online' })
    this.#updates.start()
    return user
  }

  async #signedOut(): Promise<void> {
    this.#lifecycle.to({ name: 'loggedOut', reason: 'signedOut' })
    await this.#leaveAccount('signedOut')
  }

  /** The key is of no use any more: nothing is tried again, and the record says why. */
  #dead(reason: LogoutReason): void {
    if (!this.#lifecycle.to({ name: 'loggedOut', reason })) return
    this.#leaveAccount(reason).catch((error: unknown) => this.#fault(error, 'marking the session as dead'))
    this.#tell('loggedOut', reason)
  }

  async #leaveAccount(reason: LogoutReason): Promise<void> {
    this.#connection.close(
      new SessionStateError('SESSION_DEAD', `session ${this.id} is logged out: ${reason}`),
    )
    await this.#updates.stop()
    await this.#stored.saveDead(reason, this.#host.now())
  }

  /** A logged out session that is connected again starts over with a new key and no account. */
  async #reviveKey(): Promise<void> {
    await this.#stored.dropKey(this.dc)
    await this.#stored.clearUser()
    this.#connection = this.#openConnection()
  }

  #learn(result: unknown): void {
    if (typeof result !== 'object' || result === null || !('users' in result || 'chats' in result)) return
    const { users, chats } = result as { users?: unknown; chats?: unknown }
    this.#peers.learn(
      Array.isArray(users) ? users.filter((user): user is tl.User => typeof user === 'object') : [],
      Array.isArray(chats) ? chats.filter((chat): chat is tl.Chat => typeof chat === 'object') : [],
    )
  }

  #online(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const { wheel } = this.#host.connections
      const done = (settle: () => void) => {
        wheel.cancel(timer)
        this.#lifecycle.off('state', look)
        signal?.removeEventListener('abort', aborted)
        settle()
      }
      let lastReason = 'no answer yet'
      const look = () => {
        const { state } = this.#lifecycle
        if (state.name === 'online' || state.name === 'authorizing') done(resolve)
        else if (state.name === 'waiting') lastReason = state.reason
        else if (state.name === 'closed' || state.name === 'loggedOut') {
          done(() =>
            reject(
              new SessionStateError(
                'SESSION_CLOSED',
                `session ${this.id} was ${state.name} while it connected`,
              ),
            ),
          )
        }
      }
      const aborted = () => done(() => reject(signal?.reason))
      const timer = wheel.after(timeout, () =>
        done(() =>
          reject(
            new TelegramError(
              'CONNECT_TIMEOUT',
              `no connection to datacenter ${this.dc} in ${timeout} ms: ${lastReason}`,
            ),
          ),
        ),
      )
      this.#lifecycle.on('state', look)
      signal?.addEventListener('abort', aborted)
      if (signal?.aborted) aborted()
      else look()
    })
  }

  #fault(thrown: unknown, where: string): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    this.#host.logger.error({ session: this.id, where, err: error }, 'fault')
    this.#tell('fault', { error, where })
  }

  /** A listener that throws harms nobody: not this session, and not its neighbours. */
  #tell<E extends keyof SessionEvents>(event: E, ...details: SessionEvents[E]): void {
    for (const listener of this.listeners(event)) {
      try {
        ;(listener as (...details: SessionEvents[E]) => void)(...details)
      } catch (error) {
        this.#host.logger.error({ session: this.id, event, err: error }, 'a listener of the session threw')
      }
    }
  }
}
