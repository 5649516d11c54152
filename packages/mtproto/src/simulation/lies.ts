/**
 * What a hostile server can send, for it has the key: packets that decrypt well and break a rule. Each brings an update
 * that nobody made; a client that passes it on has believed a lie.
 */
import { aesIge, gzip, messageKey, messageKeyIv } from '@telegram-mt/crypto'
import { TlWriter } from '@telegram-mt/tl'
import { GZIP_PACKED, MSG_CONTAINER, MSGS_ACK } from '../session/constructors.ts'
import { type PacketKey, sealPacket } from '../session/envelope.ts'
import { messageIdAt } from '../session/message-id.ts'
import { writeIds } from '../session/service-messages.ts'
import type { Dice } from './dice.ts'
import { writeNumbered } from './work.ts'

/** The number of updates that nobody made. */
export const FALSE_UPDATE = 0x7fff_ffff
/** That of those whose msg_id is of another time: whose clock is as wrong itself cannot tell. */
export const UNTIMELY_UPDATE = 0x7fff_fffe
/** A client of the simulation unpacks no more, bytes: the bomb is larger, and cheap enough for thousands of them. */
export const MAX_UNPACKED = 256 * 1024

const OUTER_HEADER = 24
const INNER_HEADER = 32
const noAcks = writeIds(MSGS_ACK, [])
/** ms that a msg_id is off. */
const FAR = 600_000

const kinds = [
  'foreign session',
  'wrong parity',
  'old msg_id',
  'future msg_id',
  'too little padding',
  'too much padding',
  'length beyond the packet',
  'negative length',
  'container with more than it has',
  'container in a container',
  'container of higher msg_ids',
  'gzip bomb',
  'odd acknowledgement',
] as const
type Lie = (typeof kinds)[number]

/** A packet for this session at the server's time `now`, ms. */
export function lie(dice: Dice, key: PacketKey, sessionId: bigint, now: number): Uint8Array {
  const kind = dice.pick(kinds) ?? 'foreign session'
  const msgId = (messageIdAt(now) & ~0xffffn) | (BigInt(dice.between(0, 0x3fff)) << 2n) | 1n
  const head = { salt: 0n, sessionId, msgId, seqNo: 1 }
  const untimely = kind === 'old msg_id' || kind === 'future msg_id'
  const number = untimely ? UNTIMELY_UPDATE : FALSE_UPDATE
  const update = writeNumbered('update', number, dice.between(0, 100))
  const padding = paddingOf(kind, INNER_HEADER + update.length)
  if (padding !== undefined) return sealLoose(key, head, update, update.length, dice.bytes(padding))
  if (kind === 'length beyond the packet')
    return sealLoose(key, head, update, 4096, smallestPadding(update, dice))
  if (kind === 'negative length') return sealLoose(key, head, update, -4, smallestPadding(update, dice))
  return sealPacket(key, 'server', headOf(kind, head, now), bodyOf(kind, update, head), dice.bytes)
}

type Head = Parameters<typeof sealPacket>[2]

function headOf(kind: Lie, head: Head, now: number): Head {
  switch (kind) {
    case 'foreign session':
      return { ...head, sessionId: head.sessionId ^ 1n }
    case 'wrong parity':
      return { ...head, msgId: head.msgId & ~3n }
    case 'old msg_id':
      return { ...head, msgId: messageIdAt(now - FAR) | 1n }
    case 'future msg_id':
      return { ...head, msgId: messageIdAt(now + FAR) | 1n }
    case 'odd acknowledgement':
    case 'container with more than it has':
    case 'container in a container':
    case 'container of higher msg_ids':
      return { ...head, seqNo: 0 }
    default:
      return head
  }
}

function bodyOf(kind: Lie, update: Uint8Array, head: Head): Uint8Array {
  const message = { msgId: head.msgId - 4n, seqNo: 1, body: update }
  switch (kind) {
    case 'container with more than it has':
      return container(100, message)
    case 'container in a container':
      return container(1, {
        ...message,
        seqNo: 0,
        body: container(1, { ...message, msgId: message.msgId - 4n }),
      })
    case 'container of higher msg_ids':
      return container(1, { ...message, msgId: head.msgId + 4n })
    case 'odd acknowledgement':
      return container(2, message, { msgId: head.msgId - 8n, seqNo: 3, body: noAcks })
    case 'gzip bomb':
      return bomb()
    default:
      return update
  }
}

interface Message {
  msgId: bigint
  seqNo: number
  body: Uint8Array
}

/** A container that says that it has `count` messages. */
function container(count: number, ...messages: Message[]): Uint8Array {
  const writer = new TlWriter()
  writer.uint(MSG_CONTAINER)
  writer.int(count)
  for (const { msgId, seqNo, body } of messages) {
    writer.long(msgId)
    writer.int(seqNo)
    writer.int(body.length)
    writer.raw(body)
  }
  return writer.finish()
}

let made: Uint8Array | undefined

function bomb(): Uint8Array {
  if (made === undefined) {
    const writer = new TlWriter()
    writer.uint(GZIP_PACKED)
    writer.bytes(gzip(writeNumbered('update', FALSE_UPDATE, 4 * MAX_UNPACKED)))
    made = writer.finish()
  }
  return made
}

/** Bytes of padding that are against the rule, so that the whole is still made of blocks. */
function paddingOf(kind: Lie, length: number): number | undefined {
  const toBlock = -length & 15
  // With 12 or more bytes up to the block there is no way to have fewer: that one is lawful but for the session's id.
  if (kind === 'too little padding') return toBlock < 12 ? toBlock : toBlock + 1040
  if (kind === 'too much padding') return toBlock + 1040
  return undefined
}

function smallestPadding(update: Uint8Array, dice: Dice): Uint8Array {
  return dice.bytes(12 + (-(INNER_HEADER + update.length + 12) & 15))
}

/** Seals with a length and a padding that no honest sender would give. */
function sealLoose(
  key: PacketKey,
  head: Head,
  body: Uint8Array,
  length: number,
  padding: Uint8Array,
): Uint8Array {
  const packet = new Uint8Array(OUTER_HEADER + INNER_HEADER + body.length + padding.length)
  const plain = packet.subarray(OUTER_HEADER)
  const view = new DataView(packet.buffer)
  view.setBigInt64(0, key.id, true)
  view.setBigInt64(OUTER_HEADER, head.salt, true)
  view.setBigInt64(OUTER_HEADER + 8, head.sessionId, true)
  view.setBigInt64(OUTER_HEADER + 16, head.msgId, true)
  view.setInt32(OUTER_HEADER + 24, head.seqNo, true)
  view.setInt32(OUTER_HEADER + 28, length, true)
  plain.set(body, INNER_HEADER)
  plain.set(padding, INNER_HEADER + body.length)
  const msgKey = messageKey(key.authKey, plain, 'server')
  const aes = messageKeyIv(key.authKey, msgKey, 'server')
  packet.set(msgKey, 8)
  plain.set(aesIge.encrypt(plain.slice(), aes.key, aes.iv))
  return packet
}
