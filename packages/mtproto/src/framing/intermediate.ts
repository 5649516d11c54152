/**
 * Intermediate: the length in bytes as a 32-bit number; its highest bit asks for, or is, a quick acknowledgement.
 * Padded intermediate adds 0–15 random bytes to each packet, so that sizes say less.
 * https://core.telegram.org/mtproto/mtproto-transports#intermediate
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
  setUint,
  uintAt,
  unaligned,
} from './frame.ts'

const QUICK_ACK = 0x80000000
const MAX_PADDING = 15

export class IntermediateCodec implements FrameCodec {
  readonly #side: Side
  readonly #maxPacket: number
  /** Of the padded kind. */
  readonly #random: ((length: number) => Uint8Array) | undefined

  constructor(side: Side, maxPacket: number, random?: (length: number) => Uint8Array) {
    this.#side = side
    this.#maxPacket = maxPacket
    this.#random = random
  }

  get #name(): 'intermediate' | 'padded' {
    return this.#random === undefined ? 'intermediate' : 'padded'
  }

  encode(payload: Uint8Array, quickAck: boolean): Uint8Array {
    checkPayload(payload, this.#maxPacket, this.#name)
    if (this.#random === undefined) return lengthFirst(payload, 0, quickAck)
    const random = this.#random(1 + MAX_PADDING)
    const padding = (random[0] ?? 0) & MAX_PADDING
    const frame = lengthFirst(payload, padding, quickAck)
    frame.set(random.subarray(1, 1 + padding), 4 + payload.length)
    return frame
  }

  encodeError(code: number): Uint8Array {
    return lengthFirst(errorPayload(code), 0, false)
  }

  encodeQuickAck(token: number): Uint8Array {
    return errorPayload(token | QUICK_ACK)
  }

  decode(input: FrameInput): Frame | undefined {
    if (input.length < 4) return undefined
    const head = input.uint(0)
    const marked = head >= QUICK_ACK
    if (marked && this.#side === 'client') {
      input.skip(4)
      return { type: 'quickAck', token: head }
    }
    const length = head & ~QUICK_ACK
    const padded = this.#random !== undefined
    checkFrameLength(length, this.#maxPacket + (padded ? MAX_PADDING : 0), this.#name)
    if (!padded && length % 4 !== 0) throw unaligned(length, 'intermediate')
    if (input.length < 4 + length) return undefined
    input.skip(4)
    const data = input.take(length)
    return frameOf(padded ? withoutPadding(data) : data, this.#side, this.#name, marked)
  }
}

function lengthFirst(payload: Uint8Array, padding: number, quickAck: boolean): Uint8Array {
  const length = payload.length + padding
  const frame = new Uint8Array(4 + length)
  setUint(frame, 0, quickAck ? length | QUICK_ACK : length)
  frame.set(payload, 4)
  return frame
}

/**
 * The padding has no length of its own; the packet's shape tells where it begins: a plain message carries its length,
 * an encrypted one is 24 bytes and whole AES blocks, and what is shorter than both is a transport error of 4 bytes.
 */
function withoutPadding(data: Uint8Array): Uint8Array {
  if (data.length >= 4 && data.length <= 4 + MAX_PADDING) return data.subarray(0, 4)
  if (data.length < 20) return data
  const plain = uintAt(data, 0) === 0 && uintAt(data, 4) === 0
  if (!plain) return data.length < 24 ? data : data.subarray(0, 24 + ((data.length - 24) & ~15))
  const body = uintAt(data, 16)
  return body % 4 === 0 && body <= data.length - 20 ? data.subarray(0, 20 + body) : data
}
