/**
 * What every packet from the server must stand up to before anything in it is believed:
 * https://core.telegram.org/mtproto/security_guidelines
 */
import type { ClientState } from './client-state.ts'
import * as ids from './constructors.ts'
import { constructorOf, type PacketContent, type ReceivedMessage } from './container.ts'
import type { OpenedPacket } from './envelope.ts'
import { SecurityError } from './errors.ts'
import type { SessionEvent } from './events.ts'

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

/** So many connections in a row that begin with a message older than the memory. */
const HOPELESS = 3

/** The checks that need nothing but the packet's own head. */
export function checkHead(packet: OpenedPacket, sessionId: bigint): void {
  if (packet.sessionId !== sessionId) {
    throw new SecurityError('SESSION_ID_FOREIGN', 'a message for another session')
  }
  checkNumbers(packet.msgId, packet.seqNo)
}

/** The msg_id of a message of ours, sent on this connection, that one of these answers: it proves them fresh; or 0. */
export function questionAnswered(state: ClientState, messages: readonly ReceivedMessage[]): bigint {
  for (const { body } of messages) {
    if (body.length < 12 || !ANSWERS.has(constructorOf(body))) continue
    const msgId = new DataView(body.buffer, body.byteOffset).getBigInt64(4, true)
    if (state.isFresh(msgId)) return msgId
  }
  return 0n
}

/**
 * "msg_id … over 300 seconds in the past or over 30 seconds in the future" is refused, once the time is known. On a
 * new connection, or after our clock jumped, it is our time that may be wrong: then what answers us sets it right, and
 * all else is dropped, to be sent again later.
 */
export function isTimely(
  state: ClientState,
  msgId: bigint,
  question: bigint,
  events: SessionEvent[],
): boolean {
  const { time, now } = state
  const age = time.age(msgId, now)
  if (age === 'valid') return true
  if (question !== 0n && !time.proven) {
    time.reset(msgId, now)
    return true
  }
  const error =
    age === 'old'
      ? new SecurityError('MSG_ID_TOO_OLD', 'a message from more than 300 s ago')
      : new SecurityError('MSG_ID_TOO_NEW', 'a message from more than 30 s in the future')
  if (time.proven) throw error
  events.push({ type: 'refused', error })
  return false
}

/** Checks all messages of a packet, so that the packet is taken or refused as a whole. */
export function checkMessages(
  state: ClientState,
  packet: OpenedPacket,
  { container, messages }: PacketContent,
  undelivered: SessionEvent[],
): void {
  if (container && packet.seqNo % 2 !== 0) {
    throw new SecurityError('SEQ_NO_INVALID', 'a container with an odd seq_no')
  }
  if (state.seen.look(packet.msgId) === 'forgotten') {
    if (isHopeless(state)) state.rebuild(undelivered)
    throw forgotten()
  }
  for (const { msgId, seqNo, body } of messages) {
    checkNumbers(msgId, seqNo)
    checkKind(constructorOf(body), seqNo)
    if (container && state.seen.look(msgId) === 'forgotten') {
      // In a packet of now it is the server itself that insists on it, and will again: only a new session ends that.
      state.rebuild(undelivered)
      throw forgotten()
    }
  }
  state.acceptedPacket()
}

/**
 * What is older than all that is remembered cannot be told from a replay. A replay costs one connection; when connection
 * after connection brings nothing else, the server's msg_ids have gone back for good.
 */
function isHopeless(state: ClientState): boolean {
  if (state.packetsAccepted > 0) return false
  state.hopelessConnections++
  return state.hopelessConnections >= HOPELESS
}

function checkNumbers(msgId: bigint, seqNo: number): void {
  if ((msgId & 1n) === 0n) {
    throw new SecurityError('MSG_ID_PARITY', 'a msg_id from the server is odd, this one is even')
  }
  if (seqNo < 0) throw new SecurityError('SEQ_NO_INVALID', 'a negative seq_no')
}

/** "odd for content-related, even otherwise" */
function checkKind(id: number, seqNo: number): void {
  if (id === ids.MSGS_ACK && seqNo % 2 !== 0) {
    throw new SecurityError('SEQ_NO_INVALID', 'an acknowledgement with an odd seq_no')
  }
  if (id === ids.RPC_RESULT && seqNo % 2 === 0) {
    throw new SecurityError('SEQ_NO_INVALID', 'an rpc_result with an even seq_no')
  }
}

function forgotten(): SecurityError {
  return new SecurityError('MSG_ID_FORGOTTEN', 'a message older than all that are remembered')
}
