// The PostgreSQL driver: one pool for all sessions of a program, and a schema of its own per application.

import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { StorageError } from '../error.ts'
import type { SqlDatabase } from '../sql/database.ts'
import type { Flavour } from '../sql/flavour.ts'
import { migrate } from '../sql/migrations.ts'
import type { Tables } from '../sql/schema.ts'
import { SqlStorage } from '../sql/sql-storage.ts'
import type { StorageOptions } from '../storage.ts'
import { postgresError } from './errors.node.ts'
import { NamespaceLock } from './lock.node.ts'

export interface PostgresStorageOptions extends StorageOptions {
  /** `postgres://user:password@host:port/database`; `?schema=name` names the namespace. */
  readonly url: string
  /** The schema that holds the tables, made if it is not there. Goes before the one in the address. */
  readonly schema?: string | undefined
  /** Most connections at a time (default 5), besides one that holds the lock. */
  readonly connections?: number | undefined
  /** How long `open` waits for another process to let go of the namespace, in ms (default 5,000). */
  readonly lockWait?: number | undefined
  /** How long a read or a write is tried again while the server cannot be reached, in ms (default 30,000). */
  readonly retryFor?: number | undefined
}

const DEFAULT_SCHEMA = 'telegram_mt'
/** A round trip per statement: the larger a transaction, the better. */
const MAX_WRITES = 2000
const CONNECT_TIMEOUT = 10_000

const INT8 = 20
const BYTEA = 17

export function postgresStorage(options: PostgresStorageOptions): SqlStorage {
  const target = parseTarget(options)
  return new SqlStorage('postgres', target.name, () => connect(target, options), {
    ...options,
    maxWrites: MAX_WRITES,
    retryFor: options.retryFor ?? 30_000,
  })
}

interface Target {
  readonly url: string
  readonly schema: string
  readonly name: string
}

function parseTarget({ url, schema }: PostgresStorageOptions): Target {
  let address: URL
  try {
    address = new URL(url)
  } catch {
    throw new StorageError('STORAGE_INVALID', 'the PostgreSQL address is not a URL')
  }
  const wanted = schema ?? address.searchParams.get('schema') ?? DEFAULT_SCHEMA
  address.searchParams.delete('schema')
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(wanted) || wanted.startsWith('pg_')) {
    throw new StorageError(
      'STORAGE_INVALID',
      'a schema is named by up to 63 of a-z, 0-9 and _, not beginning with pg_',
    )
  }
  return { url: address.href, schema: wanted, name: `${address.host}${address.pathname} schema ${wanted}` }
}

async function connect(target: Target, options: PostgresStorageOptions): Promise<SqlDatabase> {
  const config: pg.PoolConfig = {
    connectionString: target.url,
    application_name: 'telegram-mt',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    types: { getTypeParser },
  }
  const flavour = flavourOf(target)
  const lock = new NamespaceLock(config, target.schema, target.name)
  const pool = new pg.Pool({ ...config, max: options.connections ?? 5 })
  // An idle connection that is cut is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => {})
  // Nor is it the pool's to listen while a connection is in use: there the query fails, which is enough.
  pool.on('connect', (client) => client.on('error', () => {}))
  const root = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const close = async (): Promise<void> => {
    await lock.release()
    await pool.end()
  }
  try {
    await lock.take(options.lockWait ?? 5000)
    await migrate(root, flavour)
  } catch (error) {
    await close()
    throw flavour.storageError(error)
  }
  return {
    db: root.withSchema(target.schema),
    flavour,
    check: () => lock.check(),
    tidy: async () => {},
    // The space of changed rows is the server's to reuse.
    scrub: async () => {},
    close,
  }
}

function flavourOf({ schema, name: target }: Target): Flavour {
  return {
    kind: 'postgres',
    name: target,
    schema,
    table: (name) => `"${schema}"."${name}"`,
    // Names of ours are compared byte by byte, whatever the language of the database.
    types: { text: 'text collate "C"', int: 'bigint', bytes: 'bytea' },
    tableEnd: { narrow: '', wide: '' },
    rowLocks: true,
    hasTable: async (db, name) => {
      const { rows } = await sql`select 1 from pg_catalog.pg_tables
        where schemaname = ${schema} and tablename = ${name}`.execute(db)
      return rows.length > 0
    },
    storageError: (error, otherwise) => postgresError(target, error, otherwise),
  }
}

/** All our integers are within a number's exact range; bytes are plain arrays, as everywhere else. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8) return Number
  const parse: (value: string) => unknown = pg.types.getTypeParser(oid, format)
  if (oid !== BYTEA) return parse
  return (value) => {
    const buffer = parse(value)
    return buffer instanceof Uint8Array
      ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
      : buffer
  }
}
