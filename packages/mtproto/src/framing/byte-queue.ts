const NOTHING = new Uint8Array(0)

/**
 * Bytes that have come and were not yet read. Chunks are kept as they came: what lies inside one chunk is handed out as
 * a view of it, and only what spans chunks is copied, once.
 */
export class ByteQueue {
  #chunks: Uint8Array[] = []
  /** Index of the first chunk with unread bytes, and the number of bytes already read of it. */
  #first = 0
  #offset = 0
  #length = 0

  /** Bytes waiting to be read. */
  get length(): number {
    return this.#length
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /** The unread byte at `index`; the caller has made sure that it is there. */
  byte(index: number): number {
    let position = this.#offset + index
    for (let i = this.#first; i < this.#chunks.length; i++) {
      const chunk = this.#chunks[i]
      if (chunk === undefined) break
      const value = chunk[position]
      if (value !== undefined) return value
      position -= chunk.length
    }
    throw new RangeError(`byte ${index} of ${this.#length} unread ones`)
  }

  /** The unread unsigned 32-bit number (little-endian) at `index`. */
  uint(index: number): number {
    const chunk = this.#chunks[this.#first]
    const position = this.#offset + index
    if (chunk !== undefined && position + 4 <= chunk.length) {
      return (
        ((chunk[position] ?? 0) |
          ((chunk[position + 1] ?? 0) << 8) |
          ((chunk[position + 2] ?? 0) << 16) |
          ((chunk[position + 3] ?? 0) << 24)) >>>
        0
      )
    }
    return (
      (this.byte(index) |
        (this.byte(index + 1) << 8) |
        (this.byte(index + 2) << 16) |
        (this.byte(index + 3) << 24)) >>>
      0
    )
  }

  /** Reads `size` bytes; the caller has made sure that they are there. A view when they lie in one chunk. */
  take(size: number): Uint8Array {
    if (size > this.#length) throw new RangeError(`${size} bytes of ${this.#length} unread ones`)
    const chunk = this.#chunks[this.#first]
    if (chunk !== undefined && this.#offset + size <= chunk.length) {
      const view = chunk.subarray(this.#offset, this.#offset + size)
      this.skip(size)
      return view
    }
    const copy = new Uint8Array(size)
    let filled = 0
    while (filled < size) {
      const part = this.#chunks[this.#first]
      if (part === undefined) break
      const end = Math.min(part.length, this.#offset + size - filled)
      copy.set(part.subarray(this.#offset, end), filled)
      const read = end - this.#offset
      filled += read
      this.skip(read)
    }
    return copy
  }

  /** Drops `size` bytes; the caller has made sure that they are there. */
  skip(size: number): void {
    this.#length -= size
    let left = this.#offset + size
    for (;;) {
      const chunk = this.#chunks[this.#first]
      if (chunk === undefined || left < chunk.length) break
      left -= chunk.length
      this.#chunks[this.#first++] = NOTHING
    }
    this.#offset = left
    if (this.#first === this.#chunks.length) {
      this.#chunks.length = 0
      this.#first = 0
    } else if (this.#first > 64 && this.#first * 2 > this.#chunks.length) {
      // Chunks that were read are let go in large steps, so that the work per byte stays constant.
      this.#chunks = this.#chunks.slice(this.#first)
      this.#first = 0
    }
  }
}
