/** The proof by kill -9 at a small size: see proof.ts, and `npm run proof:kill` for any size. */
import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from './bundle.mjs'
import { type ProofFigures, prove } from './proof.ts'
import { type StorageKind, storageOf } from './storages.ts'

const server = process.env.TELEGRAM_MT_TEST_POSTGRES
let program: (name: string) => string

beforeAll(async () => {
  program = await bundle(['box-process', 'sender', 'receiver'])
}, 60_000)

afterAll(() => rmSync(dirname(program('sender')), { recursive: true, force: true }))

async function proveSmall(kind: StorageKind): Promise<void> {
  const figures = await prove({
    storage: storageOf(kind, server),
    duration: 6_000,
    life: [1_000, 3_000],
    cutEvery: 200,
    program,
  })
  console.log(kind, JSON.stringify(figures))
  const good: Partial<ProofFigures> = { lost: 0, doubled: 0, disordered: 0, surrendered: 0 }
  expect(figures).toMatchObject(good)
  expect(figures.sent).toBeGreaterThan(0)
  expect(figures.killed.sender).toBeGreaterThan(0)
  expect(figures.killed.receiver).toBeGreaterThan(0)
  expect(figures.cut).toBeGreaterThan(0)
}

test(
  'nothing is lost, doubled or out of order when both ends are killed: SQLite',
  () => proveSmall('sqlite'),
  120_000,
)

test.skipIf(server === undefined)(
  'nothing is lost, doubled or out of order when both ends are killed: PostgreSQL',
  () => proveSmall('postgres'),
  120_000,
)
