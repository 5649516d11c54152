/**
 * The server's side of an encrypted session, as a state machine. It answers service messages itself, hands out each call
 * exactly once however often it arrives, and keeps what it sent until the client has acknowledged it; so it outlives
 * the connections that it is bound to.
 *
 * After any other method the driver calls `poll`, and again at the `wakeAt` that it returns. `now` is the server's clock.
 */
import { TlError, TlReader } from '@telegram-mt/tl'
import { PendingAcks, writeAcks } from './acks.ts'
import * as ids from './constructors.ts'
import { constructorOf, type PacketContent, packetContent, type ReceivedMessage } from './container.ts'
import { type OpenedPacket, openPacket, type PacketKey } from './envelope.ts'
import { SecurityError, SessionError } from './errors.ts'
import { packed, unpacked } from './gzip.ts'
import { type MessageIdBits, messageIdAt } from './message-id.ts'
import { gathered, type OutgoingMessage, Packer } from './packer.ts'
import type { ServerEvent } from './server-events.ts'
import * as gate from './server-gate.ts'
import { ServerGate } from './server-gate.ts'
import type { ServerSalts } from './server-salts.ts'
import * as service from './service-messages.ts'
import { Unacknowledged } from './unacknowledged.ts'

export interface ServerSessionOptions {
  key: PacketKey
  sessionId: bigint
  salts: ServerSalts
  random: (length: number) => Uint8Array
  /** How many unacknowledged messages are kept, before the oldest updates are given up; default 4096. */
  maxKept?: number
  /** How many received messages are remembered at least, to know them again; default 16384. */
  remembered?: number
}

export interface ServerPoll {
  packets: Uint8Array[]
  /** ms, Infinity for never. */
  wakeAt: number
}

/** ms; answers come soon and acknowledge their calls by themselves. */
const ACK_DELAY = 500
const MAX_KEPT = 4096
/** ms; smaller corrections of the clock change nothing. */
const CLOCK_STEP = 1_000

export class ServerSession {
  readonly sessionId: bigint
  readonly #key: PacketKey
  readonly #salts: ServerSalts
  readonly #random: (length: number) => Uint8Array
  readonly #packer: Packer
  readonly #gate: ServerGate
  readonly #acks = new PendingAcks(ACK_DELAY)
  /** Calls not yet answered, and those whose answer is not yet acknowledged. */
  readonly #calls = new Map<bigint, 'running' | 'answered'>()
  readonly #kept: Unacknowledged
  #out: OutgoingMessage[] = []
  #connected = false
  #lastNow = 0

  constructor(options: ServerSessionOptions) {
    this.sessionId = options.sessionId
    this.#key = options.key
    this.#salts = options.salts
    this.#random = options.random
    this.#gate = new ServerGate(options.salts, options.remembered)
    this.#packer = new Packer(options.key, 'server', options.random)
    this.#kept = new Unacknowledged(options.maxKept ?? MAX_KEPT)
  }

  /** Messages sent and not acknowledged. */
  get unacknowledged(): number {
    return this.#kept.size
  }

  /** How many messages were sent again in a form in which the client cannot recognize a repeat. */
  get renamed(): number {
    return this.#kept.renamed
  }

  /** Whether there are messages of which it can no longer say whether it received them. */
  get hasForgotten(): boolean {
    return this.#gate.seen.hasForgotten
  }

  get isConnected(): boolean {
    return this.#connected
  }

  /** Whether this call was received and is not answered yet. */
  isRunning(msgId: bigint): boolean {
    return this.#calls.get(msgId) === 'running'
  }

  /** Bound to a new connection (which replaces the one before): what was never acknowledged is sent again. */
  connected(): void {
    this.#connected = true
    this.#kept.sendAllAgain()
  }

  disconnected(): void {
    this.#connected = false
    // What was not content-related is of no use on the next connection.
    this.#out = this.#out.filter((message) => message.content)
  }

