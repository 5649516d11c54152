/**
 * Full: length, sequence number, packet, CRC-32 over all of these.
 * https://core.telegram.org/mtproto/mtproto-transports#full
 */
import { crc32 } from './crc32.ts'
import {
  checkFrameLength,
  checkPayload,
  errorPayload,
  type Frame,
  type FrameCodec,
  type FrameInput,
  frameOf,
  type Side,
  setUint,
  uintAt,
  unaligned,
} from './frame.ts'
import { FramingError } from './framing-error.ts'

/** Length, sequence number and checksum; the length counts all three. */
export const FULL_ENVELOPE = 12

export class FullCodec implements FrameCodec {
  readonly #side: Side
  readonly #maxPacket: number
  #sent = 0
  #received = 0

  constructor(side: Side, maxPacket: number) {
    this.#side = side
    this.#maxPacket = maxPacket
  }

  encode(payload: Uint8Array, quickAck: boolean): Uint8Array {
    if (quickAck) throw noQuickAck()
    checkPayload(payload, this.#maxPacket, 'full')
    return this.#frame(payload)
  }

  encodeError(code: number): Uint8Array {
    return this.#frame(errorPayload(code))
  }

  encodeQuickAck(): Uint8Array {
    throw noQuickAck()
  }

  decode(input: FrameInput): Frame | undefined {
    if (input.length < 8) return undefined
    const length = input.uint(0) | 0
    const seqno = input.uint(4)
    if (length < 0) return this.#bareError(length, seqno, input)
    checkFrameLength(length, this.#maxPacket + FULL_ENVELOPE, 'full')
    if (length % 4 !== 0) throw unaligned(length, 'full')
    if (length < FULL_ENVELOPE + 4) {
      throw new FramingError('FRAME_TOO_SHORT', `full: a frame of ${length} bytes with its envelope of 12`)
    }
    if (seqno !== this.#received) {
      throw new FramingError('FRAME_SEQNO', `full: sequence number ${seqno}, expected ${this.#received}`)
    }
    if (input.length < length) return undefined
    const frame = input.take(length)
    if (crc32(frame, 0, length - 4) !== uintAt(frame, length - 4)) {
      throw new FramingError('FRAME_CRC', `full: wrong CRC-32 of frame ${seqno} (${length} bytes)`)
    }
    this.#received = (this.#received + 1) >>> 0
    return frameOf(frame.subarray(8, length - 4), this.#side, 'full', false)
  }

  /** Telegram has been seen to send an error in this transport as the code itself, in place of length and seqno. */
  #bareError(length: number, seqno: number, input: FrameInput): Frame {
    if (this.#side === 'client' && length > -1000 && (seqno | 0) === length) {
      input.skip(input.length)
      return { type: 'error', code: length }
    }
    throw new FramingError('FRAME_LENGTH_NEGATIVE', `full: a frame of ${length} bytes`)
  }

  #frame(payload: Uint8Array): Uint8Array {
    const length = payload.length + FULL_ENVELOPE
    const frame = new Uint8Array(length)
    setUint(frame, 0, length)
    setUint(frame, 4, this.#sent)
    frame.set(payload, 8)
    setUint(frame, length - 4, crc32(frame, 0, length - 4))
    this.#sent = (this.#sent + 1) >>> 0
    return frame
  }
}

function noQuickAck(): FramingError {
  return new FramingError('FRAME_QUICK_ACK_UNSUPPORTED', 'full: this transport has no quick acknowledgements')
}
