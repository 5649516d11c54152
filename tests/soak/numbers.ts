/** A set of whole numbers that come mostly in order, kept as ranges: an hour of messages in a few bytes. */
export class Numbers {
  /** Sorted, apart from each other: first and last of each range, in turn. */
  #bounds: number[] = []

  get size(): number {
    let size = 0
    for (let at = 0; at < this.#bounds.length; at += 2) size += this.#last(at) - this.#first(at) + 1
    return size
  }

  /** The largest; 0 if there is none. */
  get most(): number {
    return this.#bounds.at(-1) ?? 0
  }

  has(n: number): boolean {
    for (let at = this.#bounds.length - 2; at >= 0; at -= 2) {
      if (n >= this.#first(at)) return n <= this.#last(at)
    }
    return false
  }

  /** False if it was there already. */
  add(n: number): boolean {
    if (this.has(n)) return false
    let at = this.#bounds.length
    while (at > 0 && this.#first(at - 2) > n) at -= 2
    // It comes after the range before `at`, and before the one that is there.
    const joinsBefore = at > 0 && this.#last(at - 2) === n - 1
    const joinsAfter = at < this.#bounds.length && this.#first(at) === n + 1
    if (joinsBefore && joinsAfter) this.#bounds.splice(at - 1, 2)
    else if (joinsBefore) this.#bounds[at - 1] = n
    else if (joinsAfter) this.#bounds[at] = n
    else this.#bounds.splice(at, 0, n, n)
    return true
  }

  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#bounds.length; at += 2) {
      for (let n = this.#first(at); n <= this.#last(at); n++) yield n
    }
  }

  #first(at: number): number {
    return this.#bounds[at] ?? 0
  }

  #last(at: number): number {
    return this.#bounds[at + 1] ?? 0
  }
}
