/**
 * The session's own time, made from the wall clock that the caller hands in. It never runs backwards, and it notices
 * when the wall clock cannot be trusted: it was set back, or much more of it went by than was to be slept (the machine
 * slept, the process stood still, or the clock was set forward; from inside these look the same).
 */

/** Being called this much (ms) after the asked moment is no longer an ordinary delay. */
const LATE = 10_000
/** Smaller steps back (ms) are the daily work of a time daemon. */
const STEP_BACK = 1_000

export class SessionClock {
  #lead = 0
  #now = Number.NEGATIVE_INFINITY
  #asked = Number.POSITIVE_INFINITY

  /** The session's time in ms, as of the last tick. */
  get now(): number {
    return this.#now
  }

  /** What is added to the caller's time to get the session's, ms. */
  get lead(): number {
    return this.#lead
  }

  /** Takes over the caller's time; true when the wall clock jumped or the process slept. */
  tick(callerNow: number): boolean {
    const now = callerNow + this.#lead
    if (now < this.#now) {
      this.#lead += this.#now - now
      return this.#now - now > STEP_BACK
    }
    const late = now > this.#asked + LATE
    if (now > this.#asked) this.#asked = Number.POSITIVE_INFINITY
    this.#now = now
    return late
  }

  /** Remembers when the session wants to be called (session's time), and says it in the caller's time. */
  ask(wakeAt: number): number {
    this.#asked = Math.max(wakeAt, this.#now)
    return wakeAt - this.#lead
  }
}
