import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterAll } from 'vitest'
import { describeSealing, type RawAccess } from '../sealing.testing.ts'
import { sqliteStorage } from './sqlite.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-sealing-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

function rawAccess(file: string): RawAccess {
  const use = <T>(action: (database: InstanceType<typeof DatabaseSync>) => T): T => {
    const database = new DatabaseSync(file, { timeout: 0 })
    try {
      return action(database)
    } finally {
      database.close()
    }
  }
  const named = (text: string) => text.replace(/\{(\w+)\}/g, '"$1"')
  return {
    select: async (query) =>
      use((database) =>
        database
          .prepare(named(query))
          .all()
          .map((row) => Object.values(row)[0]),
      ),
    run: async (statement) => use((database) => database.exec(named(statement))),
    block: async (table) =>
      use((database) => {
        database.exec(
          `create trigger stop before update on "${table}" begin select raise(abort, 'stop'); end`,
        )
      }),
    unblock: async () => use((database) => database.exec('drop trigger stop')),
    setBytes: async (table, column, where, value) =>
      use((database) => {
        database.prepare(`update "${table}" set "${column}" = ? where ${where}`).run(value)
      }),
  }
}

describeSealing({
  name: 'SQLite',
  fresh: async () => {
    const file = join(folder, `${files++}.db`)
    return {
      open: async (storageKey) => {
        const storage = sqliteStorage({ file, storageKey, lockWait: 0 })
        await storage.open()
        return storage
      },
      raw: rawAccess(file),
    }
  },
})
