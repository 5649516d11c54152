// Kysely on @photostructure/sqlite (the interface of node:sqlite): prepared statements are kept, and a migration runs in
// one transaction, which SQLite can do and Kysely's own adapter does not ask for.

import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import {
  type DatabaseConnection,
  type Dialect,
  type Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely'

const KEPT_STATEMENTS = 256

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Some errors (a full disk) end the transaction themselves: then a rollback would fail and hide the error. */
class CarefulDriver extends SqliteDriver {
  readonly #database: DatabaseSyncInstance

  constructor(database: DatabaseSyncInstance) {
    super({ database: new KeptStatements(database) })
    this.#database = database
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

export class NodeSqliteDialect implements Dialect {
  readonly #database: DatabaseSyncInstance

  constructor(database: DatabaseSyncInstance) {
    this.#database = database
  }

  createDriver(): SqliteDriver {
    return new CarefulDriver(this.#database)
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler()
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db)
  }

  createAdapter(): SqliteAdapter {
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
