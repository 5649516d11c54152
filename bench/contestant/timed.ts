/** Times short functions: a sample is as many calls as fill a set time, so that the clock's grain and its own cost vanish. */
import type { Running } from './program.ts'

/** Milliseconds. */
interface Lengths {
  warmUp: number
  sample: number
}

const usual: Lengths = { warmUp: 400, sample: 80 }
const short: Lengths = { warmUp: 60, sample: 20 }

export function timed(steps: Record<string, () => unknown>, quick: boolean): Running {
  const lengths = quick ? short : usual
  const counts = new Map<string, number>()
  return {
    async run(step) {
      const work = steps[step]
      if (work === undefined) throw new Error(`there is no step ${step}`)
      let count = counts.get(step)
      if (count === undefined) {
        count = await calibrate(work, lengths)
        counts.set(step, count)
      }
      return { [step]: ((await time(work, count)) * 1e6) / count }
    },
  }
}

/** Runs it until the compiler is done with it; returns how many calls fill a sample. */
async function calibrate(work: () => unknown, { warmUp, sample }: Lengths): Promise<number> {
  const end = performance.now() + warmUp
  let count = 1
  let took = 0
  do {
    took = await time(work, count)
    if (took < sample / 4) count *= 2
  } while (performance.now() < end)
  return Math.max(1, Math.round((count * sample) / took))
}

/** Milliseconds of so many calls. */
async function time(work: () => unknown, count: number): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < count; i++) {
    const result = work()
    if (result instanceof Promise) await result
  }
  return performance.now() - start
}
