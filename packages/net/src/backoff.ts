// How long to wait before the next try: full jitter (a random part of a bound that doubles), so that
// those who failed together do not come back together.

export interface BackoffOptions {
  /** The bound of the first wait, milliseconds. Default 1000. */
  first?: number
  /** The largest bound, milliseconds. Default 16000. */
  most?: number
}

/** Waits of 0 to 1, 2, 4, 8, 16, 16 … seconds. */
export class Backoff {
  readonly #first: number
  readonly #most: number
  readonly #random: () => number
  #failures = 0

  /** @param random uniform in [0, 1) */
  constructor(random: () => number = Math.random, options: BackoffOptions = {}) {
    this.#random = random
    this.#first = options.first ?? 1000
    this.#most = options.most ?? 16_000
  }

  /** Failures since the last reset. */
  get failures(): number {
    return this.#failures
  }

  /** Counts a failure and gives the milliseconds to wait before the next try. */
  next(): number {
    const bound = Math.min(this.#most, this.#first * 2 ** Math.min(this.#failures, 30))
    this.#failures++
    return Math.floor(this.#random() * bound)
  }

  reset(): void {
    this.#failures = 0
  }
}
