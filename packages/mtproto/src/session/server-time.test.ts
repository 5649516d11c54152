import { expect, test } from 'vitest'
import { messageIdAt } from './message-id.ts'
import { ServerTime } from './server-time.ts'

const START = 1_750_000_000_000

test('only moves forward, by the fastest message', () => {
  const time = new ServerTime(0)
  time.observe(messageIdAt(START + 500), START)
  expect(time.offset).toBeCloseTo(500, 0)
  time.observe(messageIdAt(START + 100), START)
  expect(time.offset).toBeCloseTo(500, 0)
})

test('an answer that is more than 15 s older than its question sets it back', () => {
  const time = new ServerTime(60_000)
  time.observeAnswer(messageIdAt(START + 50_000), messageIdAt(START + 60_000), START)
  expect(time.offset).toBe(60_000)
  time.observeAnswer(messageIdAt(START + 30_000), messageIdAt(START + 60_000), START)
  expect(time.offset).toBeCloseTo(30_000, 0)
})

test('a message is valid from 300 s ago to 30 s ahead', () => {
  const time = new ServerTime(1000)
  const age = (ms: number) => time.age(messageIdAt(START + 1000 + ms), START)
  expect([-300_100, -299_900, 29_900, 30_100].map(age)).toEqual(['old', 'valid', 'valid', 'new'])
})
