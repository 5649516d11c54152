import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SparseMap, SparseSet } from './sparse.ts'

const step = fc.oneof(
  fc.tuple(fc.constant('set' as const), fc.nat(5), fc.nat()),
  fc.tuple(fc.constant('delete' as const), fc.nat(5), fc.constant(0)),
  fc.tuple(fc.constant('clear' as const), fc.constant(0), fc.constant(0)),
)

test('does what a Map does', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new Map<number, number>()
      const sparse = new SparseMap<number, number>()
      for (const [what, key, value] of steps) {
        if (what === 'set') sparse.set(key, map.set(key, value).get(key) ?? -1)
        else if (what === 'delete') expect(sparse.delete(key)).toBe(map.delete(key))
        else {
          map.clear()
          sparse.clear()
        }
        const visited: [number, number][] = []
        sparse.forEach((v, k) => {
          visited.push([k, v])
        })
        for (const entries of [[...sparse], [...sparse.entries()], visited]) expect(entries).toEqual([...map])
        expect([...sparse.keys()]).toEqual([...map.keys()])
        expect([...sparse.values()]).toEqual([...map.values()])
        expect([sparse.size, sparse.has(key), sparse.get(key)]).toEqual([
          map.size,
          map.has(key),
          map.get(key),
        ])
      }
    }),
  )
})

test('does what a Set does', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const set = new Set<number>()
      const sparse = new SparseSet<number>()
      for (const [what, value] of steps) {
        if (what === 'set') expect(sparse.add(value).has(value)).toBe(set.add(value).has(value))
        else if (what === 'delete') expect(sparse.delete(value)).toBe(set.delete(value))
        else {
          set.clear()
          sparse.clear()
        }
        expect([...sparse]).toEqual([...set])
        expect([sparse.size, sparse.has(value)]).toEqual([set.size, set.has(value)])
      }
    }),
  )
})
