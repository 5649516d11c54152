/**
 * What a packet holds: one message, or a container of messages
 * (https://core.telegram.org/mtproto/service_messages#containers). The whole container is checked before the first
 * message of it is used: a lying one is refused as a whole.
 */
import { TlReader } from '@telegram-mt/tl'
import { GZIP_PACKED, MSG_CONTAINER } from './constructors.ts'
import { INNER_MESSAGE_HEADER, type OpenedPacket } from './envelope.ts'
import { SecurityError } from './errors.ts'
import { unpacked } from './gzip.ts'

/** "no more than 1020 messages" is the official client's bound for sending; the server's containers keep to it too. */
export const MAX_CONTAINER_MESSAGES = 1020
/** What is accepted is more generous than what is sent. */
const MAX_READ_MESSAGES = 8192

/** A received message; its body is a view into the decrypted packet, unpacked if it came compressed as a whole. */
export interface ReceivedMessage {
  readonly msgId: bigint
  readonly seqNo: number
  /** A TL object of at least 4 bytes; may still be a gzip_packed one. */
  readonly body: Uint8Array
}

export interface PacketContent {
  /** Whether the packet's own message is a container around the messages. */
  readonly container: boolean
  readonly messages: ReceivedMessage[]
}

/**
 * Takes a packet apart.
 * @throws SecurityError CONTAINER_NESTED, CONTAINER_COUNT, CONTAINER_MSG_ID, CONTAINER_LENGTH, MESSAGE_LENGTH
 */
export function packetContent(packet: OpenedPacket): PacketContent {
  const body = packet.data.subarray(packet.start, packet.end)
  const id = constructorOf(body)
  if (id === MSG_CONTAINER) return { container: true, messages: containedMessages(packet.msgId, body) }
  if (id === GZIP_PACKED) {
    // A compressed container: nobody is known to send it, but gzip_packed may stand for any object.
    const object = unpackedOr(body)
    if (object !== undefined && constructorOf(object) === MSG_CONTAINER) {
      return { container: true, messages: containedMessages(packet.msgId, object) }
    }
  }
  return { container: false, messages: [{ msgId: packet.msgId, seqNo: packet.seqNo, body }] }
}

/** The constructor id that a body begins with. */
export function constructorOf(body: Uint8Array): number {
  return ((body[0] ?? 0) | ((body[1] ?? 0) << 8) | ((body[2] ?? 0) << 16) | ((body[3] ?? 0) << 24)) >>> 0
}

function containedMessages(containerId: bigint, body: Uint8Array): ReceivedMessage[] {
  if (body.length < 8) throw new SecurityError('CONTAINER_LENGTH', 'a container without a count')
  const reader = new TlReader(body, 4)
  const count = reader.uint()
  if (count > MAX_READ_MESSAGES || count * (INNER_MESSAGE_HEADER + 4) > reader.left) {
    throw new SecurityError(
      'CONTAINER_COUNT',
      `a container announces ${count} messages, at most ${MAX_READ_MESSAGES} are read and ${reader.left} bytes follow`,
    )
  }
  const messages: ReceivedMessage[] = []
  for (let i = 0; i < count; i++) messages.push(containedMessage(containerId, reader))
  if (reader.left !== 0) {
    throw new SecurityError('CONTAINER_LENGTH', `${reader.left} bytes follow the last message of a container`)
  }
  return messages
}

function containedMessage(containerId: bigint, reader: TlReader): ReceivedMessage {
  if (reader.left < INNER_MESSAGE_HEADER) {
    throw new SecurityError('CONTAINER_LENGTH', 'a container ends inside the head of a message')
  }
  const msgId = reader.long()
  const seqNo = reader.int()
  const length = reader.int()
  if (length < 4 || length % 4 !== 0 || length > reader.left) {
    throw new SecurityError(
      'MESSAGE_LENGTH',
      `a message of ${length} bytes in a container with ${reader.left} left`,
    )
  }
  if (msgId > containerId) {
    throw new SecurityError('CONTAINER_MSG_ID', 'a message in a container is younger than the container')
  }
  const body = reader.raw(length)
  if (constructorOf(body) === MSG_CONTAINER) {
    throw new SecurityError('CONTAINER_NESTED', 'a container inside a container')
  }
  return { msgId, seqNo, body }
}

/** A fault in a compressed message is met again, and told, where the message is read. */
function unpackedOr(body: Uint8Array): Uint8Array | undefined {
  try {
    return unpacked(body)
  } catch {
    return undefined
  }
}
