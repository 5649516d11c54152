/**
 * One account: its own identity, its own auth key, its own connection. The functions of the account API live in files of
 * their own; here they are joined to the session that they act on.
 */
import { describeProxy } from '@telegram-mt/net'
import { EventEmitter } from 'eventemitter3'
import { Account } from '../account/account.ts'
import { Bots } from '../bots/bots.ts'
import { Chats } from '../chats/chats.ts'
import { type CreatedGroup, createGroup } from '../chats/create-group.ts'
import { type Chat, type GetChatsOptions, getChats } from '../chats/get-chats.ts'
import { getContacts, importContacts, type NewContact } from '../contacts/contact-list.ts'
import { Contacts } from '../contacts/contacts.ts'
import type { TextLike } from '../formatting/formatted-text.ts'
import type { Host } from '../host/host.ts'
import type { SessionMetrics } from '../host/metrics.ts'
import type { ProxyOption } from '../host/proxy-option.ts'
import type { Api, Call, Method, Result, tl } from '../layer.ts'
import { signInBot } from '../login/bot-token.ts'
import { type LoginOptions, login as logIn } from '../login/login.ts'
import { LoginFlow } from '../login/login-flow.ts'
import { checkPassword } from '../login/password.ts'
import * as login from '../login/phone-code.ts'
import { type QrLoginOptions, type QrToken, qrLogin } from '../login/qr-login.ts'
import { signOut } from '../login/sign-out.ts'
import { Media } from '../media/media.ts'
import { type DeleteMessagesOptions, deleteMessages } from '../messages/delete-messages.ts'
import { type EditMessageOptions, editMessage } from '../messages/edit-message.ts'
import { type ForwardMessagesOptions, forwardMessages } from '../messages/forward-messages.ts'
import { type GetHistoryOptions, getHistory } from '../messages/get-history.ts'
import { Messages } from '../messages/messages.ts'
import type { OutboxEntry } from '../messages/outbox/pending-send.ts'
import { type SendMessageOptions, sendMessage } from '../messages/send-message.ts'
import type { PeerLike } from '../peers/directory.ts'
import { createApi } from '../rpc/api.ts'
import type { OngoingWait } from '../rpc/flood-wait.ts'
import type { InvokeOptions } from '../rpc/invoke.ts'
import type { SessionStringFormat } from '../session-strings/session-string.ts'
import type { DamagedDeadLetter, DeadLetter } from '../update-loop/dead-letters.ts'
import type { EventHandler, MessageHandler, UpdateHandler } from '../update-loop/handlers.ts'
import type { LoggedUpdate } from '../update-loop/log-reader.ts'
import type { TakenUpdate } from '../update-loop/taken-updates.ts'
import type { UpdateStatus } from '../update-loop/update-loop.ts'
import type { ReadLogOptions } from '../update-loop/update-program.ts'
import { SessionCore } from './core.ts'
import type { SessionCounters } from './counters.ts'
import type { SessionEvents } from './events.ts'
import { exportSession } from './export-session.ts'
import type { SessionState } from './lifecycle.ts'
import { sendPlain } from './send-plain.ts'
import type { StoredSession } from './stored-session.ts'

/** How long `connect` waits for a connection unless told otherwise, milliseconds. */
const CONNECT_PATIENCE = 30_000

/** @internal Hears all that a session tells, and says whether anybody listened; must not throw. */
export type Overhear = <E extends keyof SessionEvents>(
  session: Session,
  event: E,
  details: SessionEvents[E],
) => boolean

/**
 * One account: its own identity, auth key and connection. Made by `telegram.connect`, `start` and
 * `import`; stays connected by itself.
 */
export class Session extends EventEmitter<SessionEvents> {
  /** The host's name for this session: unique, stable over restarts. */
  readonly id: string
  readonly #core: SessionCore
  readonly #overhear: Overhear | undefined
  #api: Api | undefined
  #messages: Messages | undefined
  #chats: Chats | undefined
  #contacts: Contacts | undefined
  #account: Account | undefined
  #bots: Bots | undefined
  #loginFlow: LoginFlow | undefined
  #media: Media | undefined

