import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeenMessages } from './seen.ts'

test('an id is new once, then seen', () => {
  const seen = new SeenMessages()
  expect(seen.look(5n)).toBe('new')
  seen.add(5n)
  expect(seen.look(5n)).toBe('seen')
  expect(seen.look(4n)).toBe('new')
  expect(seen.look(6n)).toBe('new')
  expect(seen.highest).toBe(5n)
})

test('at least the last 1,000 are remembered, at most 2,000, and what is older than these is forgotten', () => {
  const seen = new SeenMessages(1000)
  for (let id = 1n; id <= 10_000n; id++) {
    seen.add(id)
    expect(seen.size).toBeLessThanOrEqual(2000)
    if (id > 1000n) expect(seen.look(id - 999n)).toBe('seen')
  }
  expect(seen.look(1n)).toBe('forgotten')
  seen.add(1n)
  expect(seen.look(1n)).toBe('forgotten')
  seen.clear()
  expect(seen.look(1n)).toBe('new')
})

test('in any order, it says what a set would say', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 300n }), { maxLength: 400 }), (ids) => {
      const seen = new SeenMessages(1000)
      const known = new Set<bigint>()
      for (const id of ids) {
        expect(seen.look(id)).toBe(known.has(id) ? 'seen' : 'new')
        seen.add(id)
        known.add(id)
      }
      expect(seen.size).toBe(known.size)
    }),
  )
})

test('whatever the order, nothing that was forgotten is taken for new', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 1n, max: 500n }), { minLength: 100, maxLength: 600 }), (ids) => {
      const seen = new SeenMessages(10)
      const known = new Set<bigint>()
      for (const id of ids) {
        if (known.has(id)) expect(seen.look(id)).not.toBe('new')
        seen.add(id)
        known.add(id)
        expect(seen.size).toBeLessThanOrEqual(20)
      }
    }),
  )
})
