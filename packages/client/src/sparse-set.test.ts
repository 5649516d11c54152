import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SparseSet } from './sparse-set.ts'

test('holds what a Set holds', () => {
  const entries = Array.from({ length: 5 }, (_, id) => ({ id }))
  const step = fc.record({ adds: fc.boolean(), entry: fc.constantFrom(...entries) })
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const set = new Set<{ id: number }>()
      const sparse = new SparseSet<{ id: number }>()
      for (const { adds, entry } of steps) {
        if (adds) {
          set.add(entry)
          sparse.add(entry)
        } else expect(sparse.delete(entry)).toBe(set.delete(entry))
        expect(sparse.size).toBe(set.size)
        const byId = (a: { id: number }, b: { id: number }) => a.id - b.id
        expect([...sparse].sort(byId)).toEqual([...set].sort(byId))
      }
    }),
  )
})
