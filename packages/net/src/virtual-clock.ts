// A clock that stands still until it is told to move, for tests and simulations: no test waits for real time.

import type { Clock, ClockTimer } from './clock.ts'

interface Entry {
  readonly due: number
  readonly order: number
  readonly fn: () => void
}

export class VirtualClock implements Clock {
  #now = 0
  #wallOffset: number
  #order = 0
  #timers: Entry[] = []
  #soon: (() => void)[] = []

  /** @param wall wall time at the start, milliseconds since the epoch. */
  constructor(wall = 1_700_000_000_000) {
    this.#wallOffset = wall
  }

  monotonic(): number {
    return this.#now
  }

  wall(): number {
    return this.#now + this.#wallOffset
  }

  after(ms: number, fn: () => void): ClockTimer {
    const entry: Entry = { due: this.#now + Math.max(0, ms), order: this.#order++, fn }
    let at = this.#timers.length
    while (at > 0 && (this.#timers[at - 1]?.due ?? 0) > entry.due) at--
    this.#timers.splice(at, 0, entry)
    return {
      cancel: () => {
        const index = this.#timers.indexOf(entry)
        if (index >= 0) this.#timers.splice(index, 1)
      },
      ref() {},
      unref() {},
    }
  }

  soon(fn: () => void): void {
    this.#soon.push(fn)
  }

  /** Moves wall time alone, as a user or NTP would (a machine that slept looks the same). */
  jumpWall(ms: number): void {
    this.#wallOffset += ms
  }

  /** The number of timers waiting. */
  get waiting(): number {
    return this.#timers.length
  }

  /** Lets everything that is due now, and all that follows from it without time passing, happen. */
  async settle(): Promise<void> {
    do {
      await new Promise<void>((resolve) => void setImmediate(resolve))
      const batch = this.#soon
      this.#soon = []
      for (const fn of batch) fn()
      if (batch.length > 0) await new Promise<void>((resolve) => void setImmediate(resolve))
    } while (this.#soon.length > 0)
  }

  /** Moves time on by `ms`, running what falls due in order, each with all its consequences. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.settle()
    for (;;) {
      const next = this.#timers[0]
      if (next === undefined || next.due > end) break
      this.#timers.shift()
      this.#now = Math.max(this.#now, next.due)
      next.fn()
      await this.settle()
    }
    this.#now = end
    await this.settle()
  }

  /** Moves time on, at most `limit` ms, until `done()` holds; returns the milliseconds it took. Throws if it never held. */
  async until(done: () => boolean, limit = 3_600_000): Promise<number> {
    const start = this.#now
    await this.settle()
    while (!done()) {
      const next = this.#timers[0]
      if (next === undefined || next.due - start > limit) {
        throw new Error(`nothing more happens within ${limit} ms, and the condition does not hold`)
      }
      await this.advance(Math.max(0, next.due - this.#now))
    }
    return this.#now - start
  }
}
