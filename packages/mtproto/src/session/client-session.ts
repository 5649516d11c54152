/**
 * The client's side of an encrypted session (https://core.telegram.org/mtproto/description), as a state machine: packets
 * and the time go in; packets, events and the next moment of interest come out. A session outlives its connections:
 * calls end once, whatever becomes of the socket.
 *
 * After any other method the driver calls `poll`, and again at the `wakeAt` that it returns.
 */
import type { CallBody } from './call.ts'
import { checkHead, checkMessages, isTimely, questionAnswered } from './client-checks.ts'
import { ClientInbox } from './client-inbox.ts'
import { ClientOutbox } from './client-outbox.ts'
import { type ClientSessionOptions, ClientState } from './client-state.ts'
import * as ids from './constructors.ts'
import { packetContent } from './container.ts'
import { openPacket } from './envelope.ts'
import { SessionError } from './errors.ts'
import type { CallId, SessionEvent } from './events.ts'
import { MAX_UNPACKED, packed } from './gzip.ts'
import { type Salt, writeOneLong } from './service-messages.ts'

export interface CallOptions {
  /** Not to be executed before these (invokeAfterMsg); if one of them fails, this fails with MSG_WAIT_FAILED. */
  after?: CallId | readonly CallId[]
  /** Compress a body above 512 bytes when that helps; default true. False for what is compressed already. */
  gzip?: boolean
  /** Fail with CALL_UNCERTAIN rather than be sent anew, when the server lost the session and may have executed it. */
  once?: boolean
}

export interface ClientPoll {
  /** To be written to the connection, in this order. */
  packets: Uint8Array[]
  /** When to poll again (ms, the caller's clock), if nothing else happens before; Infinity for never. */
  wakeAt: number
  events: SessionEvent[]
}

const GATHER_TIME = 1
/** A change of the server's time by less (ms) is not worth telling. */
const TIME_NEWS = 1_000
/** A call is one message of one packet; bytes. */
const MAX_BODY = 4 * 1024 * 1024 - 4096
const NO_CALLS: readonly CallId[] = []

export class ClientSession {
  readonly #state: ClientState
  readonly #inbox: ClientInbox
  readonly #outbox: ClientOutbox
  readonly #gatherTime: number
  #toldOffset: number
  #toldDead = false
  /** Of a packet that was refused. */
  #undelivered: SessionEvent[] = []

  constructor(options: ClientSessionOptions) {
    this.#state = new ClientState(options)
    this.#inbox = new ClientInbox(this.#state, options.maxUnpacked ?? MAX_UNPACKED)
    this.#outbox = new ClientOutbox(this.#state)
    this.#gatherTime = options.gatherTime ?? GATHER_TIME
    this.#toldOffset = options.timeOffset
  }

  get sessionId(): bigint {
    return this.#state.sessionId
  }

  /** The salts known, to be stored with the session. */
  get salts(): Salt[] {
    return this.#state.salts.list()
  }

  /** The server's clock minus the caller's, ms: to be stored with the session. */
  get timeOffset(): number {
    const { time, clock } = this.#state
    return time.offset + clock.lead
  }

  /** Calls that have not ended: those sent, and those waiting to be. */
  get callCount(): { inFlight: number; queued: number } {
    const { calls } = this.#state
    return { inFlight: calls.inFlight, queued: calls.queued }
  }

  /** How often calls had to be sent again, for want of an answer or because the server turned them away. */
  get resends(): number {
    return this.#state.calls.resends
  }

  /** Whether the server has answered something that was sent over this connection: it is there, and has our key. */
  get answered(): boolean {
    return this.#state.answered
  }

  /** The estimated round trip, ms. */
  get roundTrip(): number {
    return this.#state.liveness.roundTrip
  }

  /** How much the session keeps, in entries of each kind. */
  get kept(): { seen: number; acks: number; questions: number; salts: number; calls: number } {
    const { seen, acks, questions, salts, calls } = this.#state
    return {
      seen: seen.size,
      acks: acks.size,
      questions: questions.size,
      salts: salts.size,
      calls: calls.size,
    }
  }

  /**
   * Makes a call. `body` is the encoded method, or a function that encodes it once its msg_id is known. It ends with
   * exactly one event of type result, error or failed, unless it is cancelled.
   * @throws SessionError CALL_INVALID when the body is not a TL object that fits one message
   */
  call(body: Uint8Array | CallBody, now: number, options?: CallOptions): CallId {
    this.#tick(now)
    if (typeof body !== 'function') checkBody(body)
    const wanted = options?.after
    const after = wanted === undefined ? NO_CALLS : typeof wanted === 'number' ? [wanted] : wanted
    const ready = typeof body === 'function' || options?.gzip === false ? body : packed(body)
    const id = this.#state.calls.add(ready, after, options?.once === true)
    this.#state.flushBy(this.#state.now + this.#gatherTime)
    return id
  }

