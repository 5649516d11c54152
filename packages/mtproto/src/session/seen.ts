/**
 * Which msg_ids were received: "the client must check that msg_id … is not equal to any of the stored … and not lower
 * than all of them" (https://core.telegram.org/mtproto/security_guidelines#checking-msg-id). Sorted 64-bit numbers in one
 * array that starts small, because most sessions are idle; when it is full, the older half is forgotten.
 */

/** As many as the platform keeps inside the array itself; more need a buffer beside it. */
const FIRST_SIZE = 8

export type Sight = 'new' | 'seen' | 'forgotten'

export class SeenMessages {
  #ids = new BigInt64Array(FIRST_SIZE)
  #count = 0
  /** The last of them: read out of the array, each look would make a number of its own. */
  #highest = 0n
  readonly #limit: number
  /** All ids up to this one may have been received and forgotten; 0 while nothing was forgotten. */
  #forgotten = 0n

  /** Remembers at least `least` messages, at most twice as many. */
  constructor(least = 1000) {
    this.#limit = least * 2
  }

  get size(): number {
    return this.#count
  }

  /** The highest id received; 0 if none was. */
  get highest(): bigint {
    return this.#count === 0 ? this.#forgotten : this.#highest
  }

  /** Whether there are ids of which it can no longer be told whether they were received. */
  get hasForgotten(): boolean {
    return this.#forgotten !== 0n
  }

  look(msgId: bigint): Sight {
    const count = this.#count
    // Nearly all ids are higher than those before them.
    if (count > 0 && msgId > this.#highest) return 'new'
    if (msgId <= this.#forgotten) return 'forgotten'
    return this.#ids[this.#place(msgId)] === msgId && count > 0 ? 'seen' : 'new'
  }

  /** Remembers an id; one that is already remembered or forgotten changes nothing. */
  add(msgId: bigint): void {
    if (this.look(msgId) !== 'new') return
    if (this.#count === this.#ids.length) this.#makeRoom()
    if (this.#count === 0 || msgId > this.#highest) {
      this.#highest = msgId
      this.#ids[this.#count++] = msgId
      return
    }
    const at = this.#place(msgId)
    this.#ids.copyWithin(at + 1, at, this.#count)
    this.#ids[at] = msgId
    this.#count++
  }

  clear(): void {
    this.#ids = new BigInt64Array(FIRST_SIZE)
    this.#count = 0
    this.#forgotten = 0n
  }

  /** The index of the first remembered id that is not lower. */
  #place(msgId: bigint): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#ids[middle] as bigint) < msgId) low = middle + 1
      else high = middle
    }
    return low
  }

  #makeRoom(): void {
    if (this.#count < this.#limit) {
      const more = Math.max(FIRST_SIZE, this.#ids.length >>> 1)
      const ids = new BigInt64Array(Math.min(this.#limit, this.#ids.length + more))
      ids.set(this.#ids)
      this.#ids = ids
      return
    }
    const half = this.#count >>> 1
    this.#forgotten = this.#ids[half - 1] as bigint
    this.#ids.copyWithin(0, half, this.#count)
    this.#count -= half
  }
}
