/**
 * Writes and reads the service messages that are in nearly every packet, by hand:
 * https://core.telegram.org/mtproto/service_messages, …/service_messages_about_messages
 */
import { type TlReader, TlWriter } from '@telegram-mt/tl'
import * as ids from './constructors.ts'
import type { SeenMessages } from './seen.ts'

/** "≤ 8,192 ids per service message", as in the official client. */
export const MAX_IDS = 8192

const writer = new TlWriter(512)

function start(id: number): TlWriter {
  writer.reset()
  writer.uint(id)
  return writer
}

function writeLong(out: TlWriter, value: bigint): void {
  out.long(value)
}

function readLong(reader: TlReader): bigint {
  return reader.long()
}

/** A message that is a list of msg_ids: msgs_ack, msgs_state_req, msg_resend_req, msg_resend_ans_req. */
export function writeIds(id: number, msgIds: readonly bigint[]): Uint8Array {
  const out = start(id)
  out.vector(msgIds, writeLong)
  return out.finish()
}

export function readIds(reader: TlReader): bigint[] {
  return reader.vector(readLong, 8)
}

/** `delay` in seconds: the server closes the connection when nothing comes for so long. */
export function writePing(pingId: bigint, delay: number): Uint8Array {
  const out = start(ids.PING_DELAY_DISCONNECT)
  out.long(pingId)
  out.int(delay)
  return out.finish()
}

/** All in ms. */
export function writeHttpWait(maxDelay: number, waitAfter: number, maxWait: number): Uint8Array {
  const out = start(ids.HTTP_WAIT)
  out.int(maxDelay)
  out.int(waitAfter)
  out.int(maxWait)
  return out.finish()
}

export function writePong(msgId: bigint, pingId: bigint): Uint8Array {
  const out = start(ids.PONG)
  out.long(msgId)
  out.long(pingId)
  return out.finish()
}

export function writeGetFutureSalts(count: number): Uint8Array {
  const out = start(ids.GET_FUTURE_SALTS)
  out.int(count)
  return out.finish()
}

/** A server salt; the times in seconds since the epoch, by the server's clock. */
export interface Salt {
  salt: bigint
  validSince: number
  validUntil: number
}

export function writeFutureSalts(reqMsgId: bigint, now: number, salts: readonly Salt[]): Uint8Array {
  const out = start(ids.FUTURE_SALTS)
  out.long(reqMsgId)
  out.int(now)
  out.bareVector(salts, (w, { salt, validSince, validUntil }) => {
    w.int(validSince)
    w.int(validUntil)
    w.long(salt)
  })
  return out.finish()
}

export function readFutureSalts(reader: TlReader): { reqMsgId: bigint; now: number; salts: Salt[] } {
  const reqMsgId = reader.long()
  const now = reader.int()
  const salts = reader.bareVector((r) => {
    const validSince = r.int()
    const validUntil = r.int()
    return { salt: r.long(), validSince, validUntil }
  }, 16)
  return { reqMsgId, now, salts }
}

export function writeStateInfo(reqMsgId: bigint, info: Uint8Array): Uint8Array {
  const out = start(ids.MSGS_STATE_INFO)
  out.long(reqMsgId)
  out.bytes(info)
  return out.finish()
}

/**
 * One byte for each message of the other side: 1 forgotten, 2 not received, 3 higher than all received, 4 received.
 * https://core.telegram.org/mtproto/service_messages_about_messages
 */
export function receivedStates(seen: SeenMessages, msgIds: readonly bigint[]): Uint8Array {
  const info = new Uint8Array(msgIds.length)
  msgIds.forEach((msgId, i) => {
    const sight = seen.look(msgId)
    if (sight === 'seen') info[i] = 4
    else if (sight === 'forgotten') info[i] = 1
    else info[i] = msgId > seen.highest ? 3 : 2
  })
  return info
}

/** rpc_drop_answer, destroy_session: a constructor with one long. */
export function writeOneLong(id: number, value: bigint): Uint8Array {
  const out = start(id)
  out.long(value)
  return out.finish()
}

export function writeBadMessage(badMsgId: bigint, badSeqNo: number, code: number): Uint8Array {
  const out = start(ids.BAD_MSG_NOTIFICATION)
  out.long(badMsgId)
  out.int(badSeqNo)
  out.int(code)
  return out.finish()
}

export function writeBadSalt(badMsgId: bigint, badSeqNo: number, newSalt: bigint): Uint8Array {
  const out = start(ids.BAD_SERVER_SALT)
  out.long(badMsgId)
  out.int(badSeqNo)
  out.int(48)
  out.long(newSalt)
  return out.finish()
}

export function writeNewSession(firstMsgId: bigint, uniqueId: bigint, salt: bigint): Uint8Array {
  const out = start(ids.NEW_SESSION_CREATED)
  out.long(firstMsgId)
  out.long(uniqueId)
  out.long(salt)
  return out.finish()
}

export function writeDetailedInfo(msgId: bigint, answerMsgId: bigint, bytes: number): Uint8Array {
  const out = start(ids.MSG_DETAILED_INFO)
  out.long(msgId)
  out.long(answerMsgId)
  out.int(bytes)
  out.int(0)
  return out.finish()
}

export function writeNewDetailedInfo(answerMsgId: bigint, bytes: number): Uint8Array {
  const out = start(ids.MSG_NEW_DETAILED_INFO)
  out.long(answerMsgId)
  out.int(bytes)
  out.int(0)
  return out.finish()
}

/** rpc_result around an encoded object. */
export function writeResult(reqMsgId: bigint, result: Uint8Array): Uint8Array {
  const body = new Uint8Array(12 + result.length)
  const view = new DataView(body.buffer)
  view.setUint32(0, ids.RPC_RESULT, true)
  view.setBigInt64(4, reqMsgId, true)
  body.set(result, 12)
  return body
}

/** rpc_error, to stand in an rpc_result. */
export function writeError(code: number, message: string): Uint8Array {
  const out = start(ids.RPC_ERROR)
  out.int(code)
  out.string(message)
  return out.finish()
}

export function writeAnswerDropped(msgId: bigint, seqNo: number, bytes: number): Uint8Array {
  const out = start(ids.RPC_ANSWER_DROPPED)
  out.long(msgId)
  out.int(seqNo)
  out.int(bytes)
  return out.finish()
}

/** A constructor without fields. */
export function writeBare(id: number): Uint8Array {
  return start(id).finish()
}

/** `query` to be run only after these messages were. */
export function wrapAfter(msgIds: readonly bigint[], query: Uint8Array): Uint8Array {
  const [only] = msgIds
  if (only === undefined) return query
  const out = start(msgIds.length === 1 ? ids.INVOKE_AFTER_MSG : ids.INVOKE_AFTER_MSGS)
  if (msgIds.length === 1) out.long(only)
  else out.vector(msgIds, writeLong)
  const head = out.written()
  const body = new Uint8Array(head.length + query.length)
  body.set(head)
  body.set(query, head.length)
  return body
}
