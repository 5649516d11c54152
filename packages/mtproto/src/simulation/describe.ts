/** Puts a packet into words, for the trace of a run that failed. */
import { TlReader } from '@telegram-mt/tl'
import * as ids from '../session/constructors.ts'
import { constructorOf, packetContent, type ReceivedMessage } from '../session/container.ts'
import { openPacket, type PacketKey } from '../session/envelope.ts'
import { unpacked } from '../session/gzip.ts'
import { readFutureSalts, readIds } from '../session/service-messages.ts'
import type { Side } from './network.ts'
import { readNumbered, readWork } from './work.ts'

export function describePacket(side: Side, packet: Uint8Array, key: PacketKey): string {
  const opened = openPacket(packet, key, side)
  const { container, messages } = packetContent(opened)
  const session = BigInt.asUintN(16, opened.sessionId).toString(16)
  const head = container ? `container ${idText(opened.msgId)}` : ''
  return `${side} session ${session} ${head} [${messages.map((message) => describe(side, message)).join('; ')}]`
}

function describe(side: Side, { msgId, seqNo, body }: ReceivedMessage): string {
  return `${idText(msgId)}/${seqNo} ${content(side, unpacked(body))}`
}

function content(side: Side, body: Uint8Array): string {
  const reader = new TlReader(body, 4)
  switch (constructorOf(body)) {
    case ids.MSGS_ACK:
      return `ack ${idsText(reader)}`
    case ids.PING_DELAY_DISCONNECT:
      return 'ping'
    case ids.PONG:
      return `pong ${idText(reader.long())}`
    case ids.RPC_RESULT:
      return `result of ${idText(reader.long())}`
    case ids.BAD_SERVER_SALT:
      return `bad salt ${idText(reader.long())}`
    case ids.BAD_MSG_NOTIFICATION:
      return `bad message ${idText(reader.long())} /${reader.int()} code ${reader.int()}`
    case ids.NEW_SESSION_CREATED:
      return `new session from ${idText(reader.long())}`
    case ids.MSGS_STATE_REQ:
      return `states? ${idsText(reader)}`
    case ids.MSGS_STATE_INFO:
      return `states of ${idText(reader.long())}: ${reader.bytes().join(' ')}`
    case ids.MSG_RESEND_ANS_REQ:
      return `answers again ${idsText(reader)}`
    case ids.GET_FUTURE_SALTS:
      return 'salts?'
    case ids.FUTURE_SALTS:
      return `${readFutureSalts(reader).salts.length} salts`
    case ids.RPC_DROP_ANSWER:
      return `drop ${idText(reader.long())}`
    case ids.DESTROY_SESSION:
      return 'destroy session'
    case ids.DESTROY_SESSION_OK:
      return 'session destroyed'
    default:
      return side === 'client' ? call(body) : `update ${readNumbered(body)}`
  }
}

function call(body: Uint8Array): string {
  const { work, after } = readWork(body)
  return `call ${work.number}${after.length > 0 ? ` after ${after.map(idText)}` : ''}`
}

function idsText(reader: TlReader): string {
  return readIds(reader).map(idText).join(' ')
}

/** Seconds of the last quarter of an hour or so, and enough of the rest to tell messages apart. */
function idText(msgId: bigint): string {
  const seconds = Number((msgId >> 32n) % 10_000n)
  return `${seconds}.${Number(BigInt.asUintN(32, msgId)).toString(16).padStart(8, '0')}`
}
