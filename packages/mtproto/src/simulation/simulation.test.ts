import { describe, expect, test } from 'vitest'
import { Dice } from './dice.ts'
import { simulate } from './simulation.ts'
import { Timeline } from './timeline.ts'

describe('client and server through everything that can go wrong', () => {
  // `npm run sim` runs as many more as one likes; a failure names its seed and replays exactly.
  test.each([0, 1, 2, 3])('part %i of the seeds', { timeout: 60_000 }, (part) => {
    for (let seed = 1 + part * 50; seed <= (part + 1) * 50; seed++) {
      expect({ seed, faults: simulate(seed, 60).faults }).toEqual({ seed, faults: [] })
    }
  })

  test('one long run', { timeout: 60_000 }, () => {
    const report = simulate(7, 3000)
    expect(report.faults).toEqual([])
    expect(report.calls).toBe(3000)
  })

  test('a seed replays exactly', () => {
    const lines = [1, 2].map(() => {
      const trace: string[] = []
      simulate(12, 60, (line) => trace.push(line))
      return trace
    })
    expect(lines[0]!.length).toBeGreaterThan(100)
    expect(lines[0]).toEqual(lines[1])
  })
})

test('the timeline keeps the order of moments, and of planning within one', () => {
  const timeline = new Timeline(0)
  const dice = new Dice(1)
  const happened: number[] = []
  const planned = Array.from({ length: 500 }, (_, i) => ({ at: dice.between(0, 50), i }))
  for (const { at, i } of planned) timeline.at(at, () => happened.push(i))
  const never = timeline.at(25, () => happened.push(-1))
  never.cancel()
  while (timeline.step(100));
  expect(happened).toEqual(planned.toSorted((a, b) => a.at - b.at || a.i - b.i).map(({ i }) => i))
  expect(timeline.now).toBe(100)
})
