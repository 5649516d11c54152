import { expect, test } from 'vitest'
import { simulate } from './simulation.ts'

const SEEDS = 1_500
const first = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))

test(`the program sees what the server has, whatever happens (seeds from ${first}, replay with SEED=…)`, () => {
  const totals = { handled: 0, repeats: 0, gaps: 0, crashes: 0 }
  for (let seed = first; seed < first + SEEDS; seed++) {
    const report = simulate(seed)
    totals.handled += report.handled
    totals.repeats += report.repeats
    totals.gaps += report.gaps
    totals.crashes += report.crashes
  }
  // A model in which nothing goes wrong would prove nothing.
  expect(totals.handled).toBeGreaterThan(SEEDS * 20)
  expect(totals.repeats).toBeGreaterThan(0)
  expect(totals.gaps).toBeGreaterThan(0)
  expect(totals.crashes).toBeGreaterThan(0)
})
