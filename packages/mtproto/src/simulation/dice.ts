/** Everything random in a simulation comes from one seed, so that a run can be played again. */

export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
    for (let i = 0; i < 4; i++) this.#next()
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return this.#next() / 0x1_0000_0000
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** Mostly near `low`, sometimes far up to `high`: the way delays are. */
  skewed(low: number, high: number): number {
    return low + (high - low) * this.fraction() ** 6
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.between(0, items.length - 1)]
  }

  readonly bytes = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 4) {
      const word = this.#next()
      bytes[at] = word
      if (at + 1 < length) bytes[at + 1] = word >>> 8
      if (at + 2 < length) bytes[at + 2] = word >>> 16
      if (at + 3 < length) bytes[at + 3] = word >>> 24
    }
    return bytes
  }

  /** splitmix32 */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}
