import { expect, test } from 'vitest'
import { PendingAcks } from './acks.ts'

test('acknowledgements wait for company until the first has waited long enough', () => {
  const acks = new PendingAcks(30_000)
  expect(acks.dueAt).toBe(Number.POSITIVE_INFINITY)
  acks.add(1n, 1000)
  acks.add(2n, 20_000)
  expect(acks.dueAt).toBe(31_000)
  acks.remove(1n)
  expect(acks.take()).toEqual([[2n]])
  expect(acks.dueAt).toBe(Number.POSITIVE_INFINITY)
})

test('a hundred are sent at once', () => {
  const acks = new PendingAcks(30_000)
  for (let i = 0n; i < 99n; i++) acks.add(i, 0)
  expect(acks.dueAt).toBe(30_000)
  acks.add(99n, 0)
  expect(acks.dueAt).toBeLessThan(0)
})

test('no message holds more than 8,192', () => {
  const acks = new PendingAcks(0)
  for (let i = 0n; i < 20_000n; i++) acks.add(i, 0)
  expect(acks.take().map((list) => list.length)).toEqual([8192, 8192, 3616])
})