  /**
   * Gives a call up: no event follows, and the server is told that its answer is not wanted (rpc_drop_answer). Whether it was
   * ever sent: then it may have been executed.
   */
  cancel(id: CallId, now: number): boolean {
    this.#tick(now)
    const { calls, connected, questions } = this.#state
    const msgId = calls.cancel(id)
    if (msgId === undefined) return false
    if (!connected) return true
    questions.send(writeOneLong(ids.RPC_DROP_ANSWER, msgId))
    this.#state.flushBy(this.#state.now)
    return true
  }

  /**
   * A connection is there. What was sent over the one before and not answered is asked about first. `http`: each packet is
   * a request of its own, see `hold`.
   */
  connected(now: number, options?: { http?: boolean }): void {
    this.#tick(now)
    const state = this.#state
    state.connected = true
    state.overHttp = options?.http === true
    state.holdFor = undefined
    state.connection++
    state.patientSince = state.now
    state.firstMsgId = state.packer.ids.last + 1n
    state.time.proven = false
    state.answered = false
    state.packetsAccepted = 0
    state.dead = undefined
    this.#toldDead = false
    state.liveness.connected(state.now)
    state.questions.askStates = state.calls.inFlight > 0
    state.flushBy(state.now)
  }

  /** The connection is gone; calls wait for the next. */
  disconnected(now: number): void {
    this.#tick(now)
    this.#state.connected = false
    this.#state.questions.disconnected()
  }

  /** Some bytes came, though not yet a whole packet: the connection lives. */
  dataSeen(now: number): void {
    this.#tick(now)
    this.#state.liveness.data(this.#state.now)
  }

  /** There is reason to doubt that the connection still leads anywhere: a ping goes out at once. */
  probe(now: number): void {
    this.#tick(now)
    const state = this.#state
    if (!state.connected) return
    state.liveness.probe(state.now)
    state.flushBy(state.now)
  }

  /**
   * Only over HTTP, where the server can speak only when asked: the request of the next packet may be held for so many ms
   * until it has something to say (http_wait, https://core.telegram.org/mtproto/service_messages#http-wait-long-poll). All
   * other requests are to be answered at once, so that they do not pile up.
   */
  hold(maxWait: number, now: number): void {
    this.#tick(now)
    this.#state.holdFor = maxWait
    this.#state.flushBy(this.#state.now)
  }

  /**
   * Takes a packet in.
   * @throws SecurityError when it breaks a rule; nothing of it was taken over, and the connection must be closed
   */
  receive(packet: Uint8Array, now: number): SessionEvent[] {
    this.#tick(now)
    const state = this.#state
    const events: SessionEvent[] = []
    const opened = openPacket(packet, state.key, 'server')
    checkHead(opened, state.sessionId)
    const content = packetContent(opened)
    const question = questionAnswered(state, content.messages)
    if (!isTimely(state, opened.msgId, question, events)) return events
    checkMessages(state, opened, content, this.#undelivered)

    state.liveness.data(state.now)
    if (question === 0n) state.time.observe(opened.msgId, state.now)
    else {
      state.answered = true
      state.time.observeAnswer(opened.msgId, question, state.now)
    }
    if (content.container) state.seen.add(opened.msgId)
    for (const message of content.messages) {
      this.#inbox.take(message, opened.msgId, events)
      // What follows was meant for the session that has just ended.
      if (state.dead === 'SESSION_REBUILT') break
    }
    this.#tellTime(events)
    state.setBusy()
    return events
  }

  /** What is to be written now, and when to ask again. */
  poll(now: number): ClientPoll {
    this.#tick(now)
    const state = this.#state
    const events = this.#undelivered
    this.#undelivered = []
    if (!state.connected) return { packets: [], wakeAt: Number.POSITIVE_INFINITY, events }
    this.#outbox.checkLife()
    if (state.dead !== undefined) {
      if (!this.#toldDead) events.push({ type: 'dead', reason: state.dead })
      this.#toldDead = true
      return { packets: [], wakeAt: Number.POSITIVE_INFINITY, events }
    }
    const packets = this.#outbox.send(events)
    return { packets, wakeAt: state.clock.ask(this.#outbox.wakeAt()), events }
  }

  /** Takes over the caller's time; when it jumped, neither our clock nor the connection can be trusted. */
  #tick(now: number): void {
    const state = this.#state
    if (state.clock.tick(now) && state.connected) {
      state.time.proven = false
      state.liveness.probe(state.now)
      // Time that went by in sleep is no time that the server had.
      state.patientSince = state.now
    }
  }

  #tellTime(events: SessionEvent[]): void {
    const offset = this.timeOffset
    if (Math.abs(offset - this.#toldOffset) < TIME_NEWS) return
    this.#toldOffset = offset
    events.push({ type: 'time', timeOffset: offset })
  }
}

function checkBody(body: Uint8Array): void {
  if (body.length < 4 || body.length % 4 !== 0 || body.length > MAX_BODY) {
    throw new SessionError(
      'CALL_INVALID',
      `a call of ${body.length} bytes, expected a TL object of 4 to ${MAX_BODY} bytes`,
    )
  }
}
