/**
 * One encrypted packet (https://core.telegram.org/mtproto/description#encrypted-message-encrypted-data):
 * auth_key_id, msg_key, and encrypted with AES-IGE: salt, session_id, msg_id, seq_no, length, the message, padding.
 * Sealing writes everything once, at its final place, and encrypts it there.
 */
import { authKeyId, decryptMessage, encryptMessage, type MessageSender } from '@telegram-mt/crypto'
import { MSG_CONTAINER } from './constructors.ts'
import { SecurityError } from './errors.ts'
import { intAt, longAt, putInt, putLong } from './numbers.ts'

/** auth_key_id and msg_key. */
const OUTER_HEADER = 24
/** salt, session_id, msg_id, seq_no, length. */
const INNER_HEADER = 32
/** Where the message begins. */
const MESSAGE_AT = OUTER_HEADER + INNER_HEADER
const MIN_PADDING = 12
const MAX_PADDING = 1024
/** "incoming packet ≤ 4 MiB + 1 KiB", as in the official client. */
const MAX_PACKET = 4 * 1024 * 1024 + 1024
/** msg_id, seq_no and length of a message inside a container. */
export const INNER_MESSAGE_HEADER = 16

/** An auth key together with its id. */
export class PacketKey {
  readonly authKey: Uint8Array
  /** The lower 64 bits of the key's SHA-1, signed: what stands in front of every packet. */
  readonly id: bigint

  constructor(authKey: Uint8Array) {
    this.authKey = authKey
    this.id = authKeyId(authKey)
  }
}

/** What stands in front of the message in a packet. */
export interface PacketHead {
  salt: bigint
  sessionId: bigint
  msgId: bigint
  seqNo: number
}

export interface OpenedPacket extends PacketHead {
  /** The decrypted packet; the message lies from `start` to `end`. */
  data: Uint8Array
  start: number
  end: number
}

/** A message inside a container. */
export interface ContainedMessage {
  readonly msgId: bigint
  readonly seqNo: number
  readonly body: Uint8Array
}

/**
 * Decrypts a packet that `sender` wrote and checks it as a whole: nothing in it is looked at before its msg_key is
 * known to be right.
 * @throws SecurityError AUTH_KEY_UNKNOWN, DECRYPTION_FAILED, MESSAGE_LENGTH, PADDING_LENGTH, PACKET_TOO_LARGE
 */
export function openPacket(packet: Uint8Array, key: PacketKey, sender: MessageSender): OpenedPacket {
  if (packet.length > MAX_PACKET) {
    throw new SecurityError(
      'PACKET_TOO_LARGE',
      `a packet of ${packet.length} bytes, at most ${MAX_PACKET} are read`,
    )
  }
  if (packet.length < 8 || packetKeyId(packet) !== key.id) {
    throw new SecurityError(
      'AUTH_KEY_UNKNOWN',
      'a packet that is not encrypted with the auth key of this session',
    )
  }
  const size = packet.length - OUTER_HEADER
  // The same error for every fault up to here, so that a forger learns nothing from it.
  if (size < INNER_HEADER + MIN_PADDING || size % 16 !== 0) throw decryptionFailed()
  const data = decryptMessage(packet, key.authKey, sender)
  if (data === undefined) throw decryptionFailed()

  const length = intAt(data, 28)
  const room = size - INNER_HEADER
  if (length < 4 || length % 4 !== 0 || length > room) {
    throw new SecurityError(
      'MESSAGE_LENGTH',
      `a message of ${length} bytes in a packet with room for ${room}`,
    )
  }
  const padding = room - length
  if (padding < MIN_PADDING || padding > MAX_PADDING) {
    throw new SecurityError(
      'PADDING_LENGTH',
      `${padding} bytes of padding, expected ${MIN_PADDING} to ${MAX_PADDING}`,
    )
  }
  return {
    salt: longAt(data, 0),
    sessionId: longAt(data, 8),
    msgId: longAt(data, 16),
    seqNo: intAt(data, 24),
    data,
    start: INNER_HEADER,
    end: INNER_HEADER + length,
  }
}

/** The auth_key_id that an encrypted packet begins with; 0 marks an unencrypted one. */
export function packetKeyId(packet: Uint8Array): bigint {
  return longAt(packet, 0)
}

/** Encrypts one message as a packet. */
export function sealPacket(
  key: PacketKey,
  sender: MessageSender,
  head: PacketHead,
  body: Uint8Array,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const packet = draft(key, head, body.length, random)
  packet.set(body, MESSAGE_AT)
  encryptMessage(packet, key.authKey, sender)
  return packet
}

/** Encrypts a container with these messages as a packet. */
export function sealContainer(
  key: PacketKey,
  sender: MessageSender,
  head: PacketHead,
  messages: readonly ContainedMessage[],
  random: (length: number) => Uint8Array,
): Uint8Array {
  let size = 8
  for (const message of messages) size += INNER_MESSAGE_HEADER + message.body.length
  const packet = draft(key, head, size, random)
  putInt(packet, MESSAGE_AT, MSG_CONTAINER)
  putInt(packet, MESSAGE_AT + 4, messages.length)
  let at = MESSAGE_AT + 8
  for (const message of messages) {
    putLong(packet, at, message.msgId)
    putInt(packet, at + 8, message.seqNo)
    putInt(packet, at + 12, message.body.length)
    packet.set(message.body, at + INNER_MESSAGE_HEADER)
    at += INNER_MESSAGE_HEADER + message.body.length
  }
  encryptMessage(packet, key.authKey, sender)
  return packet
}

/** A packet being written, with its head and its padding: the message, of this length, is still to come. */
function draft(
  key: PacketKey,
  head: PacketHead,
  length: number,
  random: (length: number) => Uint8Array,
): Uint8Array {
  const padding = paddingFor(INNER_HEADER + length, random)
  const end = MESSAGE_AT + length
  const packet = new Uint8Array(end + padding.length)
  putLong(packet, 0, key.id)
  putLong(packet, OUTER_HEADER, head.salt)
  putLong(packet, OUTER_HEADER + 8, head.sessionId)
  putLong(packet, OUTER_HEADER + 16, head.msgId)
  putInt(packet, OUTER_HEADER + 24, head.seqNo)
  putInt(packet, OUTER_HEADER + 28, length)
  packet.set(padding, end)
  return packet
}

/**
 * Random bytes up to the next of a few sizes, as official clients pad: whoever counts bytes learns the step and no more. A
 * padding of random length would hide less from one who sees many packets, and be ten times as much to hash and to encrypt.
 */
function paddingFor(length: number, random: (length: number) => Uint8Array): Uint8Array {
  const least = length + MIN_PADDING
  const step = least <= 256 ? 64 : least <= 512 ? 128 : least <= 1024 ? 256 : 512
  return random(Math.ceil(least / step) * step - length)
}

function decryptionFailed(): SecurityError {
  return new SecurityError('DECRYPTION_FAILED', 'a packet that could not be decrypted')
}
