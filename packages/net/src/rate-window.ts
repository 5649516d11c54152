// "At most N in T milliseconds", for several pairs of N and T at once, by remembering the last few times.

export interface RateLimit {
  /** How many … */
  count: number
  /** … in how many milliseconds. */
  within: number
}

/** Room for so many at first; a limit of thousands may never be used up. */
const FIRST_SIZE = 16

/** The moments of past events, newest last, no more than the limits look at. */
export class RateWindow {
  readonly #limits: readonly RateLimit[]
  // A ring, so that a limit of thousands costs no more than one of ten. No typed array: there is one for each session.
  readonly #times: number[]
  readonly #size: number
  #added = 0

  constructor(limits: readonly RateLimit[]) {
    this.#limits = limits
    for (const { count, within } of limits) {
      if (!Number.isInteger(count) || count < 1 || !(within >= 0)) {
        throw new RangeError(
          `a rate limit needs a whole count of at least 1 and a time, not ${count} in ${within} ms`,
        )
      }
    }
    this.#size = Math.max(1, ...limits.map((limit) => limit.count))
    this.#times = new Array(Math.min(this.#size, FIRST_SIZE)).fill(0)
  }

  /** The earliest moment at which one more is allowed; not after `now` if it is allowed at once. */
  allowedAt(now: number): number {
    let at = now
    for (const { count, within } of this.#limits) {
      if (this.#added < count) continue
      const oldest = this.#times[(this.#added - count) % this.#size] ?? 0
      if (oldest + within > at) at = oldest + within
    }
    return at
  }

  add(now: number): void {
    this.#times[this.#added % this.#size] = now
    this.#added++
  }

  /** True when nothing that was added can hold back anything any more. */
  idle(now: number): boolean {
    const last = this.#times[(this.#added - 1) % this.#size] ?? 0
    return this.#added === 0 || this.#limits.every((limit) => last + limit.within <= now)
  }
}
