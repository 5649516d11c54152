import { yardstick } from './yardstick.ts'

const ROUNDS = 12
/** CPU milliseconds of one sample. */
const SAMPLE = 12

/**
 * How many yardsticks of CPU time one call of `work` takes: both are measured in turns, and of each the quickest sample
 * counts, as whatever else goes on can only make one slower.
 */
export async function inYardsticks(work: () => unknown): Promise<number> {
  const [mine, theirs] = [await calibrated(work), await calibrated(yardstick)]
  let best = Number.POSITIVE_INFINITY
  let bestYard = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    best = Math.min(best, await cpuOf(work, mine))
    bestYard = Math.min(bestYard, await cpuOf(yardstick, theirs))
  }
  return best / bestYard
}

/** How many calls fill a sample, once the compiler is done with it. */
async function calibrated(work: () => unknown): Promise<number> {
  let count = 1
  for (let warm = 0; warm < 8; ) {
    const took = (await cpuOf(work, count)) * count
    if (took < SAMPLE / 2) count *= 2
    else warm++
  }
  return count
}

/** CPU milliseconds of one call. */
async function cpuOf(work: () => unknown, count: number): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) {
    const result = work()
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}
