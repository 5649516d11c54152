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
  try {
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
  } finally {
    await Promise.all(running)
  }
  if (failures.length > 0) throw failures[0]
}

/**
 * The same items until the signal is aborted, then its reason, even while the next one is awaited: where items come from may
 * never give another one.
 */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator = items[Symbol.asyncIterator]()
  let refuse: ((reason: unknown) => void) | undefined
  const onAbort = () => refuse?.(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      signal.throwIfAborted()
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        refuse = reject
        iterator.next().then(resolve, reject)
      })
      refuse = undefined
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    const ended = Promise.resolve(iterator.return?.())
    // While an item is awaited, the end waits behind it.
    if (refuse === undefined) await ended
    else ended.catch(() => {})
  }
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
