/**
 * The client's side of an encrypted session (https://core.telegram.org/mtproto/description), as a state machine: packets
 * and the time go in, packets, events and the next moment of interest come out. A session outlives its connections:
 * calls end once, whatever becomes of the socket.
 *
 * After any other method the driver calls `poll`, and again at the `wakeAt` that it returns.
 */
import { TlError, TlReader } from '@telegram-mt/tl'
import { PendingAcks, writeAcks } from './acks.ts'
import { type CallBody, type CallId, CallTable, type OutgoingCall } from './calls.ts'
import { SessionClock } from './clock.ts'
import * as ids from './constructors.ts'
import { constructorOf, packetContent, type ReceivedMessage } from './container.ts'
import { openPacket, PacketKey } from './envelope.ts'
import { SecurityError, SessionError } from './errors.ts'
import type { DeadReason, SessionEvent } from './events.ts'
import { MAX_UNPACKED, packed, unpacked } from './gzip.ts'
import { DISCONNECT_DELAY, Liveness } from './liveness.ts'
import { messageIdAt } from './message-id.ts'
import { gathered, type OutgoingMessage, Packer } from './packer.ts'
import { Questions } from './questions.ts'
import { ClientSalts, SALTS_ASKED } from './salts.ts'
import { SeenMessages } from './seen.ts'
import { ServerTime } from './server-time.ts'
import type { Salt } from './service-messages.ts'
import * as service from './service-messages.ts'

export interface ClientSessionOptions {
  /** 256 bytes, from the key exchange. */
  authKey: Uint8Array
  /** Random if absent. */
  sessionId?: bigint
  /** Salts known from the key exchange or from before; may be empty. */
  salts: readonly Salt[]
  /** Server's clock minus ours in ms, as last known; 0 if unknown. */
  timeOffset: number
  random: (length: number) => Uint8Array
  /** How often a call that the server turned away is sent anew before it fails with CALL_REJECTED; default 10. */
  maxRetries?: number
  /** How long calls are gathered into one container, ms; default 1. */
  gatherTime?: number
  /** Bound for unpacked answers, bytes; default 16 MiB. */
  maxUnpacked?: number
}

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

/** "ack delay / acks that force a flush: 30 s / 100" */
const ACK_DELAY = 30_000
/** A call of which nothing was heard for so long (ms) is asked about. */
const ASK_AFTER = 15_000
/** … and if that does not help for so long, the connection is given up. */
const STALLED_AFTER = 60_000
/** A change of the server's time by less (ms) is not worth telling. */
const TIME_NEWS = 1_000
/** A call is one message of one packet. */
const MAX_BODY = 4 * 1024 * 1024 - 4096

/** Those whose second word is the msg_id of the message that they answer. */
const ANSWERS = new Set<number>([
  ids.RPC_RESULT,
  ids.PONG,
  ids.BAD_MSG_NOTIFICATION,
  ids.BAD_SERVER_SALT,
  ids.FUTURE_SALTS,
  ids.MSGS_STATE_INFO,
  ids.NEW_SESSION_CREATED,
])

export class ClientSession {
  #sessionId: bigint
  readonly #key: PacketKey
  readonly #random: (length: number) => Uint8Array
  readonly #gatherTime: number
  readonly #maxUnpacked: number
  readonly #clock = new SessionClock()
  readonly #time: ServerTime
  readonly #salts: ClientSalts
  readonly #packer: Packer
  readonly #seen = new SeenMessages()
  readonly #acks = new PendingAcks(ACK_DELAY)
  readonly #calls: CallTable
  readonly #questions = new Questions()
  readonly #liveness: Liveness

  /** Counted from 1; which one a call went over. */
  #connection = 0
  #connected = false
  #connectedAt = 0
  /** The first msg_id that could be given out on this connection: a message that names it or a later one is fresh. */
  #firstMsgId = 0n
  /** The highest msg_id of ours that the server is known to have accepted. */
  #accepted = 0n
  #flushAt = Number.POSITIVE_INFINITY
  #toldOffset: number
  #dead: DeadReason | undefined
  #toldDead = false
  /** Of a packet that was refused. */
  #undelivered: SessionEvent[] = []
  /** A session that we gave up and that the server may forget. */
  #abandoned: bigint | undefined

