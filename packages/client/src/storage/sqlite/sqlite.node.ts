// The SQLite driver: one file for all sessions of a program.

import { Kysely, sql } from 'kysely'
import type { SqlDatabase } from '../sql/database.ts'
import type { Flavour } from '../sql/flavour.ts'
import { migrate } from '../sql/migrations.ts'
import type { Tables } from '../sql/schema.ts'
import { SqlStorage } from '../sql/sql-storage.ts'
import type { StorageOptions } from '../storage.ts'
import { NodeSqliteDialect } from './dialect.node.ts'
import { sqliteError } from './errors.node.ts'
import { openFile } from './file.node.ts'

export interface SqliteStorageOptions extends StorageOptions {
  readonly file: string
  /** How long `open` waits for another process to let go of the file, in ms (default 5,000). */
  readonly lockWait?: number | undefined
}

/** One transaction's size: small enough that its commit is a matter of a few milliseconds. */
const MAX_WRITES = 400

export function sqliteStorage(options: SqliteStorageOptions): SqlStorage {
  const { file, lockWait = 5000 } = options
  return new SqlStorage('sqlite', file, () => connect(file, lockWait), {
    ...options,
    maxWrites: MAX_WRITES,
    retryFor: 0,
  })
}

async function connect(file: string, lockWait: number): Promise<SqlDatabase> {
  const { database, close } = await openFile(file, lockWait)
  const flavour = flavourOf(file)
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database, close) })
  try {
    await migrate(db, flavour)
  } catch (error) {
    close()
    throw flavour.storageError(error)
  }
  return {
    db,
    flavour,
    check: async () => {},
    scrub: async () => {
      await sql`pragma wal_checkpoint(truncate)`.execute(db)
    },
    close: async () => {
      try {
        await db.destroy()
      } finally {
        close()
      }
    },
  }
}

function flavourOf(file: string): Flavour {
  return {
    kind: 'sqlite',
    name: file,
    schema: undefined,
    table: (name) => `"${name}"`,
    types: { text: 'text', int: 'integer', bytes: 'blob' },
    tableEnd: { narrow: 'strict, without rowid', wide: 'strict' },
    rowLocks: false,
    hasTable: async (db, name) => {
      const { rows } = await sql`select 1 from sqlite_schema where type = 'table' and name = ${name}`.execute(
        db,
      )
      return rows.length > 0
    },
    storageError: (error, otherwise) => sqliteError(file, error, otherwise),
  }
}
