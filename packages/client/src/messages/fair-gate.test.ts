import { expect, test } from 'vitest'
import { FairGate } from './fair-gate.ts'

test('accounts take turns, and no more than the limit work at once', async () => {
  const gate = new FairGate(2)
  const order: string[] = []
  let running = 0
  let most = 0
  const work = (account: string) =>
    gate.take(account, async () => {
      order.push(account)
      most = Math.max(most, ++running)
      await Promise.resolve()
      await Promise.resolve()
      running--
    })
  // One with a long history asks first, for all of it.
  await Promise.all([...Array(6).fill('long'), 'b', 'c', 'b', 'c'].map(work))
  expect(most).toBe(2)
  expect(order).toHaveLength(10)
  // The first two were let through at once; from then on nobody goes twice before all who wait have gone once.
  expect(order.slice(2, 8)).toEqual(['long', 'b', 'c', 'long', 'b', 'c'])
})

test('a failure frees its place', async () => {
  const gate = new FairGate(1)
  const failing = gate.take('a', () => Promise.reject(new Error('no')))
  const next = gate.take('b', () => Promise.resolve('went'))
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('went')
})