  /** @internal Sessions are made by `Telegram.connect`, `start` and `import`. */
  constructor(host: Host, stored: StoredSession, overhear?: Overhear) {
    super()
    this.id = stored.id
    this.#overhear = overhear
    this.#core = new SessionCore(host, stored, (event, ...details) => this.#tell(event, details))
  }

  /** Where the session is in its life. */
  get state(): SessionState {
    return this.#core.lifecycle.state
  }

  /** The account's home datacenter. */
  get dc(): number {
    return this.#core.stored.dc
  }

  /** The account's user id; undefined before it has signed in. */
  get userId(): number | undefined {
    return this.#core.stored.userId
  }

  /** The account's username, without @; undefined if it has none or has not signed in. */
  get username(): string | undefined {
    return this.#core.stored.username
  }

  /** The account's phone number, digits only. */
  get phone(): string | undefined {
    return this.#core.stored.phone
  }

  /** Whether the session has an auth key for its datacenter. */
  get hasAuthKey(): boolean {
    return this.#core.hasAuthKey
  }

  /** Every method of the layer, typed: `await session.api.help.getConfig()`. */
  get api(): Api {
    this.#api ??= createApi((call, options) => this.invoke(call, options))
    return this.#api
  }

  // ---- connection

  /**
   * Connects and stays connected, whatever happens to the network. Resolves once the datacenter has answered under the
   * session's key, or has made one with us.
   * @throws TelegramError `CONNECT_TIMEOUT` if that takes longer than `timeout` milliseconds (default 30,000; it goes on
   * trying all the same until closed). @throws ServerKeyUnknownError if whoever answers is not the datacenter, and no other of
   * its addresses leads there either (it goes on trying as well). @throws SessionStateError `SESSION_CLOSED`, `SESSION_DEAD` it was
   * closed meanwhile, or the account's key is dead. @throws SessionStateError `KEY_OF_OTHER_SERVERS` if the account's key was made with
   * servers that have another RSA key than those that this host was given: nothing is tried then. @throws SessionStateError
   * `HOST_CLOSED`, `SESSION_UNKNOWN` if its host was closed, or has forgotten it.
   */
  async connect(options: { timeout?: number; signal?: AbortSignal } = {}): Promise<this> {
    await this.#core.connect(options.timeout ?? CONNECT_PATIENCE, options.signal)
    return this
  }

  /** @internal Connects without anybody waiting for it; the session's events tell how it goes. */
  connectInBackground(): void {
    this.#core.start()
  }

  /** Exchanges keys with the datacenter if that has not happened yet; otherwise connects only. */
  async requestAuthKey(options?: { timeout?: number; signal?: AbortSignal }): Promise<void> {
    await this.connect(options)
  }

  /**
   * Ends the connection. The session stays in the storage and can be connected again. Waits for handlers that are at work, three
   * seconds at most: a handler that calls this does not await it.
   */
  close(): Promise<void> {
    return this.#core.close()
  }

  /** The network has changed: tries at once instead of waiting. */
  networkChanged(): void {
    this.#core.networkChanged()
  }

  /** The proxy that this session goes through, without its secrets, e.g. `socks5://10.0.0.1:1080`; undefined for none. */
  get proxy(): string | undefined {
    const { current } = this.#core.proxy
    return current && describeProxy(current)
  }

  /**
   * Gives this session a proxy of its own, or `null` for none, or `undefined` for the host's again. A connection that is open
   * is made anew at once. It is stored with the session, and used again after a restart.
   * @throws ProxyLinkError if it is a link that cannot be understood; ConfigurationError if it is an MTProxy and the host's
   * transport is not TCP.
   */
  setProxy(proxy: ProxyOption | undefined): void {
    this.#core.host.life.requireOpen()
    this.#core.proxy.set(proxy)
    this.#core.networkChanged()
  }

  // ---- calls

