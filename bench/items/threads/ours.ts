import { Worker } from 'node:worker_threads'
import { randomBytes } from '@telegram-mt/crypto'
import type { Program } from '../../contestant/program.ts'
import { type Direction, directions, PART, threadCounts } from './item.ts'
import { workOn } from './part.ts'

const program: Program = async ({ cost, quick }) => {
  const parts = quick ? 20 : 200
  const steps = new Map<string, () => Promise<void>>()
  for (const direction of directions)
    for (const count of threadCounts)
      steps.set(
        `${direction} ${count}`,
        count === 0 ? () => inMainThread(parts, direction) : await inThreads(parts, direction, count),
      )
  return {
    async run(step) {
      const work = steps.get(step)
      if (work === undefined) throw new Error(`there is no step ${step}`)
      const before = performance.eventLoopUtilization()
      const { wall, cpu } = await cost(work)
      const { active } = performance.eventLoopUtilization(before)
      return {
        [`${step} rate`]: (parts * PART) / wall / 1000,
        [`${step} loop`]: active / parts,
        [`${step} cpu`]: cpu / parts,
      }
    },
  }
}

export default program

const newPart = () => new Uint8Array(randomBytes(PART))

async function inMainThread(parts: number, direction: Direction): Promise<void> {
  const part = newPart()
  for (let i = 0; i < parts; i++) {
    workOn(part, direction)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The threads live for the whole measurement, as they would in a host. */
async function inThreads(parts: number, direction: Direction, count: number): Promise<() => Promise<void>> {
  const threads = Array.from({ length: count }, () => new Thread())
  await Promise.all(threads.map((thread) => thread.work(newPart(), direction)))
  return async () => {
    let left = parts
    // One under work in each thread, one that waits for it.
    const lines = [...threads, ...threads].map(async (thread) => {
      for (let part = newPart(); left-- > 0; ) part = await thread.work(part, direction)
    })
    await Promise.all(lines)
  }
}

type Part = Uint8Array<ArrayBuffer>

/** Answers in the order of the questions. */
class Thread {
  readonly #worker = new Worker(new URL('./thread.js', import.meta.url))
  readonly #waiting: ((part: Part) => void)[] = []

  constructor() {
    this.#worker.on('message', (part: Part) => this.#waiting.shift()?.(part))
  }

  work(part: Part, direction: Direction): Promise<Part> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#worker.postMessage({ part, direction }, [part.buffer])
    })
  }
}
