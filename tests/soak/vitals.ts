/** How the process that holds the sessions is doing: what it keeps in memory, and how late its event loop is. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

interface Sample {
  /** Ms since the beginning. */
  readonly at: number
  /** Bytes in use after a garbage collection. */
  readonly heap: number
  /** Bytes of the whole process. */
  readonly rss: number
}

export interface Growth {
  /** MiB: the median of the second quarter of the run, and of the last. */
  readonly second: number
  readonly last: number
  /** What the last may be at most. */
  readonly bound: number
}

export interface VitalSigns {
  /** Absent if the run was too short to tell. */
  readonly heap: Growth | undefined
  readonly rss: Growth | undefined
  readonly samples: number
  /** Ms. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** In so short a run everything is still warming up. */
const LEAST_DURATION = 10 * 60_000
const MiB = 1024 * 1024
const HEAP = { share: 1.1, more: 4 }
const RSS = { share: 1.15, more: 16 }

export class Vitals {
  readonly #samples: Sample[] = []
  readonly #delay = monitorEventLoopDelay({ resolution: 10 })
  readonly #startedAt = performance.now()
  readonly #gc: () => void
  readonly #timer: NodeJS.Timeout

  /** @param every ms between two samples */
  constructor(every: number) {
    setFlagsFromString('--expose-gc')
    this.#gc = runInNewContext('gc') as () => void
    this.#delay.enable()
    this.#timer = setInterval(() => this.#sample(), every)
    this.#sample()
  }

  /** MiB. */
  get latest(): { heap: number; rss: number } {
    const { heap = 0, rss = 0 } = this.#samples.at(-1) ?? {}
    return { heap: heap / MiB, rss: rss / MiB }
  }

  end(): VitalSigns {
    clearInterval(this.#timer)
    this.#sample()
    this.#delay.disable()
    const delay = (percentile: number) => round(this.#delay.percentile(percentile) / 1e6)
    return {
      heap: this.#growth('heap', HEAP),
      rss: this.#growth('rss', RSS),
      samples: this.#samples.length,
      loopDelay: { p50: delay(50), p99: delay(99), max: round(this.#delay.max / 1e6) },
    }
  }

  #sample(): void {
    this.#gc()
    const { rss, heapUsed, external } = process.memoryUsage()
    this.#samples.push({ at: performance.now() - this.#startedAt, heap: heapUsed + external, rss })
  }

  #growth(of: 'heap' | 'rss', bound: { share: number; more: number }): Growth | undefined {
    const duration = performance.now() - this.#startedAt
    if (duration < LEAST_DURATION) return undefined
    const within = (from: number, to: number) =>
      median(this.#samples.flatMap((one) => (one.at >= from && one.at < to ? [one[of] / MiB] : [])))
    const second = within(duration / 4, duration / 2)
    const last = within((duration * 3) / 4, Number.POSITIVE_INFINITY)
    return { second: round(second), last: round(last), bound: round(second * bound.share + bound.more) }
  }
}

const round = (value: number): number => Math.round(value * 10) / 10

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
