/** Several at a time: work whose results are not needed in order, and work whose results are. */

/**
 * Does the work for each item, so many at a time; the next item is asked for only when there is room. The first failure ends
 * it, once what is under way has ended.
 */
export async function inParallel<T>(
  atOnce: number,
  items: AsyncIterable<T> | Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of items) {
    const job = work(item)
      .catch((error: unknown) => {
        failures.push(error)
      })
      .finally(() => running.delete(job))
    running.add(job)
    if (running.size >= atOnce) await Promise.race(running)
    if (failures.length > 0) break
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}

/**
 * What the jobs give, in their order, with so many under way ahead of the one that is awaited. `next` gives undefined when
 * there are no more.
 */
export async function* ahead<T>(
  atOnce: number,
  next: () => Promise<T> | undefined,
): AsyncGenerator<T, void, undefined> {
  const queue: Promise<T>[] = []
  for (;;) {
    while (queue.length < atOnce) {
      const job = next()
      if (job === undefined) break
      // One that fails while others are awaited is told of in its turn.
      job.catch(() => {})
      queue.push(job)
    }
    const first = queue.shift()
    if (first === undefined) return
    yield await first
  }
}
