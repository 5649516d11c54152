/**
 * The shapes that all transports share: a frame is what lies between two boundaries of the byte stream.
 * https://core.telegram.org/mtproto/mtproto-transports
 */
import { FramingError } from './framing-error.ts'

export type TransportName = 'abridged' | 'intermediate' | 'padded' | 'full'

export type Frame =
  /** An MTProto packet. `quickAck`: the client asked for a quick acknowledgement of it. */
  | { type: 'packet'; data: Uint8Array; quickAck?: boolean }
  /** A transport error of the server's: -404 unknown auth key, -429 flood, -444 wrong DC, -403 and other HTTP-like codes. */
  | { type: 'error'; code: number }
  /** The server has received the packet with this token (an unsigned 32-bit number, its highest bit set). */
  | { type: 'quickAck'; token: number }

export type Side = 'client' | 'server'

/** The largest packet that the official client accepts: 4 MiB and 1 KiB. */
export const DEFAULT_MAX_PACKET = 4 * 1024 * 1024 + 1024

/** One transport's way of putting packets into a byte stream, seen from one side of the connection. */
export interface FrameCodec {
  encode(payload: Uint8Array, quickAck: boolean): Uint8Array
  /** The 4-byte transport error, a negative number. */
  encodeError(code: number): Uint8Array
  encodeQuickAck(token: number): Uint8Array
  /** Takes the next whole frame out of `input`; undefined when it has not come in full. */
  decode(input: FrameInput): Frame | undefined
}

/** What a codec needs of the bytes that wait to be read. */
export interface FrameInput {
  readonly length: number
  byte(index: number): number
  uint(index: number): number
  take(size: number): Uint8Array
  skip(size: number): void
}

export function uintAt(data: Uint8Array, at: number): number {
  return (
    ((data[at] ?? 0) |
      ((data[at + 1] ?? 0) << 8) |
      ((data[at + 2] ?? 0) << 16) |
      ((data[at + 3] ?? 0) << 24)) >>>
    0
  )
}

export function setUint(data: Uint8Array, at: number, value: number): void {
  data[at] = value
  data[at + 1] = value >>> 8
  data[at + 2] = value >>> 16
  data[at + 3] = value >>> 24
}

export function checkFrameLength(length: number, maxPacket: number, transport: TransportName): void {
  if (length === 0) throw new FramingError('FRAME_LENGTH_ZERO', `${transport}: a frame of zero bytes`)
  if (length > maxPacket) {
    throw new FramingError(
      'FRAME_TOO_LARGE',
      `${transport}: a frame of ${length} bytes, at most ${maxPacket} are accepted`,
    )
  }
}

/** Packets are made of 32-bit words in every transport. */
export function checkPayload(payload: Uint8Array, maxPacket: number, transport: TransportName): void {
  checkFrameLength(payload.length, maxPacket, transport)
  if (payload.length % 4 !== 0) throw unaligned(payload.length, transport)
  if (payload.length < SHORTEST_PACKET) throw tooShort(payload.length, transport)
}

export function unaligned(length: number, transport: TransportName): FramingError {
  return new FramingError(
    'FRAME_LENGTH_UNALIGNED',
    `${transport}: a packet of ${length} bytes, a multiple of 4 was expected`,
  )
}

/** A plain message without body: auth_key_id, msg_id and length. */
const SHORTEST_PACKET = 20

function tooShort(length: number, transport: TransportName): FramingError {
  return new FramingError(
    'FRAME_TOO_SHORT',
    `${transport}: a frame of ${length} bytes, at least ${SHORTEST_PACKET} were expected`,
  )
}

/** What a frame's content is: four bytes are a transport error when they come from a server. */
export function frameOf(data: Uint8Array, side: Side, transport: TransportName, quickAck: boolean): Frame {
  if (data.length >= SHORTEST_PACKET) {
    return quickAck ? { type: 'packet', data, quickAck } : { type: 'packet', data }
  }
  if (side === 'client' && data.length === 4) return { type: 'error', code: uintAt(data, 0) | 0 }
  throw tooShort(data.length, transport)
}

/** Transports without a frame of its own kind for it send the error as a packet of four bytes. */
export function errorPayload(code: number): Uint8Array {
  const payload = new Uint8Array(4)
  setUint(payload, 0, code)
  return payload
}
