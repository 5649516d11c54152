/**
 * Which containers of updates came, by their seq. The numbers serve two ends: to see that one is missing, and to drop one
 * that came before. A container that overtook another is used at once (its numbered updates have an order of their own),
 * so both need memory of what lies ahead.
 */

/** Ranges remembered at most: normally there is one. */
const MOST_RANGES = 64

export class SeqWindow {
  /** The seq up to which nothing is missing. 0: not known. */
  reached = 0
  /** Ranges that were received, as [first, last] pairs, ascending, merged. */
  #seen: number[] = []

  /** Notes a container; false if it came before. */
  add(first: number, last: number): boolean {
    if (this.#covers(first, last)) return false
    this.#merge(first, last)
    if (this.reached === 0) this.reached = last
    this.#advance()
    return true
  }

  /**
   * A difference brought everything up to `seq`. What was received beyond it counts as reached too: a second difference
   * could not bring more than this one did.
   */
  reset(seq: number): void {
    this.reached = Math.max(seq, this.#seen.at(-1) ?? 0)
  }

  /** Another session counts anew. */
  clear(): void {
    this.reached = 0
    this.#seen = []
  }

  /** Whether a container is missing between those received. */
  get gap(): boolean {
    const last = this.#seen.at(-1)
    return last !== undefined && last > this.reached
  }

  #covers(first: number, last: number): boolean {
    for (let at = 0; at < this.#seen.length; at += 2) {
      if ((this.#seen[at] ?? 0) <= first && (this.#seen[at + 1] ?? 0) >= last) return true
    }
    return false
  }

  #merge(first: number, last: number): void {
    const merged: number[] = []
    let from = first
    let to = last
    let placed = false
    for (let at = 0; at < this.#seen.length; at += 2) {
      const start = this.#seen[at] ?? 0
      const end = this.#seen[at + 1] ?? 0
      if (end + 1 < from) merged.push(start, end)
      else if (start > to + 1) {
        if (!placed) merged.push(from, to)
        placed = true
        merged.push(start, end)
      } else {
        from = Math.min(from, start)
        to = Math.max(to, end)
      }
    }
    if (!placed) merged.push(from, to)
    if (merged.length > MOST_RANGES * 2) merged.splice(0, 2)
    this.#seen = merged
  }

  #advance(): void {
    for (let at = 0; at < this.#seen.length; at += 2) {
      if ((this.#seen[at] ?? 0) <= this.reached + 1 && (this.#seen[at + 1] ?? 0) > this.reached) {
        this.reached = this.#seen[at + 1] ?? 0
      }
    }
  }
}