  /** @throws SecurityError when the packet is not an intact one of this session */
  receive(packet: Uint8Array, now: number): ServerEvent[] {
    return this.take(openPacket(packet, this.#key, 'client'), now)
  }

  /** Takes a packet in that is already decrypted. */
  take(packet: OpenedPacket, now: number): ServerEvent[] {
    if (packet.sessionId !== this.sessionId) {
      throw new SecurityError('SESSION_ID_FOREIGN', 'a message for another session')
    }
    const events: ServerEvent[] = []
    let content: PacketContent
    try {
      content = packetContent(packet)
    } catch (error) {
      if (!(error instanceof SecurityError)) throw error
      this.#bad(packet, gate.BAD_CONTAINER)
      return [{ type: 'refused', error }]
    }
    const { container, messages } = content
    // A repeated packet changes nothing, whatever has become of its salt and its time since.
    if (this.#gate.isRepeated(packet.msgId) || (!container && this.#calls.has(packet.msgId))) {
      if (container && this.#calls.has(packet.msgId)) this.#bad(packet, gate.CONTAINER_ID_TAKEN)
      else for (const message of messages) if (this.#isKnown(message.msgId)) this.#repeated(message, now)
      return events
    }
    if (!this.#accepts(packet, container, now)) return events
    this.#greet(packet.msgId, messages, now)
    if (container) this.#gate.seen.add(packet.msgId)
    for (const message of messages) this.#takeMessage(message, now, events)
    return events
  }

  /** Answers a call with a TL object. An answer to a call that is not running (any more) is dropped. */
  answer(msgId: bigint, result: Uint8Array, gzip = true): void {
    if (this.#calls.get(msgId) !== 'running') return
    this.#calls.set(msgId, 'answered')
    this.#acks.remove(msgId)
    this.#keep(service.writeResult(msgId, gzip ? packed(result) : result), 1, msgId)
  }

  /** Answers a call with rpc_error. */
  answerError(msgId: bigint, code: number, message: string): void {
    this.answer(msgId, service.writeError(code, message), false)
  }

  /**
   * Sends an object that answers nothing: updates. Returns how many older ones had to be given up for it, because the
   * client did not come back for them: it must then be told that updates were lost.
   */
  push(body: Uint8Array): number {
    return this.#kept.add(packed(body), 3, 0n, true)
  }

  /** The answer to `destroySession`. */
  destroyed(sessionId: bigint, existed: boolean): void {
    this.#say(service.writeOneLong(existed ? ids.DESTROY_SESSION_OK : ids.DESTROY_SESSION_NONE, sessionId))
  }

  poll(now: number): ServerPoll {
    // Clients take the time from our msg_ids: after the clock was set back, they must not go on from the future.
    if (now < this.#lastNow - CLOCK_STEP) this.#packer.ids.restartAfter(messageIdAt(now))
    this.#lastNow = now
    if (!this.#connected) return { packets: [], wakeAt: Number.POSITIVE_INFINITY }
    const again = this.#kept.takeDue(now, this.#packer.ids.last)
    const packets =
      this.#out.length > 0 || again.length > 0 || now >= this.#acks.dueAt ? this.#flush(again, now) : []
    return { packets, wakeAt: Math.min(this.#acks.dueAt, this.#kept.dueAt) }
  }

  #flush(again: OutgoingMessage[], now: number): Uint8Array[] {
    const acks = this.#acks.take().map((list) => serviceMessage(writeAcks(list)))
    const messages = [...acks, ...again, ...this.#out]
    this.#out = []
    const salt = this.#salts.current(now)
    return gathered(messages).map((group) => {
      for (const message of group) this.#packer.identify(message, now)
      const { packet } = this.#packer.pack(group, this.sessionId, salt, now)
      this.#kept.sent(group, now)
      return packet
    })
  }

  // --- receiving -----------------------------------------------------------------------------------------------------

  #accepts(packet: OpenedPacket, container: boolean, now: number): boolean {
    const fault = this.#gate.packetFault(packet, container, now)
    if (fault === 0) return true
    if (fault !== gate.BAD_SALT) this.#bad(packet, fault)
    else this.#say(service.writeBadSalt(packet.msgId, packet.seqNo, this.#salts.current(now)))
    return false
  }

  /** The first packet of a session: "all messages with lower msg_id must be sent again", updates may have been lost. */
  #greet(packetId: bigint, messages: readonly ReceivedMessage[], now: number): void {
    if (this.#gate.isOpen) return
    let first = packetId
    for (const { msgId } of messages) if (msgId < first) first = msgId
    this.#gate.open(first)
    const unique = this.#random(8)
    const uniqueId = new DataView(unique.buffer, unique.byteOffset, 8).getBigInt64(0, true)
    this.#keep(service.writeNewSession(first, uniqueId, this.#salts.current(now)), 3, 0n)
  }

  #takeMessage(message: ReceivedMessage, now: number, events: ServerEvent[]): void {
    const { msgId, seqNo } = message
    if (this.#isKnown(msgId)) {
      this.#repeated(message, now)
      return
    }
    let body: Uint8Array
    try {
      body = unpacked(message.body)
    } catch (error) {
      if (!(error instanceof SecurityError)) throw error
      this.#gate.seen.add(msgId)
      this.#bad(message, gate.BAD_CONTAINER)
      events.push({ type: 'refused', error })
      return
    }
    const fault = this.#gate.messageFault(msgId, seqNo, constructorOf(body))
    if (fault !== 0) {
      this.#bad(message, fault)
      return
    }
    this.#gate.seen.add(msgId)
    if (seqNo % 2 !== 0) this.#acks.add(msgId, now)
    try {
      this.#dispatch(message, body, now, events)
    } catch (error) {
      if (!(error instanceof TlError)) throw error
      const cause = { cause: error }
      events.push({
        type: 'refused',
        error: new SessionError('SERVICE_MALFORMED', 'a service message that cannot be read', cause),
      })
    }
  }

  #dispatch(message: ReceivedMessage, body: Uint8Array, now: number, events: ServerEvent[]): void {
    const { msgId } = message
    const reader = new TlReader(body, 4)
    const id = constructorOf(body)
    switch (id) {
      case ids.MSGS_ACK:
        this.#acknowledged(service.readIds(reader))
        return
      case ids.PING:
      case ids.PING_DELAY_DISCONNECT:
        this.#say(service.writePong(msgId, reader.long()))
        if (id === ids.PING_DELAY_DISCONNECT)
          events.push({ type: 'disconnectAfter', delay: reader.int() * 1000 })
        return
      case ids.GET_FUTURE_SALTS: {
        const salts = this.#salts.future(now, reader.int())
        this.#say(service.writeFutureSalts(msgId, Math.floor(now / 1000), salts))
        return
      }
      case ids.MSGS_STATE_REQ:
        this.#say(service.writeStateInfo(msgId, this.#states(service.readIds(reader))))
        return
      case ids.MSG_RESEND_REQ:
        this.#resend(msgId, service.readIds(reader))
        return
      case ids.MSG_RESEND_ANS_REQ:
        this.#resendAnswers(msgId, service.readIds(reader))
        return
      case ids.RPC_DROP_ANSWER:
        this.#dropAnswer(msgId, reader.long(), events)
        return
      case ids.DESTROY_SESSION:
        events.push({ type: 'destroySession', msgId, sessionId: reader.long() })
        return
      case ids.HTTP_WAIT:
        events.push({
          type: 'httpWait',
          maxDelay: reader.int(),
          waitAfter: reader.int(),
          maxWait: reader.int(),
        })
        return
    }
    if (gate.isServiceMessage(id)) return
    this.#calls.set(msgId, 'running')
    events.push({ type: 'call', msgId, body })
  }

  /** Received before: the client has not heard of it, so it is told once more. */
  #repeated(message: ReceivedMessage, now: number): void {
    if (this.#calls.get(message.msgId) === 'answered') this.#kept.sendAnswerAgain(message.msgId)
    else if (message.seqNo % 2 !== 0) this.#acks.add(message.msgId, now)
  }

  #isKnown(msgId: bigint): boolean {
    return this.#calls.has(msgId) || this.#gate.isRepeated(msgId)
  }

  #acknowledged(msgIds: readonly bigint[]): void {
    for (const msgId of msgIds) {
      const reqMsgId = this.#kept.acknowledged(msgId)
      if (reqMsgId !== 0n) this.#calls.delete(reqMsgId)
    }
  }

  /** One byte a message: https://core.telegram.org/mtproto/service_messages_about_messages */
  #states(msgIds: readonly bigint[]): Uint8Array {
    const info = service.receivedStates(this.#gate.seen, msgIds)
    msgIds.forEach((msgId, i) => {
      const call = this.#calls.get(msgId)
      if (call !== undefined) info[i] = call === 'answered' ? 4 | 32 | 64 : 4 | 32
    })
    return info
  }

  #resend(reqMsgId: bigint, msgIds: readonly bigint[]): void {
    const unknown = msgIds.filter((msgId) => !this.#kept.sendAgain(msgId))
    if (unknown.length > 0)
      this.#say(service.writeStateInfo(reqMsgId, new Uint8Array(unknown.length).fill(1)))
  }

  #resendAnswers(reqMsgId: bigint, msgIds: readonly bigint[]): void {
    const missing = msgIds.some((msgId) => !this.#kept.sendAnswerAgain(msgId))
    if (missing) this.#say(service.writeStateInfo(reqMsgId, this.#states(msgIds)))
  }

  #dropAnswer(msgId: bigint, reqMsgId: bigint, events: ServerEvent[]): void {
    const state = this.#calls.get(reqMsgId)
    let answer: Uint8Array
    if (state === 'running') {
      answer = service.writeBare(ids.RPC_ANSWER_DROPPED_RUNNING)
      events.push({ type: 'cancelled', msgId: reqMsgId })
    } else {
      const dropped = this.#kept.dropAnswer(reqMsgId)
      answer =
        dropped === undefined
          ? service.writeBare(ids.RPC_ANSWER_UNKNOWN)
          : service.writeAnswerDropped(dropped.msgId, dropped.seqNo, dropped.body.length)
    }
    this.#calls.delete(reqMsgId)
    this.#keep(service.writeResult(msgId, answer), 1, 0n)
  }

  #bad(message: { msgId: bigint; seqNo: number }, code: number): void {
    this.#say(service.writeBadMessage(message.msgId, message.seqNo, code))
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  /** Sends a message that needs no acknowledgement. */
  #say(body: Uint8Array): void {
    this.#out.push(serviceMessage(body))
  }

  /** Sends a content-related message, and keeps it until it is acknowledged. */
  #keep(body: Uint8Array, bits: MessageIdBits, reqMsgId: bigint): void {
    this.#kept.add(body, bits, reqMsgId)
  }
}

function serviceMessage(body: Uint8Array): OutgoingMessage {
  return { body, content: false, bits: 1, msgId: 0n, seqNo: 0 }
}
