import { expect, test } from 'vitest'
import { ConnectLog } from './connect-log.ts'

const at = (steady: number, dc = 1, via: 'port' | 'proxy' = 'port') => ({ at: 0, steady, dc, via })

test('numbers, filters and forgets', () => {
  const log = new ConnectLog()
  for (const connect of [at(0), at(10, 2), at(20, 2, 'proxy')]) log.add(connect)
  expect(log.all().map(({ number }) => number)).toEqual([1, 2, 3])
  expect(log.all({ dc: 2 }).map(({ number }) => number)).toEqual([2, 3])
  expect(log.all({ via: 'proxy' }).map(({ number }) => number)).toEqual([3])
  expect(log.all({ since: 2 }).map(({ number }) => number)).toEqual([3])
  log.clear()
  log.add(at(30))
  expect(log.all().map(({ number }) => number)).toEqual([4])
  expect(log.count).toBe(4)
})

test('knows the busiest second, wherever it begins', () => {
  const log = new ConnectLog()
  expect(log.mostPerSecond()).toBe(0)
  for (const steady of [0, 900, 999.9, 1000, 1500, 1899, 1900, 5000]) log.add(at(steady))
  // From 900 to before 1900.
  expect(log.mostPerSecond()).toBe(5)
  expect(log.mostPerSecond({ since: 5 })).toBe(2)
})

test('keeps the last ten thousand', () => {
  const log = new ConnectLog()
  for (let i = 0; i < 30_000; i++) log.add(at(i))
  expect(log.count).toBe(30_000)
  const kept = log.all()
  expect(kept.length).toBeGreaterThanOrEqual(10_000)
  expect(kept.length).toBeLessThanOrEqual(12_500)
  expect(kept.at(-1)?.number).toBe(30_000)
})