  constructor(options: ClientSessionOptions) {
    this.#random = options.random
    this.#sessionId = options.sessionId ?? this.#randomLong()
    this.#key = new PacketKey(options.authKey)
    this.#gatherTime = options.gatherTime ?? 1
    this.#maxUnpacked = options.maxUnpacked ?? MAX_UNPACKED
    this.#time = new ServerTime(options.timeOffset)
    this.#toldOffset = options.timeOffset
    this.#salts = new ClientSalts(options.salts)
    this.#packer = new Packer(this.#key, 'client', options.random)
    this.#calls = new CallTable(options.maxRetries ?? 10)
    this.#liveness = new Liveness((options.random(1)[0] ?? 0) / 255)
  }

  get sessionId(): bigint {
    return this.#sessionId
  }

  /** The salts known, to be stored with the session. */
  get salts(): Salt[] {
    return this.#salts.list()
  }

  /** The server's clock minus the caller's, ms: to be stored with the session. */
  get timeOffset(): number {
    return this.#time.offset + (this.#clock.now - this.#clock.toCaller(this.#clock.now))
  }

  /** Calls that have not ended: those sent, and those waiting to be. */
  get callCount(): { inFlight: number; queued: number } {
    return { inFlight: this.#calls.inFlight, queued: this.#calls.queued }
  }

  /** The estimated round trip, ms. */
  get roundTrip(): number {
    return this.#liveness.roundTrip
  }

  /** Sizes of what the session keeps, to watch over its memory. */
  get kept(): { seen: number; acks: number; questions: number; salts: number; calls: number } {
    return {
      seen: this.#seen.size,
      acks: this.#acks.size,
      questions: this.#questions.size,
      salts: this.#salts.size,
      calls: this.#calls.size,
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
    const id = this.#calls.add(ready, after, options?.once === true)
    this.#flushBy(this.#clock.now + this.#gatherTime)
    return id
  }

  /** Gives a call up: no event follows, and the server is told that its answer is not wanted (rpc_drop_answer). */
  cancel(id: CallId, now: number): void {
    this.#tick(now)
    const msgId = this.#calls.cancel(id)
    if (msgId === undefined || !this.#connected) return
    this.#questions.send(service.writeOneLong(ids.RPC_DROP_ANSWER, msgId))
    this.#flushBy(this.#clock.now + this.#gatherTime)
  }

  /** A connection is there. What was sent over the one before and not answered is asked about first. */
  connected(now: number): void {
    this.#tick(now)
    this.#connected = true
    this.#connection++
    this.#connectedAt = this.#clock.now
    this.#firstMsgId = this.#packer.ids.last + 1n
    this.#time.proven = false
    this.#dead = undefined
    this.#toldDead = false
    this.#liveness.connected(this.#clock.now)
    this.#questions.askStates = this.#calls.inFlight > 0
    this.#flushBy(this.#clock.now)
  }

  /** The connection is gone; calls wait for the next. */
  disconnected(now: number): void {
    this.#tick(now)
    this.#connected = false
    this.#questions.disconnected()
  }

  /** Some bytes came, though not yet a whole packet: the connection lives. */
  dataSeen(now: number): void {
    this.#tick(now)
    this.#liveness.data(this.#clock.now)
  }

  /**
   * Takes a packet in.
   * @throws SecurityError when it breaks a rule; nothing of it was taken over, and the connection must be closed
   */
  receive(packet: Uint8Array, now: number): SessionEvent[] {
    this.#tick(now)
    const time = this.#clock.now
    const events: SessionEvent[] = []
    const opened = openPacket(packet, this.#key, 'server')
    if (opened.sessionId !== this.#sessionId) {
      throw new SecurityError('SESSION_ID_FOREIGN', 'a message for another session')
    }
    checkServerMessage(opened.msgId, opened.seqNo, ids.MSG_CONTAINER, false)
    const content = packetContent(opened)
    const question = this.#questionAnswered(content.messages)
    if (!this.#timely(opened.msgId, question, time, events)) return events
    this.#checkAll(opened.msgId, opened.seqNo, content.container, content.messages)

    this.#liveness.data(time)
    if (question === 0n) this.#time.observe(opened.msgId, time)
    else this.#time.observeAnswer(opened.msgId, question, time)
    if (content.container) this.#seen.add(opened.msgId)
    for (const message of content.messages) this.#take(message, opened.msgId, time, events)
    this.#tellTime(events)
    this.#busy()
    return events
  }

  /** What is to be written now, and when to ask again. */
  poll(now: number): ClientPoll {
    const jumped = this.#tick(now)
    const time = this.#clock.now
    const events = this.#undelivered
    this.#undelivered = []
    if (!this.#connected) return { packets: [], wakeAt: Number.POSITIVE_INFINITY, events }
    this.#checkLife(time, jumped)
    if (this.#dead !== undefined) {
      if (!this.#toldDead) events.push({ type: 'dead', reason: this.#dead })
      this.#toldDead = true
      return { packets: [], wakeAt: Number.POSITIVE_INFINITY, events }
    }
    this.#askAboutSilentCalls(time)
    const packets = this.#isDue(time) ? this.#flush(time, events) : []
    this.#busy()
    return { packets, wakeAt: this.#clock.ask(this.#nextWake()), events }
  }

  // --- receiving -----------------------------------------------------------------------------------------------------

  /** The msg_id of a message of ours, sent on this connection, that one of these answers: it proves them fresh. */
  #questionAnswered(messages: readonly ReceivedMessage[]): bigint {
    for (const { body } of messages) {
      if (body.length < 12 || !ANSWERS.has(constructorOf(body))) continue
      const msgId = new DataView(body.buffer, body.byteOffset).getBigInt64(4, true)
      if (msgId >= this.#firstMsgId && msgId <= this.#packer.ids.last) return msgId
    }
    return 0n
  }

  /**
   * "msg_id … over 300 seconds in the past or over 30 seconds in the future" is refused, once the time is known. On a
   * new connection, or after our clock jumped, it is our time that may be wrong: then only what answers us is taken.
   */
  #timely(msgId: bigint, question: bigint, time: number, events: SessionEvent[]): boolean {
    const age = this.#time.age(msgId, time)
    if (age === 'valid' || (question !== 0n && !this.#time.proven)) {
      if (age !== 'valid') this.#time.reset(msgId, time)
      return true
    }
    const error =
      age === 'old'
        ? new SecurityError('MSG_ID_TOO_OLD', 'a message from more than 300 s ago')
        : new SecurityError('MSG_ID_TOO_NEW', 'a message from more than 30 s in the future')
    if (this.#time.proven) throw error
    events.push({ type: 'refused', error })
    return false
  }

  #checkAll(msgId: bigint, seqNo: number, container: boolean, messages: readonly ReceivedMessage[]): void {
    if (container) {
      if (seqNo % 2 !== 0) throw new SecurityError('SEQ_NO_INVALID', 'a container with an odd seq_no')
      this.#checkRemembered(msgId, true)
    }
    for (const message of messages) {
      checkServerMessage(message.msgId, message.seqNo, constructorOf(message.body), true)
      this.#checkRemembered(message.msgId, !container)
    }
  }

  /** What is older than all that is remembered cannot be told from a replay, now or later: the session must end. */
  #checkRemembered(msgId: bigint, outermost: boolean): void {
    if (this.#seen.look(msgId) !== 'forgotten') return
    // In a packet of now it is the server that insists on it, and will again: only a new session gets rid of it.
    if (!outermost) this.#rebuild(this.#undelivered)
    throw new SecurityError('MSG_ID_FORGOTTEN', 'a message older than all that are remembered')
  }

  #take(message: ReceivedMessage, packetId: bigint, time: number, events: SessionEvent[]): void {
    const fresh = this.#seen.look(message.msgId) === 'new'
    // A repeated message is acknowledged again, because the first acknowledgement may be lost, and dropped.
    if (message.seqNo % 2 !== 0) this.#acks.add(message.msgId, time)
    if (!fresh) return
    this.#seen.add(message.msgId)
    try {
      this.#dispatch(message.body, message, packetId, time, events)
    } catch (error) {
      events.push({ type: 'refused', error: asRefusal(error) })
    }
  }

  #dispatch(
    body: Uint8Array,
    message: ReceivedMessage,
    packetId: bigint,
    time: number,
    events: SessionEvent[],
  ): void {
    const id = constructorOf(body)
    if (id === ids.GZIP_PACKED) {
      return this.#dispatch(unpacked(body, this.#maxUnpacked), message, packetId, time, events)
    }
    const reader = new TlReader(body, 4)
    switch (id) {
      case ids.RPC_RESULT:
        return this.#result(reader.long(), body.subarray(12), time, events)
      case ids.MSGS_ACK:
        return this.#acknowledged(service.readIds(reader), time)
      case ids.PONG:
        return this.#pong(reader.long(), time, events)
      case ids.NEW_SESSION_CREATED:
        return this.#newSession(reader.long(), reader.long(), reader.long(), time, events)
      case ids.BAD_SERVER_SALT:
        return this.#badSalt(reader, time, events)
      case ids.BAD_MSG_NOTIFICATION:
        return this.#badMessage(reader, packetId, time, events)
      case ids.FUTURE_SALTS:
        return this.#futureSalts(reader, time, events)
      case ids.MSGS_STATE_INFO:
        return this.#states(this.#questions.takeStates(reader.long()), reader.bytes(), time, events)
      case ids.MSGS_ALL_INFO:
        return this.#states(service.readIds(reader), reader.bytes(), time, events)
      case ids.MSG_DETAILED_INFO:
        return this.#detailedInfo(reader.long(), reader.long(), time)
      case ids.MSG_NEW_DETAILED_INFO:
        return this.#detailedInfo(0n, reader.long(), time)
      case ids.MSGS_STATE_REQ:
      case ids.MSG_RESEND_ANS_REQ:
        return this.#tellStates(message.msgId, service.readIds(reader))
      case ids.MSG_RESEND_REQ:
        return this.#sendAgain(message.msgId, service.readIds(reader))
      case ids.PING:
      case ids.PING_DELAY_DISCONNECT:
        this.#questions.send(service.writePong(message.msgId, reader.long()))
        return this.#flushBy(time)
      case ids.DESTROY_SESSION_OK:
      case ids.DESTROY_SESSION_NONE:
        return
      default:
        events.push({ type: 'update', body })
    }
  }

  #result(reqMsgId: bigint, result: Uint8Array, time: number, events: SessionEvent[]): void {
    this.#accept(reqMsgId)
    if (result.length < 4) throw new SessionError('SERVICE_MALFORMED', 'an rpc_result without a result')
    const call = this.#calls.answered(reqMsgId)
    // Of a call that was cancelled, or answered before: acknowledged and dropped.
    if (call === undefined) return
    let body: Uint8Array
    try {
      body = unpacked(result, this.#maxUnpacked)
      if (constructorOf(body) !== ids.RPC_ERROR) {
        events.push({ type: 'result', call: call.id, body })
        return
      }
      const reader = new TlReader(body, 4)
      const code = reader.int()
      const message = reader.string()
      // The one to follow got another msg_id after this was sent: this was not executed, and waits for it anew.
      if (message === 'MSG_WAIT_FAILED' && call.after.length > 0 && this.#calls.takeBack(call)) {
        return this.#flushBy(time)
      }
      events.push({ type: 'error', call: call.id, code, message })
    } catch (error) {
      events.push({ type: 'failed', call: call.id, error: asAnswerFault(error) })
    }
    this.#calls.failSuccessors(call)
  }

  #acknowledged(msgIds: readonly bigint[], time: number): void {
    for (const msgId of msgIds) this.#accept(msgId)
    this.#calls.acknowledged(msgIds, time)
  }

  #pong(msgId: bigint, time: number, events: SessionEvent[]): void {
    this.#accept(msgId)
    if (this.#questions.pong(msgId)) events.push({ type: 'pong', rtt: this.#liveness.pong(time) })
  }

  #newSession(
    firstMsgId: bigint,
    uniqueId: bigint,
    salt: bigint,
    time: number,
    events: SessionEvent[],
  ): void {
    this.#adoptSalt(salt, time, events)
    this.#calls.sessionLost(firstMsgId, events)
    this.#flushBy(time)
    events.push({ type: 'newSession', firstMsgId, uniqueId })
  }

  #badSalt(reader: TlReader, time: number, events: SessionEvent[]): void {
    const badMsgId = reader.long()
    reader.skip(8)
    this.#adoptSalt(reader.long(), time, events)
    this.#rejected(badMsgId, 'salt', time, events)
  }

  #badMessage(reader: TlReader, packetId: bigint, time: number, events: SessionEvent[]): void {
    const badMsgId = reader.long()
    reader.skip(4)
    const code = reader.int()
    switch (code) {
      case 16:
      case 17:
        // Only a word about a message of this connection is about the time as it is now.
        if (badMsgId >= this.#firstMsgId) this.#correctTime(packetId, time)
        return this.#rejected(badMsgId, 'time', time, events)
      case 20:
        return this.#rejected(badMsgId, 'unverifiable', time, events)
      case 34:
      case 35:
      case 64:
        return this.#calls.refused(badMsgId, code, events)
      default:
        // 18, 19, 32, 33, 48: our numbering and the server's do not fit together; a new session begins with its own.
        this.#rebuild(events)
    }
  }

  #correctTime(packetId: bigint, time: number): void {
    this.#time.reset(packetId, time)
    // Ids that were refused as too high are known to nobody: what follows may be lower.
    const serverNow = messageIdAt(this.#time.at(time))
    const highest = serverNow > this.#accepted ? serverNow : this.#accepted
    if (highest < this.#packer.ids.last) {
      this.#packer.ids.restartAfter(highest)
      if (highest < this.#firstMsgId) this.#firstMsgId = highest + 1n
    }
  }

  #rejected(
    badMsgId: bigint,
    why: 'salt' | 'time' | 'unverifiable',
    time: number,
    events: SessionEvent[],
  ): void {
    const lost = this.#questions.rejected(badMsgId)
    for (const msgId of lost.acks) this.#acks.add(msgId, time)
    if (lost.ping) this.#liveness.pingLost()
    if (lost.salts) this.#salts.askAgain()
    this.#calls.rejected(badMsgId, why, events)
    this.#flushBy(time)
  }

  #futureSalts(reader: TlReader, time: number, events: SessionEvent[]): void {
    const { reqMsgId, salts } = service.readFutureSalts(reader)
    this.#accept(reqMsgId)
    this.#salts.replace(salts, this.#time.at(time))
    events.push({ type: 'salts', salts: this.#salts.list() })
  }

  #adoptSalt(salt: bigint, time: number, events: SessionEvent[]): void {
    if (this.#salts.adopt(salt, this.#time.at(time)))
      events.push({ type: 'salts', salts: this.#salts.list() })
  }

  #states(
    msgIds: readonly bigint[] | undefined,
    info: Uint8Array,
    time: number,
    events: SessionEvent[],
  ): void {
    if (msgIds === undefined) return
    if (msgIds.length !== info.length) {
      throw new SessionError('SERVICE_MALFORMED', `${info.length} states for ${msgIds.length} messages`)
    }
    const answered: bigint[] = []
    msgIds.forEach((msgId, i) => {
      if (this.#calls.stateOf(msgId, info[i] ?? 0, this.#connection, time, events)) answered.push(msgId)
    })
    for (let at = 0; at < answered.length; at += service.MAX_IDS) {
      const part = answered.slice(at, at + service.MAX_IDS)
      this.#questions.send(service.writeIds(ids.MSG_RESEND_ANS_REQ, part))
    }
    this.#flushBy(time)
  }

  /** The server has an answer and tells us rather than sends it, because it is large or was sent before. */
  #detailedInfo(msgId: bigint, answerMsgId: bigint, time: number): void {
    const wanted = msgId === 0n || this.#calls.knows(msgId)
    if (wanted && this.#seen.look(answerMsgId) === 'new') {
      this.#questions.send(service.writeIds(ids.MSG_RESEND_REQ, [answerMsgId]))
    } else {
      this.#acks.add(answerMsgId, time)
    }
    this.#flushBy(time)
  }

  /** The server asks what became of its messages. */
  #tellStates(reqMsgId: bigint, msgIds: readonly bigint[]): void {
    const info = new Uint8Array(msgIds.length)
    msgIds.forEach((msgId, i) => {
      const sight = this.#seen.look(msgId)
      info[i] = sight === 'seen' ? 4 : sight === 'forgotten' ? 1 : msgId > this.#seen.highest ? 3 : 2
    })
    this.#questions.send(service.writeStateInfo(reqMsgId, info))
    this.#flushBy(this.#clock.now)
  }

  #sendAgain(reqMsgId: bigint, msgIds: readonly bigint[]): void {
    const unknown = msgIds.filter((msgId) => !this.#calls.sendAgain(msgId))
    if (unknown.length > 0)
      this.#questions.send(service.writeStateInfo(reqMsgId, new Uint8Array(unknown.length).fill(1)))
    this.#flushBy(this.#clock.now)
  }

  #accept(msgId: bigint): void {
    if (msgId > this.#accepted && msgId <= this.#packer.ids.last) this.#accepted = msgId
  }

  /** Gives the session up for a new one over a new connection. */
  #rebuild(events: SessionEvent[]): void {
    this.#abandoned = this.#sessionId
    this.#sessionId = this.#randomLong()
    this.#packer.restart()
    this.#seen.clear()
    this.#acks.clear()
    this.#calls.sessionLost(undefined, events)
    this.#dead = 'SESSION_REBUILT'
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  #checkLife(time: number, jumped: boolean): void {
    if (jumped) {
      this.#time.proven = false
      this.#liveness.probe(time)
    }
    if (this.#dead !== undefined) return
    this.#dead = this.#liveness.deathCause(time)
    const stalled = Math.max(this.#connectedAt, this.#calls.oldestHeard()) + STALLED_AFTER
    if (this.#dead === undefined && !jumped && this.#calls.inFlight > 0 && time >= stalled)
      this.#dead = 'CALL_STALLED'
  }

  #askAboutSilentCalls(time: number): void {
    if (this.#calls.inFlight === 0 || time < this.#questions.statesAskedAt + ASK_AFTER) return
    if (time >= this.#calls.oldestHeard() + ASK_AFTER) this.#questions.askStates = true
  }

  #isDue(time: number): boolean {
    return (
      time >= this.#flushAt ||
      time >= this.#acks.dueAt ||
      this.#questions.waiting ||
      this.#liveness.pingDue(time, false)
    )
  }

  #nextWake(): number {
    let wakeAt = Math.min(this.#flushAt, this.#acks.dueAt, this.#liveness.wakeAt())
    if (this.#calls.inFlight > 0) {
      const ask = Math.max(this.#calls.oldestHeard(), this.#questions.statesAskedAt) + ASK_AFTER
      const stall = Math.max(this.#connectedAt, this.#calls.oldestHeard()) + STALLED_AFTER
      wakeAt = Math.min(wakeAt, ask, stall)
    }
    return wakeAt
  }

  #flush(time: number, events: SessionEvent[]): Uint8Array[] {
    this.#flushAt = Number.POSITIVE_INFINITY
    const serverTime = this.#time.at(time)
    const salt = this.#salts.current(serverTime)
    const calls = this.#calls.toSend(this.#connection, this.#packer.ids.last, time, events)
    const messages: (OutgoingMessage | OutgoingCall)[] = [
      ...this.#serviceMessages(time, serverTime),
      ...calls,
    ]
    return gathered(messages).map((group) => {
      for (const message of group) this.#identify(message, serverTime)
      const { packet, msgId } = this.#packer.pack(group, this.#sessionId, salt, serverTime)
      for (const message of group) if ('call' in message) this.#calls.sent(message, msgId)
      this.#questions.sentIn(msgId, group)
      return packet
    })
  }

  #identify(message: OutgoingMessage | OutgoingCall, serverTime: number): void {
    this.#packer.identify(message, serverTime)
    if ('call' in message) message.body = this.#calls.bodyOf(message.call, message.msgId, this.#sessionId)
  }

  #serviceMessages(time: number, serverTime: number): OutgoingMessage[] {
    const questions = this.#questions
    if (this.#abandoned !== undefined)
      questions.send(service.writeOneLong(ids.DESTROY_SESSION, this.#abandoned))
    this.#abandoned = undefined
    for (const list of this.#acks.take()) questions.acknowledge(writeAcks(list), list)
    if (this.#liveness.pingDue(time, true)) {
      questions.ping(service.writePing(this.#randomLong(), DISCONNECT_DELAY))
      this.#liveness.pinged(time)
    }
    if (this.#salts.needsMore(serverTime, time)) {
      questions.salts(service.writeGetFutureSalts(SALTS_ASKED))
      this.#salts.asked(time)
    }
    if (questions.askStates) {
      const msgIds = this.#calls.toAskAbout(this.#connection, time - ASK_AFTER)
      for (let at = 0; at < msgIds.length; at += service.MAX_IDS) {
        const part = msgIds.slice(at, at + service.MAX_IDS)
        questions.states(service.writeIds(ids.MSGS_STATE_REQ, part), part)
      }
      questions.askStates = false
      questions.statesAskedAt = time
    }
    return questions.take()
  }

  #tick(now: number): boolean {
    const jumped = this.#clock.tick(now)
    if (jumped && this.#connected) {
      this.#time.proven = false
      this.#liveness.probe(this.#clock.now)
    }
    return jumped
  }

  #busy(): void {
    this.#liveness.setBusy(this.#calls.inFlight > 0, this.#clock.now)
  }

  #flushBy(time: number): void {
    if (time < this.#flushAt) this.#flushAt = time
  }

  #tellTime(events: SessionEvent[]): void {
    const offset = this.timeOffset
    if (Math.abs(offset - this.#toldOffset) < TIME_NEWS) return
    this.#toldOffset = offset
    events.push({ type: 'time', timeOffset: offset })
  }

  #randomLong(): bigint {
    const bytes = this.#random(8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)
  }
}

const NO_CALLS: readonly CallId[] = []

function checkBody(body: Uint8Array): void {
  if (body.length < 4 || body.length % 4 !== 0 || body.length > MAX_BODY) {
    throw new SessionError(
      'CALL_INVALID',
      `a call of ${body.length} bytes, expected a TL object of 4 to ${MAX_BODY} bytes`,
    )
  }
}

/** Checks what the head of a message says about who wrote it and of which kind it is. */
function checkServerMessage(msgId: bigint, seqNo: number, constructor: number, whole: boolean): void {
  if ((msgId & 1n) === 0n)
    throw new SecurityError('MSG_ID_PARITY', 'a msg_id from the server is odd, this one is even')
  if (seqNo < 0) throw new SecurityError('SEQ_NO_INVALID', 'a negative seq_no')
  if (!whole) return
  if (constructor === ids.MSGS_ACK && seqNo % 2 !== 0) {
    throw new SecurityError('SEQ_NO_INVALID', 'an acknowledgement with an odd seq_no')
  }
  if (constructor === ids.RPC_RESULT && seqNo % 2 === 0) {
    throw new SecurityError('SEQ_NO_INVALID', 'an rpc_result with an even seq_no')
  }
}

function asRefusal(error: unknown): SecurityError | SessionError {
  if (error instanceof SecurityError || error instanceof SessionError) return error
  if (error instanceof TlError) {
    return new SessionError('SERVICE_MALFORMED', 'a service message that cannot be read', { cause: error })
  }
  throw error
}

function asAnswerFault(error: unknown): SecurityError | SessionError {
  if (error instanceof SecurityError) return error
  if (error instanceof TlError) {
    return new SessionError('ANSWER_INVALID', 'an rpc_error that cannot be read', { cause: error })
  }
  throw error
}
