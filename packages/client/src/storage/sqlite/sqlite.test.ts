import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { describeStorage } from '../contract.testing.ts'
import { sqliteStorage } from './sqlite.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-sqlite-'))
let files = 0

afterAll(() => rmSync(folder, { recursive: true }))

describeStorage({
  name: 'SQLite',
  isDurable: true,
  fresh: async (options) => {
    const again = () => sqliteStorage({ ...options, file, lockWait: 0 })
    const file = join(folder, `${files++}.db`)
    return { storage: again(), again }
  },
})