  /**
   * Calls a method of the API. A lost connection is no error: the call goes on over the next one.
   *
   * ```ts
   * const config = await session.invoke({ _: 'help.getConfig' })
   * ```
   * @throws RpcError Telegram refused; CallTimeout after `timeout` milliseconds; the signal's reason; SessionStateError and
   * ConnectionClosed if the session is closed or logged out, or was meanwhile; TlError if a parameter has the wrong type.
   * docs/connection.md has all ways in which a call can end, and after which it may have been executed.
   */
  invoke<M extends Method>(call: Call<M>, options?: InvokeOptions): Promise<Result<M>> {
    return this.#core.invoke(call, options)
  }

  /** The waits that Telegram has asked for, with the time left and how many calls wait each out; the shortest first. */
  waits(): OngoingWait[] {
    return this.#core.waits()
  }

  /** What this session has counted since it came to be in this process, and how it stands. */
  metrics(): SessionMetrics {
    return this.#core.metrics()
  }

  /** @internal */
  get counters(): SessionCounters {
    return this.#core.counters
  }

  /**
   * Sends one unencrypted message to the session's datacenter over a connection of its own, and gives the answer: TL bytes
   * of the MTProto schema both. For key exchange tools and tests.
   */
  async sendPlain(body: Uint8Array): Promise<Uint8Array> {
    this.#core.host.life.requireOpen()
    return sendPlain(this.#core.host, this.#core.proxy, this.dc, body)
  }

  // ---- updates

  /**
   * Sets what is done with every update of this account. An update counts as seen when the handler has finished with it:
   * after a crash before that, it comes again. If it throws, it gets the update again after a while, a few times; then the
   * update is parked among `deadLetters()`. While nothing is set, messages are printed. `undefined` takes the handler away.
   */
  onUpdate(handler: UpdateHandler | undefined): this {
    this.#core.updates.program.onUpdate = handler
    return this
  }

  /** Sets what is done with every new message, in and out; otherwise like `onUpdate`. Several of these may be set. */
  onMessage(handler: MessageHandler | undefined): this {
    this.#core.updates.program.onMessage = handler
    return this
  }

  /**
   * Sets what is done with what happens in the account's chats: messages, true edits, deletions with their chat, reactions,
   * reads, typing, presence, members, … and gaps; otherwise like `onUpdate`.
   *
   * ```ts
   * session.onEvent(async (event) => {
   *   if (event.type === 'message') await bridge.send(event.chat, event.message)
   *   if (event.type === 'deleted') await bridge.remove(event.chat, event.messageIds)
   * })
   * ```
   */
  onEvent(handler: EventHandler | undefined): this {
    this.#core.updates.program.onEvent = handler
    return this
  }

  /**
   * The account's updates one by one, each handled when the program says so:
   *
   * ```ts
   * for await (const { update, events, ack } of session.updates()) {
   *   await handle(events)
   *   ack()
   * }
   * ```
   *
   * It takes the place of handlers. `window` (default 1) is how many may be open at a time. With `consumer` or `from` the
   * updates are read from the session's log instead (`updates: { log: true }`), by as many readers as there are names, each
   * going on where it was.
   * @throws SessionStateError `UPDATES_TAKEN`, `LOG_OFF`; from the log also `CONSUMER_BUSY`, `LOG_TRIMMED`.
   */
  updates(options?: { readonly window?: number }): AsyncIterableIterator<TakenUpdate>
  updates(options: ReadLogOptions): AsyncIterableIterator<LoggedUpdate>
  updates(
    options: ReadLogOptions = {},
  ): AsyncIterableIterator<TakenUpdate> | AsyncIterableIterator<LoggedUpdate> {
    this.#core.host.life.requireOpen()
    const { program } = this.#core.updates
    const fromLog = options.consumer !== undefined || options.from !== undefined
    return fromLog ? program.read(options) : program.take(options.window ?? 1)
  }

  /** Keeps nothing in the log for this reader any more. */
  async forgetConsumer(name: string): Promise<void> {
    this.#core.host.life.requireOpen()
    return this.#core.updates.program.forgetConsumer(name)
  }

  /** Updates that a handler threw at again and again, oldest first, to be read, tried again or thrown away. */
  async deadLetters(limit?: number): Promise<DeadLetter[]> {
    this.#core.host.life.requireOpen()
    return this.#core.updates.program.deadLetters(limit)
  }

  /** Those of them that are damaged in the storage: they cannot be read any more, only thrown away. */
  async damagedDeadLetters(): Promise<DamagedDeadLetter[]> {
    this.#core.host.life.requireOpen()
    return this.#core.updates.program.damagedDeadLetters()
  }

  /** How far updates have been followed, and what waits for the program. */
  updateStatus(): UpdateStatus {
    return this.#core.updates.status()
  }

  // ---- login

  /**
   * The whole login in one call: each answer is a value, or a function that is asked for it and again after a wrong one. Goes on
   * from wherever an earlier login stopped.
   *
   * ```ts
   * await session.login({ phone: '+41 12 345 67 89', code: () => ask('Code?'), password: () => ask('Password?') })
   * ```
   */
  login(options: LoginOptions): Promise<tl.user> {
    return logIn(this.#core, options)
  }

  /** The login step by step, for a web page: where it stands survives a restart. */
  get loginFlow(): LoginFlow {
    this.#loginFlow ??= new LoginFlow(this.#core)
    return this.#loginFlow
  }

  /**
   * Login by QR code: gives tokens to show, each until the next, and ends when another device has accepted one.
   *
   * ```ts
   * for await (const { url } of session.qrLogin({ password: () => ask('Password?') })) drawQrCode(url)
   * ```
   */
  qrLogin(options?: QrLoginOptions): AsyncGenerator<QrToken, tl.user, undefined> {
    return qrLogin(this.#core, options)
  }

  /** Signs a bot in with the token that `@BotFather` gave. */
  signInBot(token: string): Promise<tl.user> {
    return signInBot(this.#core, token)
  }

  /** Sends a login code: see `SentCode`. */
  sendCode(phone: string, options?: login.SendCodeOptions): Promise<login.SentCode> {
    return login.sendCode(this.#core, phone, options)
  }

  /** Sends the code again, by the next way. */
  resendCode(): Promise<login.SentCode> {
    return login.resendCode(this.#core)
  }

  /** Signs in with the code that arrived. @throws PasswordNeededError, SignUpNeededError, RpcError. */
  signIn(phone: string, code: string, options?: login.SignInOptions): Promise<tl.user> {
    return login.signIn(this.#core, phone, code, options)
  }

  /** Makes an account for the number. */
  signUp(phone: string, options: login.SignUpOptions): Promise<tl.user> {
    return login.signUp(this.#core, phone, options)
  }

  /** Ends a login that asked for the account's second factor. */
  checkPassword(password: string): Promise<tl.user> {
    return checkPassword(this.#core, password)
  }

  /** Signs out: the auth key is void from now on. Waits for a connection. @throws SessionStateError `NOT_SIGNED_IN`. */
  signOut(): Promise<void> {
    return signOut(this.#core)
  }

  /**
   * The session as one string: whoever holds it holds the account. `telegram.import` takes it, also in another process; with
   * a format, another library does.
   */
  export(format?: SessionStringFormat): string {
    return exportSession(this.#core.stored, this.#core.host, format)
  }

  /** @internal The key came from elsewhere, without saying whose it is: Telegram is asked at the next connection. */
  keyIsForeign(): void {
    this.#core.keyIsForeign = true
  }

  // ---- the account API: what is used most here, the rest in facets

  /** Everything about messages: edit, forward, search, react, polls, drafts, … */
  get messages(): Messages {
    this.#messages ??= new Messages(this.#core)
    return this.#messages
  }

  /** Groups, channels, forums and the list of conversations: create, join, members, rights, links, topics, folders, … */
  get chats(): Chats {
    this.#chats ??= new Chats(this.#core)
    return this.#chats
  }

  /** The contact list, blocks, and search for people and chats. */
  get contacts(): Contacts {
    this.#contacts ??= new Contacts(this.#core)
    return this.#contacts
  }

  /** The account itself: profile, privacy, second factor, devices, takeout. */
  get account(): Account {
    this.#account ??= new Account(this.#core)
    return this.#account
  }

  /** Bots, from both sides: start, inline queries, commands, answers. */
  get bots(): Bots {
    this.#bots ??= new Bots(this.#core)
    return this.#bots
  }

  /** Files: upload, send, download, stream. */
  get media(): Media {
    this.#media ??= new Media(this.#core)
    return this.#media
  }

  /**
   * Sends text to a user, group or channel and gives the stored message.
   *
   * ```ts
   * await session.sendMessage('@somebody', markdown`**${name}** says hello`)
   * ```
   */
  sendMessage(to: PeerLike, text: TextLike, options?: SendMessageOptions): Promise<tl.message> {
    return sendMessage(this.#core, to, text, options)
  }

  /** Changes a message's text, or the caption of its media. */
  editMessage(chat: PeerLike, id: number, text: TextLike, options?: EditMessageOptions): Promise<tl.message> {
    return editMessage(this.#core, chat, id, text, options)
  }

  /** Forwards messages from one chat to another and gives the copies. */
  forwardMessages(
    from: PeerLike,
    ids: readonly number[],
    to: PeerLike,
    options?: ForwardMessagesOptions,
  ): Promise<tl.message[]> {
    return forwardMessages(this.#core, from, ids, to, options)
  }

  /** Messages of a chat, newest first. */
  getHistory(chat: PeerLike, options?: GetHistoryOptions): Promise<(tl.message | tl.messageService)[]> {
    return getHistory(this.#core, chat, options)
  }

  /** Deletes messages, for everybody unless `revoke` is false. */
  deleteMessages(chat: PeerLike, ids: readonly number[], options?: DeleteMessagesOptions): Promise<void> {
    return deleteMessages(this.#core, chat, ids, options)
  }

  /** The users in the account's contact list. */
  getContacts(): Promise<tl.user[]> {
    return getContacts(this.#core)
  }

  /** Adds phone numbers to the contact list; gives those that have accounts. */
  importContacts(contacts: readonly NewContact[]): Promise<tl.user[]> {
    return importContacts(this.#core, contacts)
  }

  /**
   * The sends that are on their way, in order, each with the reason why it is not done: stored, queued behind another of its
   * chat, sent off, waiting out a flood wait or a fault of Telegram's, kept for a session that is closed or logged out.
   */
  async outbox(): Promise<OutboxEntry[]> {
    this.#core.host.life.requireOpen()
    return this.#core.outbox.entries()
  }

  /** The account's conversations, the most recent first. */
  getChats(options?: GetChatsOptions): Promise<Chat[]> {
    return getChats(this.#core, options)
  }

  /** Makes a basic group with these members. */
  createGroup(title: string, members: readonly PeerLike[]): Promise<CreatedGroup> {
    return createGroup(this.#core, title, members)
  }

  /** The `inputPeer` for whatever names a peer, for calls of the raw API. */
  async resolvePeer(peer: PeerLike): Promise<tl.InputPeer> {
    this.#core.host.life.requireOpen()
    return this.#core.peers.resolve(peer)
  }

  /** @internal Removes the session and all that it has stored. */
  async forget(): Promise<void> {
    await this.#core.forget()
  }

  /** Whether anybody listened. A listener that throws harms neither this session nor its neighbours. */
  #tell<E extends keyof SessionEvents>(event: E, details: SessionEvents[E]): boolean {
    const overheard = this.#overhear?.(this, event, details) ?? false
    try {
      return this.emit(event, ...(details as EventEmitter.EventArgs<SessionEvents, E>)) || overheard
    } catch (error) {
      this.#core.host.logger.error({ session: this.id, event, err: error }, 'a listener of the session threw')
      return true
    }
  }
}
