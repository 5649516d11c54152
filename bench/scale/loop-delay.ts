/** How long the event loop keeps waiting what is due: a timer every 10 ms, and how late it ran. */
import { createHistogram } from 'node:perf_hooks'

const EVERY = 10

export class LoopDelay {
  // Microseconds, and one more, as 0 cannot be recorded.
  #histogram = createHistogram()
  #timer: NodeJS.Timeout | undefined

  start(): void {
    let due = performance.now() + EVERY
    const tick = () => {
      const now = performance.now()
      this.#histogram.record(Math.max(1, Math.round((now - due) * 1000) + 1))
      due = now + EVERY
      this.#timer = setTimeout(tick, EVERY)
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(tick, EVERY)
  }

  /** Milliseconds, since this was asked last. */
  take(): { delay50: number; delay99: number } {
    const histogram = this.#histogram
    this.#histogram = createHistogram()
    return { delay50: histogram.percentile(50) / 1000, delay99: histogram.percentile(99) / 1000 }
  }
}
