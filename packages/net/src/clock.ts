// Where time comes from. Timers run on monotonic time, so that a clock set by hand or by NTP never
// fires a deadline early or puts it off; wall time is asked for separately and only for message ids.
// Everything that waits takes a Clock, so that tests run hours in milliseconds.

/** One real timer. */
export interface ClockTimer {
  cancel(): void
  /** While referenced the timer keeps the process alive. */
  ref(): void
  unref(): void
}

export interface Clock {
  /** Milliseconds that never go back, from any origin; fractions allowed. */
  monotonic(): number
  /** Milliseconds since the epoch as the machine believes them; may jump both ways. */
  wall(): number
  /** Runs `fn` once after `ms` milliseconds. */
  after(ms: number, fn: () => void): ClockTimer
  /** Runs `fn` once all events of the current turn have been handled: the moment to flush what they queued. */
  soon(fn: () => void): void
}

class SystemTimer implements ClockTimer {
  readonly #handle: ReturnType<typeof setTimeout>

  constructor(ms: number, fn: () => void) {
    this.#handle = setTimeout(fn, ms)
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }

  // A browser's timers are numbers and hold nothing alive.
  ref(): void {
    if (typeof this.#handle === 'object') this.#handle.ref()
  }

  unref(): void {
    if (typeof this.#handle === 'object') this.#handle.unref()
  }
}

// setTimeout takes 32-bit delays and runs longer ones at once.
const longestDelay = 0x7fff_ffff

/** The machine's own clock. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after: (ms, fn) => new SystemTimer(Math.min(ms, longestDelay), fn),
  soon: typeof setImmediate === 'function' ? (fn) => void setImmediate(fn) : (fn) => void setTimeout(fn, 0),
}
