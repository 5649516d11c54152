import { expect, test } from 'vitest'
import { ahead, inParallel, untilAborted } from './in-parallel.ts'

test('does so much at a time, all of it, and stops at the first failure', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  const work = async (item: number) => {
    most = Math.max(most, ++running)
    for (let i = 0; i < 10 - item; i++) await Promise.resolve()
    running--
    if (item === 6) throw new Error('six')
    done.push(item)
  }
  await inParallel(3, [1, 2, 3, 4, 5], work)
  expect(most).toBe(3)
  expect(done.toSorted()).toEqual([1, 2, 3, 4, 5])
  await expect(inParallel(2, [6, 7, 8, 9, 10, 11, 12], work)).rejects.toThrow('six')
  expect(running).toBe(0)
  expect(done).not.toContain(12)
})

test('gives results in order, so many ahead', async () => {
  const started: number[] = []
  const settle: ((value: number) => void)[] = []
  let i = 0
  const results = ahead(3, () => {
    if (i === 5) return undefined
    started.push(i++)
    return new Promise<number>((resolve) => settle.push(resolve))
  })
  const first = results.next()
  expect(started).toEqual([0, 1, 2])
  settle[2]?.(2)
  settle[0]?.(0)
  expect(await first).toEqual({ value: 0, done: false })
  const second = results.next()
  expect(started).toEqual([0, 1, 2, 3])
  settle[1]?.(1)
  expect(await second).toEqual({ value: 1, done: false })
  expect(await results.next()).toEqual({ value: 2, done: false })
})

test('a source that gives nothing more does not hold up who wants to stop', async () => {
  const stop = new AbortController()
  let closed = false
  const source = (async function* () {
    try {
      yield 1
      await new Promise(() => {})
    } finally {
      closed = true
    }
  })()
  const got: number[] = []
  const walk = (async () => {
    for await (const item of untilAborted(source, stop.signal)) {
      got.push(item)
      // By now the next one is awaited, for ever.
      setImmediate(() => stop.abort(new Error('enough')))
    }
  })()
  await expect(walk).rejects.toThrow('enough')
  expect(got).toEqual([1])
  expect(closed).toBe(false)
  const ended = (async function* () {
    try {
      yield* [1, 2, 3]
    } finally {
      closed = true
    }
  })()
  for await (const item of untilAborted(ended, new AbortController().signal)) if (item === 2) break
  expect(closed).toBe(true)
})
