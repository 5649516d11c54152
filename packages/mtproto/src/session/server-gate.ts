/**
 * Which messages the server accepts into a session, and with which code of bad_msg_notification it turns the others away:
 * https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
 */
import * as ids from './constructors.ts'
import type { OpenedPacket } from './envelope.ts'
import { messageIdTime } from './message-id.ts'
import { SeenMessages } from './seen.ts'
import type { ServerSalts } from './server-salts.ts'
import { MAX_AGE, MAX_AHEAD } from './server-time.ts'

export const MSG_ID_TOO_LOW = 16
export const MSG_ID_TOO_HIGH = 17
export const MSG_ID_BITS = 18
export const CONTAINER_ID_TAKEN = 19
export const UNVERIFIABLE = 20
export const SEQ_NO_TOO_LOW = 32
export const SEQ_NO_TOO_HIGH = 33
export const SEQ_NO_NOT_EVEN = 34
export const SEQ_NO_NOT_ODD = 35
export const BAD_SALT = 48
export const BAD_CONTAINER = 64

/** How many received messages are remembered at least: all of five minutes, but for those who make fifty calls a second. */
const REMEMBERED = 16_384
/** How many packets refused for their time or their salt are remembered. */
const MAX_REFUSED = 4096

/** Service messages of a client: all others are calls. */
const SERVICE = new Set<number>([
  ids.MSGS_ACK,
  ids.MSGS_STATE_REQ,
  ids.MSGS_STATE_INFO,
  ids.MSGS_ALL_INFO,
  ids.MSG_DETAILED_INFO,
  ids.MSG_NEW_DETAILED_INFO,
  ids.MSG_RESEND_REQ,
  ids.MSG_RESEND_ANS_REQ,
  ids.RPC_DROP_ANSWER,
  ids.GET_FUTURE_SALTS,
  ids.PING,
  ids.PING_DELAY_DISCONNECT,
  ids.PONG,
  ids.DESTROY_SESSION,
  ids.HTTP_WAIT,
])

export function isServiceMessage(id: number): boolean {
  return SERVICE.has(id)
}

export class ServerGate {
  readonly seen: SeenMessages
  readonly #salts: ServerSalts
  /** Packets that were refused for their time or for their salt, by msg_id. */
  #refused: Map<bigint, { readonly salt: bigint; readonly code: number }> | undefined
  /** The first message of the session; 0 before it came. */
  #firstMsgId = 0n
  /** The call with the highest msg_id so far, and its seq_no. */
  #highestId = 0n
  #highestSeqNo = -1

  constructor(salts: ServerSalts, remembered = REMEMBERED) {
    this.#salts = salts
    this.seen = new SeenMessages(remembered)
  }

  get isOpen(): boolean {
    return this.#firstMsgId !== 0n
  }

  /** The session begins with this message: the client is told that all with a lower msg_id are lost. */
  open(firstMsgId: bigint): void {
    this.#firstMsgId = firstMsgId
  }

  isRepeated(msgId: bigint): boolean {
    return this.seen.look(msgId) === 'seen'
  }

  /** What is wrong with a packet that is not a repeated one, or 0. */
  packetFault(packet: OpenedPacket, container: boolean, now: number): number {
    const { msgId, seqNo, salt } = packet
    const age = now - messageIdTime(msgId)
    if ((msgId & 3n) !== 0n) return MSG_ID_BITS
    if (age > MAX_AGE) return this.#refuse(packet, MSG_ID_TOO_LOW)
    if (age < -MAX_AHEAD) return this.#refuse(packet, MSG_ID_TOO_HIGH)
    if (this.seen.look(msgId) === 'forgotten') return UNVERIFIABLE
    if (container && seqNo % 2 !== 0) return SEQ_NO_NOT_EVEN
    if (!this.#salts.accepts(salt, now)) return this.#refuse(packet, BAD_SALT)
    const before = this.#refused?.get(msgId)
    return before?.salt === salt ? before.code : 0
  }

  /** What is wrong with a message of an accepted packet, whose constructor is `id`, or 0. */
  messageFault(msgId: bigint, seqNo: number, id: number): number {
    if ((msgId & 3n) !== 0n) return MSG_ID_BITS
    // Those before the session's first were declared lost, and are sent anew: they come too late.
    if (msgId < this.#firstMsgId || this.seen.look(msgId) === 'forgotten') return UNVERIFIABLE
    if (id === ids.MSG_CONTAINER) return BAD_CONTAINER
    // Clients differ in what seq_no they give to service messages; for calls it must be right.
    if (SERVICE.has(id)) return 0
    if (seqNo % 2 === 0) return SEQ_NO_NOT_ODD
    return this.#orderFault(msgId, seqNo)
  }

  /** Of two calls the one with the higher msg_id has the higher seq_no. */
  #orderFault(msgId: bigint, seqNo: number): number {
    if (msgId < this.#highestId) return seqNo >= this.#highestSeqNo ? SEQ_NO_TOO_HIGH : 0
    if (seqNo <= this.#highestSeqNo) return SEQ_NO_TOO_LOW
    this.#highestId = msgId
    this.#highestSeqNo = seqNo
    return 0
  }

  /**
   * What is wrong with it may not be wrong for ever: ids and salts have their time, and clocks are set back. A repetition of it
   * must not be taken then for what the client made of it since.
   */
  #refuse({ msgId, salt }: OpenedPacket, code: number): number {
    this.#refused ??= new Map()
    if (this.#refused.size === MAX_REFUSED) {
      for (const oldest of this.#refused.keys()) {
        this.#refused.delete(oldest)
        break
      }
    }
    this.#refused.set(msgId, { salt, code })
    return code
  }
}
