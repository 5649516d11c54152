/** What work costs this process: time and memory. */
import { join } from 'node:path'
import { queryObjects, writeHeapSnapshot } from 'node:v8'

let snapshots = 0

/** Milliseconds by the wall clock, and of CPU in all threads of this process. */
export async function cost(work: () => Promise<unknown>): Promise<{ wall: number; cpu: number }> {
  const before = process.cpuUsage()
  const start = performance.now()
  await work()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  return { wall, cpu: (user + system) / 1000 }
}

/** Bytes in use after everything was collected that can be. */
export async function memory(): Promise<{ heap: number; rss: number; external: number }> {
  const { gc } = globalThis
  if (gc === undefined) throw new Error('memory is measured with --expose-gc')
  let least = Number.POSITIVE_INFINITY
  // Finalizers free more in the turns after a collection: until that ends.
  for (;;) {
    gc()
    await new Promise((resolve) => setImmediate(resolve))
    gc()
    const { heapUsed, arrayBuffers, external } = process.memoryUsage()
    if (heapUsed + external > least * 0.999) {
      const folder = process.env.BENCH_HEAP
      if (folder !== undefined) writeHeapSnapshot(join(folder, `${process.pid}-${++snapshots}.heapsnapshot`))
      return { heap: heapUsed + arrayBuffers, rss: await settledRss(), external }
    }
    least = heapUsed + external
  }
}

/**
 * The engine keeps room for new objects, up to some 30 MiB after work, and gives it back when a process has been idle for
 * some seconds. RSS is read without it. Of the ways to collect garbage `queryObjects` alone makes it do that at once;
 * the memory is then returned by another thread.
 */
async function settledRss(): Promise<number> {
  queryObjects(Nothing)
  let rss = process.memoryUsage.rss()
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const now = process.memoryUsage.rss()
    if (now > rss * 0.999) return now
    rss = now
  }
}

class Nothing {}
