// The SQLite driver: one file for all sessions of a program.

import { Kysely, sql } from 'kysely'
import type { SqlDatabase } from '../sql/database.ts'
import type { Flavour } from '../sql/flavour.ts'
import { migrate } from '../sql/migrations.ts'
import type { Tables } from '../sql/schema.ts'
import { SqlStorage } from '../sql/sql-storage.ts'
import type { StorageOptions } from '../storage.ts'
import { Checkpoints } from './checkpoint.node.ts'
import { NodeSqliteDialect } from './dialect.node.ts'
import { sqliteError } from './errors.node.ts'
import { openFile } from './file.node.ts'

export interface SqliteStorageOptions extends StorageOptions {
  readonly file: string
  /** How long `open` waits for another process to let go of the file, in ms (default 5,000). */
  readonly lockWait?: number | undefined
  /**
   * True: `write` settles when the disk has the batch, so that it survives a power cut. False (the default): when the
   * operating system has it, so that it survives any death of the process; a power cut may cost the last moments.
   */
  readonly powerSafe?: boolean | undefined
  /** The file does not grow beyond this, in bytes; writes that would need it to fail with `STORAGE_FULL`. */
  readonly maxSize?: number | undefined
}

/** One transaction's size: small enough that its commit is a matter of a few milliseconds. */
const MAX_WRITES = 400

export function sqliteStorage(options: SqliteStorageOptions): SqlStorage {
  return new SqlStorage('sqlite', options.file, () => connect(options), {
    ...options,
    maxWrites: MAX_WRITES,
    retryFor: 0,
  })
}

async function connect(options: SqliteStorageOptions): Promise<SqlDatabase> {
  const { file, lockWait = 5000, powerSafe = false, maxSize } = options
  const { database, path, close } = await openFile(file, lockWait, maxSize)
  const flavour = flavourOf(file)
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) })
  let checkpoints: Checkpoints
  try {
    await migrate(db, flavour)
    checkpoints = await Checkpoints.begin(db, path)
  } catch (error) {
    close()
    throw flavour.storageError(error)
  }
  return {
    db,
    flavour,
    check: async () => {},
    tidy: async (writes) => {
      if (powerSafe) await checkpoints.syncLog()
      try {
        await checkpoints.count(writes)
      } catch {
        // What could not be moved now (a full disk) stays safe in the log. The transaction itself succeeded.
      }
    },
    scrub: async () => {
      // Now the log holds the new values only, and pages that held the old ones are overwritten.
      await checkpoints.run()
      await sql`pragma wal_checkpoint(truncate)`.execute(db)
    },
    close: async () => {
      try {
        await checkpoints.end()
        await db.destroy()
      } finally {
        close()
        await checkpoints.closeDescriptors()
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
      const query = sql`select 1 from sqlite_schema where type = 'table' and name = ${name}`
      return (await query.execute(db)).rows.length > 0
    },
    storageError: (error, otherwise) => sqliteError(file, error, otherwise),
  }
}
