/**
 * Abridged: the length in words, in one byte, or after 0x7f in three.
 * https://core.telegram.org/mtproto/mtproto-transports#abridged
 */
import {
  checkFrameLength,
  checkPayload,
  errorPayload,
  type Frame,
  type FrameCodec,
  type FrameInput,
  frameOf,
  type Side,
} from './frame.ts'

export class AbridgedCodec implements FrameCodec {
  readonly #side: Side
  readonly #maxPacket: number

  constructor(side: Side, maxPacket: number) {
    this.#side = side
    this.#maxPacket = maxPacket
  }

  encode(payload: Uint8Array, quickAck: boolean): Uint8Array {
    checkPayload(payload, this.#maxPacket, 'abridged')
    return this.#frame(payload, quickAck)
  }

  encodeError(code: number): Uint8Array {
    return this.#frame(errorPayload(code), false)
  }

  /** "if the abridged version is used, bswap is applied to these four bytes" */
  encodeQuickAck(token: number): Uint8Array {
    const frame = new Uint8Array(4)
    new DataView(frame.buffer).setUint32(0, (token | 0x80000000) >>> 0)
    return frame
  }

  decode(input: FrameInput): Frame | undefined {
    if (input.length < 1) return undefined
    const first = input.byte(0)
    const marked = first >= 0x80
    if (marked && this.#side === 'client') {
      if (input.length < 4) return undefined
      const token = new DataView(input.take(4).slice().buffer).getUint32(0)
      return { type: 'quickAck', token }
    }
    let words = first & 0x7f
    let header = 1
    if (words === 0x7f) {
      if (input.length < 4) return undefined
      words = input.uint(0) >>> 8
      header = 4
    }
    const length = words * 4
    checkFrameLength(length, this.#maxPacket, 'abridged')
    if (input.length < header + length) return undefined
    input.skip(header)
    return frameOf(input.take(length), this.#side, 'abridged', marked)
  }

  #frame(payload: Uint8Array, quickAck: boolean): Uint8Array {
    const words = payload.length / 4
    const mark = quickAck ? 0x80 : 0
    const header = words < 0x7f ? 1 : 4
    const frame = new Uint8Array(header + payload.length)
    if (header === 1) {
      frame[0] = words | mark
    } else {
      frame[0] = 0x7f | mark
      frame[1] = words
      frame[2] = words >>> 8
      frame[3] = words >>> 16
    }
    frame.set(payload, header)
    return frame
  }
}
