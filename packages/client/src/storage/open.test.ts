import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { describeStorage } from './contract.testing.ts'
import { openStorage } from './open.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-open-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

describeStorage({
  name: 'SQLite by its address, sealed',
  isDurable: true,
  fresh: async (options) => {
    const spec = `sqlite:${join(folder, `${files++}.db`)}`
    const again = () => openStorage(spec, { ...options, storageKey: new Uint8Array(32).fill(9), lockWait: 0 })
    return { storage: again(), again }
  },
})

it.each([
  [undefined, 'memory'],
  ['memory', 'memory'],
  ['accounts.db', 'sqlite'],
  ['sqlite:accounts.db', 'sqlite'],
  ['postgres://localhost/x', 'postgres'],
  ['postgresql://localhost/x', 'postgres'],
])('takes %s for %s', (spec, kind) => {
  expect(openStorage(spec).kind).toBe(kind)
})
