import type { Running } from '../../contestant/program.ts'

export function importCost(load: () => unknown): Running {
  return {
    async run() {
      globalThis.gc?.()
      const before = process.memoryUsage.rss()
      const start = performance.now()
      await load()
      const time = performance.now() - start
      return { time, rss: (process.memoryUsage.rss() - before) / 2 ** 20 }
    },
  }
}
