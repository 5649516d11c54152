/** What is said of repeated measurements. */

export interface Spread {
  readonly median: number
  /** Half of the distance between the quartiles, as a part of the median. */
  readonly spread: number
  readonly samples: readonly number[]
}

export function summarize(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b)
  const median = quantile(sorted, 0.5)
  const spread = median === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / Math.abs(median)
  return { median, spread, samples }
}

/** Of sorted values, interpolated; NaN of none. */
export function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}
