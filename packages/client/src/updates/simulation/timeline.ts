/** Virtual time: things happen at their moments, in order, as fast as the machine can. */
interface Moment {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

export class Timeline {
  now: number
  #order = 0
  /** A binary heap, earliest first. */
  readonly #heap: Moment[] = []

  constructor(now: number) {
    this.now = now
  }

  at(time: number, run: () => void): void {
    const moment: Moment = { at: Math.max(time, this.now), order: this.#order++, run }
    const heap = this.#heap
    let index = heap.push(moment) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || before(above, moment)) break
      heap[index] = above
      index = parent
    }
    heap[index] = moment
  }

  after(delay: number, run: () => void): void {
    this.at(this.now + delay, run)
  }

  /** Runs everything up to `end`, and leaves the time there. */
  runUntil(end: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#removeFirst()
      this.now = next.at
      next.run()
    }
    this.now = end
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      let smaller = heap[child]
      if (smaller === undefined) break
      const right = heap[child + 1]
      if (right !== undefined && before(right, smaller)) {
        smaller = right
        child++
      }
      if (before(last, smaller)) break
      heap[index] = smaller
      index = child
    }
    heap[index] = last
  }
}

function before(a: Moment, b: Moment): boolean {
  return a.at !== b.at ? a.at < b.at : a.order < b.order
}
