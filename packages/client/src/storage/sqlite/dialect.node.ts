// Kysely on @photostructure/sqlite (the interface of node:sqlite): prepared statements are kept, and a migration runs in
// one transaction, which SQLite can do and Kysely's own adapter does not ask for.

import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'

const KEPT_STATEMENTS = 256

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

export class NodeSqliteDialect extends SqliteDialect {
  constructor(database: DatabaseSyncInstance) {
    super({ database: new KeptStatements(database) })
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

class KeptStatements implements SqliteDatabase {
  readonly #database: DatabaseSyncInstance
  readonly #kept = new Map<string, SqliteStatement>()

  constructor(database: DatabaseSyncInstance) {
    this.#database = database
  }

  prepare(sql: string): SqliteStatement {
    const kept = this.#kept.get(sql)
    if (kept !== undefined) return kept
    const statement = this.#database.prepare(sql)
    const adapted: SqliteStatement = {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters),
      run: (parameters) => statement.run(...parameters),
      iterate: (parameters) => statement.iterate(...parameters),
    }
    // The oldest goes; those in steady use come back at once.
    if (this.#kept.size >= KEPT_STATEMENTS) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest)
        break
      }
    }
    this.#kept.set(sql, adapted)
    return adapted
  }

  /** Whoever opened the database closes it. */
  close(): void {
    this.#kept.clear()
  }
}
