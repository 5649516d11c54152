import { expect, test } from 'vitest'
import { SessionClock } from './clock.ts'

test('time that goes by as asked is trusted', () => {
  const clock = new SessionClock()
  expect(clock.tick(1000)).toBe(false)
  expect(clock.ask(5000)).toBe(5000)
  expect(clock.tick(5200)).toBe(false)
  expect(clock.now).toBe(5200)
})

test('a clock that is set back does not turn the session back', () => {
  const clock = new SessionClock()
  clock.tick(100_000)
  expect(clock.tick(40_000)).toBe(true)
  expect(clock.now).toBe(100_000)
  expect(clock.tick(41_000)).toBe(false)
  expect(clock.now).toBe(101_000)
  expect(clock.ask(105_000)).toBe(45_000)
})

test('a small step back is no news', () => {
  const clock = new SessionClock()
  clock.tick(100_000)
  expect(clock.tick(99_500)).toBe(false)
  expect(clock.now).toBe(100_000)
})

test('much more time than was to be slept is a jump, told once', () => {
  const clock = new SessionClock()
  clock.tick(0)
  clock.ask(60_000)
  expect(clock.tick(3_600_000)).toBe(true)
  expect(clock.tick(3_600_001)).toBe(false)
  clock.ask(10)
  expect(clock.tick(3_605_000)).toBe(false)
})
