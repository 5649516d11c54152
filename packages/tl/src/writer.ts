// Writes the primitive values of TL as bytes (core.telegram.org/mtproto/serialize). One growing buffer; a writer can be
// kept and reset, so that steady work allocates nothing but its results. A value that is not what was asked for is
// refused here, because a wrong type would otherwise become wrong bytes without a word.

import { badValue } from './bad-value.ts'
import { TlError } from './errors.ts'
import { BOOL_FALSE_ID, BOOL_TRUE_ID, MAX_DEPTH, VECTOR_ID } from './reader.ts'
import { encodeUtf8 } from './utf8.ts'

const MAX_BYTES = 0xff_ffff
/** Below this, writing characters one by one is quicker than a call into the platform. */
const SHORT_STRING = 32

export class TlWriter {
  /** Where the next byte goes, which is also how many were written. */
  pos = 0
  #data: Uint8Array
  #view: DataView
  #depth = 0

  /** `initialSize` in bytes; the buffer doubles when it is full. */
  constructor(initialSize = 256) {
    this.#data = new Uint8Array(initialSize)
    this.#view = new DataView(this.#data.buffer)
  }

  int(value: number): void {
    if ((value | 0) !== value) badValue('a 32-bit integer', value)
    const pos = this.pos
    if (pos + 4 > this.#data.length) this.#grow(4)
    this.#view.setInt32(pos, value, true)
    this.pos = pos + 4
  }

  /** An unsigned 32-bit value: flags, constructor ids. */
  uint(value: number): void {
    if (value >>> 0 !== value) badValue('an unsigned 32-bit integer', value)
    const pos = this.pos
    if (pos + 4 > this.#data.length) this.#grow(4)
    this.#view.setUint32(pos, value, true)
    this.pos = pos + 4
  }

  /** Replaces the unsigned 32-bit value at `pos`, which was written before. */
  uintAt(pos: number, value: number): void {
    if (pos + 4 > this.pos) throw new TlError('TL_BAD_VALUE', `nothing was written at ${pos} yet`)
    this.#view.setUint32(pos, value, true)
  }

  /** A signed 64-bit value. */
  long(value: bigint): void {
    if (typeof value !== 'bigint') badValue('a bigint', value)
    // The platform would keep the low 64 bits without complaint; an unsigned or larger value is a mistake.
    if (BigInt.asIntN(64, value) !== value) badValue('a bigint of 64 bits, signed', value)
    const pos = this.pos
    if (pos + 8 > this.#data.length) this.#grow(8)
    this.#view.setBigInt64(pos, value, true)
    this.pos = pos + 8
  }

  /** A safe integer as a signed 64-bit value: ids of users, chats and channels. */
  int53(value: number): void {
    if (!Number.isSafeInteger(value)) badValue('a safe integer', value)
    const pos = this.pos
    if (pos + 8 > this.#data.length) this.#grow(8)
    this.#view.setUint32(pos, (value % 0x1_0000_0000) >>> 0, true)
    this.#view.setInt32(pos + 4, Math.floor(value / 0x1_0000_0000), true)
    this.pos = pos + 8
  }

  double(value: number): void {
    if (typeof value !== 'number') badValue('a number', value)
    const pos = this.pos
    if (pos + 8 > this.#data.length) this.#grow(8)
    this.#view.setFloat64(pos, value, true)
    this.pos = pos + 8
  }

  bool(value: boolean): void {
    if (typeof value !== 'boolean') badValue('a boolean', value)
    this.uint(value ? BOOL_TRUE_ID : BOOL_FALSE_ID)
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) badValue('a Uint8Array', value)
    const length = value.length
    if (this.pos + length + 8 > this.#data.length) this.#grow(length + 8)
    let pos = this.pos
    if (length < 254) {
      this.#data[pos++] = length
    } else {
      pos = this.#longHead(pos, length)
    }
    this.#data.set(value, pos)
    this.#pad(pos + length)
  }

  string(value: string): void {
    if (typeof value !== 'string') badValue('a string', value)
    const length = value.length
    // Three bytes a character is the most that UTF-8 needs; 8 more for the head and the padding.
    if (this.pos + length * 3 + 8 > this.#data.length) this.#grow(length * 3 + 8)
    if (length > SHORT_STRING || !this.#shortAscii(value, length)) this.#utf8(value, length)
  }

  /** Bytes as they are, without a length: int128, int256, an encoded object. */
  raw(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) badValue('a Uint8Array', value)
    if (this.pos + value.length > this.#data.length) this.#grow(value.length)
    this.#data.set(value, this.pos)
    this.pos += value.length
  }

  /** Bytes as they are, of which there must be exactly `length`. */
  fixed(value: Uint8Array, length: number): void {
    if (!(value instanceof Uint8Array) || value.length !== length)
      badValue(`a Uint8Array of ${length} bytes`, value)
    this.raw(value)
  }

  /** A boxed vector. */
  vector<T>(items: readonly T[], item: (writer: TlWriter, value: T) => void): void {
    this.vectorHead(items)
    for (let i = 0; i < items.length; i++) item(this, items[i] as T)
  }

  /** A vector without its constructor id. */
  bareVector<T>(items: readonly T[], item: (writer: TlWriter, value: T) => void): void {
    this.count(items)
    for (let i = 0; i < items.length; i++) item(this, items[i] as T)
  }

  /** What stands before the items of a boxed vector. */
  vectorHead(items: readonly unknown[]): void {
    if (!Array.isArray(items)) badValue('an array', items)
    this.uint(VECTOR_ID)
    this.uint(items.length)
  }

  /** What stands before the items of a bare vector. */
  count(items: readonly unknown[]): void {
    if (!Array.isArray(items)) badValue('an array', items)
    this.uint(items.length)
  }

  /** Called when an object that can contain its own kind begins; `leave` when it has ended. */
  enter(): void {
    if (this.#depth === MAX_DEPTH) {
      throw new TlError(
        'TL_TOO_DEEP',
        `objects are nested more than ${MAX_DEPTH} deep, or contain themselves`,
      )
    }
    this.#depth++
  }

  leave(): void {
    this.#depth--
  }

  /** Everything written so far, in bytes of its own. */
  finish(): Uint8Array {
    return this.#data.slice(0, this.pos)
  }

  /** Everything written so far, as a view that the next write may change. */
  written(): Uint8Array {
    return this.#data.subarray(0, this.pos)
  }

  /** Forgets everything written and keeps the buffer. */
  reset(): void {
    this.pos = 0
    this.#depth = 0
  }

  #shortAscii(value: string, length: number): boolean {
    const data = this.#data
    const start = this.pos + 1
    let all = 0
    for (let i = 0; i < length; i++) {
      const char = value.charCodeAt(i)
      all |= char
      data[start + i] = char
    }
    if (all > 0x7f) return false
    data[start - 1] = length
    this.#pad(start + length)
    return true
  }

  #utf8(value: string, length: number): void {
    const data = this.#data
    const start = this.pos
    // The short head is tried first where it can fit; the bytes move up if there turn out to be too many.
    const guess = length < 254 ? start + 1 : start + 4
    const written = encodeUtf8(data, value, guess)
    if (written < 254) {
      data[start] = written
      this.#pad(guess + written)
    } else {
      if (guess === start + 1) data.copyWithin(start + 4, guess, guess + written)
      this.#pad(this.#longHead(start, written) + written)
    }
  }

  #longHead(pos: number, length: number): number {
    if (length > MAX_BYTES) {
      throw new TlError('TL_TOO_LONG', `a string holds at most ${MAX_BYTES} bytes, got ${length}`)
    }
    this.#view.setUint32(pos, ((length << 8) | 254) >>> 0, true)
    return pos + 4
  }

  /** Ends a byte string that began at `this.pos`: it is filled up with zeros to a multiple of four bytes. */
  #pad(end: number): void {
    const next = end + (-(end - this.pos) & 3)
    const data = this.#data
    for (let pos = end; pos < next; pos++) data[pos] = 0
    this.pos = next
  }

  #grow(length: number): void {
    let size = Math.max(this.#data.length, 32)
    while (size < this.pos + length) size *= 2
    const data = new Uint8Array(size)
    data.set(this.#data.subarray(0, this.pos))
    this.#data = data
    this.#view = new DataView(data.buffer)
  }
}
