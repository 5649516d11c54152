// From what a program writes in its configuration to a store.

import { ConfigurationError } from '../errors.ts'
import { DeferredStorage } from './deferred-storage.ts'
import { MemoryStorage } from './memory.ts'
import type { Storage, StorageOptions } from './storage.ts'

/** Options of `openStorage`. */
export interface OpenStorageOptions extends StorageOptions {
  /** How long `open` waits for another process that holds the store to let go of it, in ms (default 5,000). */
  readonly lockWait?: number | undefined
}

/**
 * `'memory'` (or nothing), the path of a SQLite file (`'accounts.db'`, `'sqlite:accounts.db'`), or a PostgreSQL address
 * (`'postgres://user@host/database'`, with `?schema=name` for the namespace of the application, default
 * `telegram_mt`). The store is ready after `open()`, which also loads the driver.
 * @throws ConfigurationError `OPTION_INVALID` for the address of another kind of storage.
 */
export function openStorage(spec?: string, options: OpenStorageOptions = {}): Storage {
  if (spec === undefined || spec === 'memory') return new MemoryStorage(options)
  if (/^postgres(ql)?:\/\//.test(spec)) {
    const load = async (): Promise<Storage> => {
      const { postgresStorage } = await import('./postgres/postgres.node.ts')
      return postgresStorage({ ...options, url: spec })
    }
    return new DeferredStorage('postgres', load, options.onWriteError)
  }
  // Only its kind is told: an address may hold a password.
  const kind = /^([a-z][a-z0-9+.-]*):\/\//i.exec(spec)?.[1]
  if (kind !== undefined && kind !== 'sqlite') {
    throw new ConfigurationError(
      'OPTION_INVALID',
      `storage is an address of the unknown kind ${kind}:// : expected 'memory', the path of a SQLite file, or a postgres:// address`,
    )
  }
  const load = async (): Promise<Storage> => {
    const { sqliteStorage } = await import('./sqlite/sqlite.node.ts')
    return sqliteStorage({ ...options, file: spec.replace(/^sqlite:/, '') })
  }
  return new DeferredStorage('sqlite', load, options.onWriteError)
}
