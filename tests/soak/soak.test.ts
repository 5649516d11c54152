/** The soak at a small size: see soak.ts, and `npm run soak` for any size. The seed makes the same people do the same. */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../kill/bundle.mjs'
import { soak } from './soak.ts'

let program: (name: string) => string

beforeAll(async () => {
  program = await bundle(['box-process'], import.meta.url)
}, 60_000)

afterAll(() => rmSync(dirname(program('box-process')), { recursive: true, force: true }))

test('under faults of every kind all calls end and all messages arrive once', {
  timeout: 300_000,
}, async () => {
  const seed = Number(process.env.SOAK_SEED ?? Math.floor(Math.random() * 1e9))
  console.log(`SOAK_SEED=${seed}`)
  const { broken, calls, messages, died } = await soak({
    sessions: 30,
    duration: 20_000,
    seed,
    faultEvery: 100,
    pace: 400,
    boxProgram: program('box-process'),
  })
  expect({
    broken,
    hanging: calls.hanging,
    untyped: calls.untyped,
    examples: messages.examples,
    died,
  }).toEqual({
    broken: [],
    hanging: [],
    untyped: [],
    examples: [],
    died: [],
  })
  expect(calls.answered).toBeGreaterThan(0)
  expect(messages.confirmed).toBeGreaterThan(0)
  expect(messages.arrived).toBeGreaterThan(0)
})
