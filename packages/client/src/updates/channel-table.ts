/**
 * Positions of an account's channels, 16 bytes each: a process holds thousands of accounts with hundreds of channels,
 * and a Map of objects takes several times as much. Sorted arrays: lookups are frequent, new channels rare.
 */
import type { ChannelPoint } from './types.ts'

/** Shared by all tables that have nothing in them: even an empty typed array takes 180 bytes. */
const NO_IDS = new Float64Array(0)
const NO_NUMBERS = new Int32Array(0)

export class ChannelTable {
  #ids = NO_IDS
  #pts = NO_NUMBERS
  #tops = NO_NUMBERS
  #size = 0

  constructor(points?: Iterable<readonly [number, ChannelPoint]>) {
    if (points === undefined) return
    const sorted = [...points].sort((a, b) => a[0] - b[0])
    if (sorted.length === 0) return
    this.#grow(sorted.length)
    for (const [id, { pts, top }] of sorted) this.set(id, pts, top ?? 0)
  }

  get size(): number {
    return this.#size
  }

  pts(id: number): number | undefined {
    const at = this.#find(id)
    return this.#ids[at] === id && at < this.#size ? this.#pts[at] : undefined
  }

  /** The newest message id seen in the channel, 0 if none. */
  top(id: number): number {
    const at = this.#find(id)
    return this.#ids[at] === id && at < this.#size ? (this.#tops[at] ?? 0) : 0
  }

  set(id: number, pts: number, top: number): void {
    const at = this.#find(id)
    if (at === this.#size || this.#ids[at] !== id) {
      if (this.#size === this.#ids.length) this.#grow(Math.max(8, Math.ceil(this.#size * 1.5)))
      this.#ids.copyWithin(at + 1, at, this.#size)
      this.#pts.copyWithin(at + 1, at, this.#size)
      this.#tops.copyWithin(at + 1, at, this.#size)
      this.#ids[at] = id
      this.#size++
    }
    this.#pts[at] = pts
    this.#tops[at] = top
  }

  delete(id: number): boolean {
    const at = this.#find(id)
    if (at === this.#size || this.#ids[at] !== id) return false
    this.#ids.copyWithin(at, at + 1, this.#size)
    this.#pts.copyWithin(at, at + 1, this.#size)
    this.#tops.copyWithin(at, at + 1, this.#size)
    this.#size--
    return true
  }

  *entries(): Generator<[number, { readonly pts: number; readonly top: number }]> {
    for (let at = 0; at < this.#size; at++) {
      yield [this.#ids[at] ?? 0, { pts: this.#pts[at] ?? 0, top: this.#tops[at] ?? 0 }]
    }
  }

  /** Where `id` is, or would go. */
  #find(id: number): number {
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(length: number): void {
    const ids = new Float64Array(length)
    const pts = new Int32Array(length)
    const tops = new Int32Array(length)
    ids.set(this.#ids.subarray(0, this.#size))
    pts.set(this.#pts.subarray(0, this.#size))
    tops.set(this.#tops.subarray(0, this.#size))
    this.#ids = ids
    this.#pts = pts
    this.#tops = tops
  }
}
