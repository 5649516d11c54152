import { expect, test } from 'vitest'
import { simulate } from './simulation.ts'

test('one seed', () => {
  const report = simulate(Number(process.env.SEED ?? 1))
  console.log(report)
  expect(report.faults).toEqual([])
})
