// Reads the primitive values of TL from bytes (core.telegram.org/mtproto/serialize). The input is hostile until proven
// otherwise: every length and count is compared with what is left of it before anything is allocated, and nesting is
// counted, so that reading costs no more than the input's own size whatever the input says.

import { hexId, TlError } from './errors.ts'
import { decodeUtf8 } from './utf8.ts'

export const VECTOR_ID = 0x1cb5c415
export const BOOL_TRUE_ID = 0x997275b5
export const BOOL_FALSE_ID = 0xbc799737

/** Real objects (rich text of web pages is the deepest) stay far below; the call stack holds much more. */
export const MAX_DEPTH = 200
/** Below this, building a string from characters is quicker than a call into the platform. */
const SHORT_STRING = 12

export class TlReader {
  readonly data: Uint8Array
  /** The next byte to read, counted from the start of `data`. */
  pos: number
  readonly end: number
  #view: DataView
  #depth = 0

  /**
   * Reads `data` from `start` up to `end` (bytes).
   * @throws TlError TL_TRUNCATED when that range is not inside `data`
   */
  constructor(data: Uint8Array, start = 0, end: number = data.length) {
    if (!(start >= 0 && start <= end && end <= data.length)) {
      throw new TlError(
        'TL_TRUNCATED',
        `the range ${start}..${end} is not inside the ${data.length} bytes given`,
      )
    }
    this.data = data
    this.pos = start
    this.end = end
    this.#view = new DataView(data.buffer, data.byteOffset, end)
  }

  /** The number of bytes not yet read. */
  get left(): number {
    return this.end - this.pos
  }

  int(): number {
    const pos = this.pos
    if (pos + 4 > this.end) this.#truncated(4, 'an int')
    this.pos = pos + 4
    return this.#view.getInt32(pos, true)
  }

  /** An unsigned 32-bit value: flags, constructor ids. */
  uint(): number {
    const pos = this.pos
    if (pos + 4 > this.end) this.#truncated(4, 'a 32-bit value')
    this.pos = pos + 4
    return this.#view.getUint32(pos, true)
  }

  /** The next unsigned 32-bit value, which stays unread: the constructor id of the object that follows. */
  peekUint(): number {
    const pos = this.pos
    if (pos + 4 > this.end) this.#truncated(4, 'a 32-bit value')
    return this.#view.getUint32(pos, true)
  }

  /** A signed 64-bit value. */
  long(): bigint {
    const pos = this.pos
    if (pos + 8 > this.end) this.#truncated(8, 'a long')
    this.pos = pos + 8
    return this.#view.getBigInt64(pos, true)
  }

