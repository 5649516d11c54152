/** Virtual time: what is to happen, in the order of its moments; hours pass in no time. */

interface Entry {
  at: number
  order: number
  act: (() => void) | undefined
}

/** Something that will happen, unless it is called off. */
export class Appointment {
  readonly #entry: Entry

  constructor(entry: Entry) {
    this.#entry = entry
  }

  cancel(): void {
    this.#entry.act = undefined
  }
}

export class Timeline {
  /** ms */
  now: number
  #order = 0
  /** A heap by time, then by order of planning. */
  readonly #heap: Entry[] = []

  constructor(now: number) {
    this.now = now
  }

  at(time: number, act: () => void): Appointment {
    const entry: Entry = { at: Math.max(time, this.now), order: this.#order++, act }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    return new Appointment(entry)
  }

  after(delay: number, act: () => void): Appointment {
    return this.at(this.now + delay, act)
  }

  /** Lets the next thing happen; false when nothing is planned before `until`. */
  step(until: number): boolean {
    const first = this.#heap[0]
    if (first === undefined || first.at > until) {
      this.now = Math.max(this.now, until)
      return false
    }
    this.#removeFirst()
    this.now = first.at
    first.act?.()
    return true
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink()
  }

  #rise(start: number): void {
    let at = start
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfEarlier(at, parent)) return
      at = parent
    }
  }

  #sink(): void {
    let at = 0
    for (;;) {
      const left = at * 2 + 1
      if (left >= this.#heap.length) return
      const child = left + 1 < this.#heap.length && this.#isEarlier(left + 1, left) ? left + 1 : left
      if (!this.#swapIfEarlier(child, at)) return
      at = child
    }
  }

  #swapIfEarlier(a: number, b: number): boolean {
    if (!this.#isEarlier(a, b)) return false
    const one = this.#heap[a]
    const other = this.#heap[b]
    if (one === undefined || other === undefined) return false
    this.#heap[a] = other
    this.#heap[b] = one
    return true
  }

  #isEarlier(a: number, b: number): boolean {
    const one = this.#heap[a]
    const other = this.#heap[b]
    if (one === undefined || other === undefined) return false
    return one.at < other.at || (one.at === other.at && one.order < other.order)
  }
}
