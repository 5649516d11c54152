/** How a transfer is getting on. */

export interface Progress {
  /** Bytes done. */
  bytes: number
  /** Bytes in all; undefined while it is not known. */
  total: number | undefined
  /** Bytes per second over the last seconds. */
  rate: number
}

/** Told how far a transfer is, after each part. */
export type OnProgress = (progress: Progress) => void

/** Over so many milliseconds the rate is taken. */
const WINDOW = 5_000

/** Counts a transfer's bytes and tells of them. */
export class ProgressMeter {
  readonly #now: () => number
  readonly #tell: OnProgress | undefined
  readonly #samples: { at: number; bytes: number }[]
  #bytes: number
  total: number | undefined

  /** @param done bytes that an earlier run has transferred. */
  constructor(now: () => number, total: number | undefined, tell: OnProgress | undefined, done = 0) {
    this.#now = now
    this.#tell = tell
    this.#bytes = done
    this.#samples = [{ at: now(), bytes: done }]
    this.total = total
  }

  get bytes(): number {
    return this.#bytes
  }

  add(bytes: number): void {
    this.#bytes += bytes
    if (this.#tell === undefined) return
    const now = this.#now()
    const samples = this.#samples
    samples.push({ at: now, bytes: this.#bytes })
    while (samples.length > 2 && now - (samples[1]?.at ?? now) >= WINDOW) samples.shift()
    const first = samples[0]
    const elapsed = first === undefined ? 0 : now - first.at
    const rate = first === undefined || elapsed <= 0 ? 0 : ((this.#bytes - first.bytes) * 1000) / elapsed
    this.#tell({ bytes: this.#bytes, total: this.total, rate })
  }
}
