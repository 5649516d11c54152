/**
 * The messages of one series that are remembered: of a thousand, most have nothing but their chat. Sorted arrays, as new ids
 * come at the end: 13 bytes for each message, where a map of objects takes seven times as much.
 */
import type { MessageRecord, PeerKind } from './records.ts'

const KINDS: readonly PeerKind[] = ['user', 'chat', 'channel']
const FIRST_SIZE = 8

export class MemoryMessages {
  /** Ascending. Ids of Telegram have 32 bits; others make the array wider. */
  #ids: Int32Array | Float64Array = new Int32Array(FIRST_SIZE)
  #peers = new Float64Array(FIRST_SIZE)
  #kinds = new Uint8Array(FIRST_SIZE)
  #size = 0
  #contents: Map<number, string> | undefined

  get(id: number): MessageRecord | undefined {
    const at = this.#find(id)
    if (at === this.#size || this.#ids[at] !== id) return undefined
    const peer = { kind: KINDS[this.#kinds[at] ?? 0] ?? 'user', id: this.#peers[at] ?? 0 }
    return { peer, content: this.#contents?.get(id) }
  }

  set(id: number, { peer, content }: MessageRecord): void {
    const at = this.#find(id)
    if (at === this.#size || this.#ids[at] !== id) this.#insert(at, id)
    this.#peers[at] = peer.id
    this.#kinds[at] = KINDS.indexOf(peer.kind)
    if (content === undefined) this.#contents?.delete(id)
    else {
      this.#contents ??= new Map()
      this.#contents.set(id, content)
    }
  }

  delete(id: number): void {
    const at = this.#find(id)
    if (at < this.#size && this.#ids[at] === id) this.#cut(at, at + 1)
  }

  /** Forgets all with lower ids. */
  trim(below: number): void {
    this.#cut(0, this.#find(below))
  }

  /** Where this id is, or would be. */
  #find(id: number): number {
    let low = 0
    let high = this.#size
    // Nearly all are newer than those before them.
    if (high > 0 && id > (this.#ids[high - 1] ?? 0)) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    return low
  }

  #insert(at: number, id: number): void {
    if (id !== (id | 0) && this.#ids instanceof Int32Array) this.#ids = Float64Array.from(this.#ids)
    if (this.#size === this.#ids.length) this.#resize(Math.ceil(this.#size * 1.25) + FIRST_SIZE)
    for (const column of [this.#ids, this.#peers, this.#kinds]) column.copyWithin(at + 1, at, this.#size)
    this.#ids[at] = id
    this.#size++
  }

  #cut(from: number, to: number): void {
    if (this.#contents !== undefined) {
      for (let at = from; at < to; at++) this.#contents.delete(this.#ids[at] ?? 0)
      if (this.#contents.size === 0) this.#contents = undefined
    }
    for (const column of [this.#ids, this.#peers, this.#kinds]) column.copyWithin(from, to, this.#size)
    this.#size -= to - from
    if (this.#size < this.#ids.length / 2) this.#resize(this.#size + FIRST_SIZE)
  }

  #resize(length: number): void {
    this.#ids = resized(this.#ids, length)
    this.#peers = resized(this.#peers, length)
    this.#kinds = resized(this.#kinds, length)
  }
}

function resized<Column extends Int32Array | Float64Array | Uint8Array>(
  column: Column,
  length: number,
): Column {
  const kept = column.subarray(0, Math.min(column.length, length))
  const fresh = new (column.constructor as new (length: number) => Column)(length)
  fresh.set(kept)
  return fresh
}
