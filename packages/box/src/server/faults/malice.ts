/**
 * Packets that are encrypted with the right key and lie in what is inside: what a client must refuse by name
 * (https://core.telegram.org/mtproto/security_guidelines).
 */
import { aesIge, gzip, messageKey, messageKeyIv } from '@telegram-mt/crypto'
import { messageIdAt, openPacket, type PacketKey } from '@telegram-mt/mtproto'
import { TlWriter } from '@telegram-mt/tl'
import type { Malice } from './fault-plan.ts'

const MSG_CONTAINER = 0x73f1f8dc
const GZIP_PACKED = 0x3072cfa1
const INNER_HEADER = 32
const BOMB_SIZE = 64 * 1024 * 1024
/** ms that a msg_id is off. */
const FAR = 600_000

interface Draft {
  salt: bigint
  sessionId: bigint
  msgId: bigint
  seqNo: number
  body: Uint8Array
  /** As the packet says it is. */
  length: number
  padding: number
}

/** The packet as a malicious server would send it. `now`: ms since the epoch. */
export function malicious(
  packet: Uint8Array,
  key: PacketKey,
  malice: Malice,
  now: number,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const opened = openPacket(packet, key, 'server')
  const { salt, sessionId, msgId, seqNo } = opened
  const draft = drafted({ salt, sessionId, msgId, seqNo }, opened.data.slice(opened.start, opened.end))
  return sealed(spoilt(draft, malice, now), key, random)
}

function drafted(
  head: { salt: bigint; sessionId: bigint; msgId: bigint; seqNo: number },
  body: Uint8Array,
): Draft {
  // 12 bytes of padding at least, up to whole blocks.
  const padding = 12 + (-(INNER_HEADER + body.length + 12) & 15)
  return { ...head, body, length: body.length, padding }
}

function spoilt(draft: Draft, malice: Malice, now: number): Draft {
  switch (malice) {
    case 'wrongSalt':
      return { ...draft, salt: draft.salt ^ 0x5a5a5a5an }
    case 'wrongSession':
      return { ...draft, sessionId: draft.sessionId ^ 1n }
    case 'wrongParity':
      return { ...draft, msgId: draft.msgId & ~3n }
    case 'oldMessageId':
      return { ...draft, msgId: messageIdAt(now - FAR) | 1n }
    case 'futureMessageId':
      return { ...draft, msgId: messageIdAt(now + FAR) | 1n }
    case 'badPadding':
      return { ...draft, padding: draft.padding + 1024 }
    case 'lyingLength':
      return { ...draft, length: draft.body.length + 4096 }
    case 'lyingContainer':
      return drafted(draft, lyingContainer(draft))
    case 'gzipBomb':
      // A message of its own: what it comes with is to be lost by nobody.
      return drafted({ ...draft, msgId: messageIdAt(now) | 1n, seqNo: draft.seqNo | 1 }, bomb())
  }
}

/** One message in a container that says it has a hundred. */
function lyingContainer({ msgId, seqNo, body }: Draft): Uint8Array {
  const writer = new TlWriter(body.length + 24)
  writer.uint(MSG_CONTAINER)
  writer.int(100)
  writer.long(msgId)
  writer.int(seqNo)
  writer.int(body.length)
  writer.raw(body)
  return writer.finish()
}

let madeBomb: Uint8Array | undefined

function bomb(): Uint8Array {
  if (madeBomb === undefined) {
    const writer = new TlWriter(128 * 1024)
    writer.uint(GZIP_PACKED)
    writer.bytes(gzip(new Uint8Array(BOMB_SIZE)))
    madeBomb = writer.finish()
  }
  return madeBomb
}

function sealed(draft: Draft, key: PacketKey, random: (length: number) => Uint8Array): Uint8Array {
  const { body, padding } = draft
  const plain = new Uint8Array(INNER_HEADER + body.length + padding)
  const view = new DataView(plain.buffer)
  view.setBigInt64(0, draft.salt, true)
  view.setBigInt64(8, draft.sessionId, true)
  view.setBigInt64(16, draft.msgId, true)
  view.setInt32(24, draft.seqNo, true)
  view.setInt32(28, draft.length, true)
  plain.set(body, INNER_HEADER)
  plain.set(random(padding), INNER_HEADER + body.length)
  const msgKey = messageKey(key.authKey, plain, 'server')
  const aes = messageKeyIv(key.authKey, msgKey, 'server')
  const packet = new Uint8Array(24 + plain.length)
  new DataView(packet.buffer).setBigInt64(0, key.id, true)
  packet.set(msgKey, 8)
  packet.set(aesIge.encrypt(plain, aes.key, aes.iv), 24)
  return packet
}