  /**
   * A signed 64-bit value that fits a number: ids of users, chats and channels.
   * @throws TlError TL_INT53_RANGE when it does not
   */
  int53(): number {
    const pos = this.pos
    if (pos + 8 > this.end) this.#truncated(8, 'a long')
    this.pos = pos + 8
    const value = this.#view.getUint32(pos, true) + this.#view.getInt32(pos + 4, true) * 0x1_0000_0000
    if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) {
      throw new TlError('TL_INT53_RANGE', 'expected an id below 2^53, got a larger value', pos)
    }
    return value
  }

  double(): number {
    const pos = this.pos
    if (pos + 8 > this.end) this.#truncated(8, 'a double')
    this.pos = pos + 8
    return this.#view.getFloat64(pos, true)
  }

  bool(): boolean {
    const id = this.uint()
    if (id === BOOL_TRUE_ID) return true
    if (id === BOOL_FALSE_ID) return false
    throw new TlError(
      'TL_BAD_BOOL',
      `expected boolTrue or boolFalse, got constructor ${hexId(id)}`,
      this.pos - 4,
    )
  }

  /** A byte string. The result is a view into the input, not a copy. */
  bytes(): Uint8Array {
    const begin = this.pos
    const length = this.#length()
    const start = this.pos
    this.#endOfBytes(begin, start + length)
    return new Uint8Array(this.data.buffer, this.data.byteOffset + start, length)
  }

  string(): string {
    const begin = this.pos
    const length = this.#length()
    const start = this.pos
    const end = start + length
    this.#endOfBytes(begin, end)
    if (length > SHORT_STRING) return decodeUtf8(this.data, start, end)
    const data = this.data
    let text = ''
    let pos = start
    for (; pos + 4 <= end; pos += 4) {
      const a = data[pos] as number
      const b = data[pos + 1] as number
      const c = data[pos + 2] as number
      const d = data[pos + 3] as number
      if ((a | b | c | d) > 0x7f) return decodeUtf8(data, start, end)
      text += String.fromCharCode(a, b, c, d)
    }
    for (; pos < end; pos++) {
      const char = data[pos] as number
      if (char > 0x7f) return decodeUtf8(data, start, end)
      text += String.fromCharCode(char)
    }
    return text
  }

  /** The next `length` bytes as they are (int128, int256, a nested message). A view into the input, not a copy. */
  raw(length: number): Uint8Array {
    const start = this.pos
    if (!(length >= 0 && length <= this.end - start)) this.#truncated(length, 'raw bytes')
    this.pos = start + length
    return new Uint8Array(this.data.buffer, this.data.byteOffset + start, length)
  }

  skip(length: number): void {
    if (!(length >= 0 && length <= this.end - this.pos)) this.#truncated(length, 'bytes to skip')
    this.pos += length
  }

  /**
   * A boxed vector. `itemSize` is the least number of bytes that one item takes.
   * @throws TlError TL_BAD_VECTOR, TL_BAD_COUNT
   */
  vector<T>(item: (reader: TlReader) => T, itemSize = 4): T[] {
    const items: T[] = []
    for (let count = this.vectorCount(itemSize); count > 0; count--) items.push(item(this))
    return items
  }

  /** A vector without its constructor id: the count, then the items. */
  bareVector<T>(item: (reader: TlReader) => T, itemSize = 4): T[] {
    const items: T[] = []
    for (let count = this.count(itemSize); count > 0; count--) items.push(item(this))
    return items
  }

  /** Reads the head of a boxed vector and returns how many items follow, which the rest of the input can hold. */
  vectorCount(itemSize = 4): number {
    const id = this.uint()
    if (id !== VECTOR_ID) {
      throw new TlError('TL_BAD_VECTOR', `expected a vector, got constructor ${hexId(id)}`, this.pos - 4)
    }
    return this.count(itemSize)
  }

  /** Reads the count of a bare vector. */
  count(itemSize = 4): number {
    const count = this.uint()
    if (count * itemSize > this.end - this.pos) {
      throw new TlError(
        'TL_BAD_COUNT',
        `a vector announces ${count} items of at least ${itemSize} bytes, but ${this.left} bytes are left`,
        this.pos - 4,
      )
    }
    return count
  }

  /** Called when an object that can contain its own kind begins; `leave` when it has ended. */
  enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      throw new TlError('TL_TOO_DEEP', `objects are nested more than ${MAX_DEPTH} deep`, this.pos)
    }
  }

  leave(): void {
    this.#depth--
  }

  /** @throws TlError TL_TRAILING_BYTES when anything is left */
  expectEnd(): void {
    if (this.pos !== this.end) {
      throw new TlError(
        'TL_TRAILING_BYTES',
        `expected the end of the data, ${this.left} bytes are left`,
        this.pos,
      )
    }
  }

  /** Reads the length in front of a byte string: one byte below 254, else 254 and three bytes. */
  #length(): number {
    const pos = this.pos
    if (pos >= this.end) this.#truncated(4, 'a string')
    const first = this.data[pos] as number
    if (first < 254) {
      this.pos = pos + 1
      return first
    }
    if (first === 255) {
      throw new TlError('TL_BAD_LENGTH', 'expected a string, whose first byte is never 255', pos)
    }
    if (pos + 4 > this.end) this.#truncated(4, 'a string')
    this.pos = pos + 4
    return this.#view.getUint32(pos, true) >>> 8
  }

  /** Moves behind a byte string that began (with its length) at `begin`: it is padded to a multiple of four bytes. */
  #endOfBytes(begin: number, end: number): void {
    const next = end + (-(end - begin) & 3)
    if (next > this.end) this.#truncated(next - this.pos, 'a string')
    this.pos = next
  }

  #truncated(wanted: number, what: string): never {
    throw new TlError(
      'TL_TRUNCATED',
      `expected ${what} (${wanted} bytes), but ${this.left} bytes are left`,
      this.pos,
    )
  }
}
