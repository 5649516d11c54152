// From what a program writes in its configuration to a store.

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
  const load = async (): Promise<Storage> => {
    const { sqliteStorage } = await import('./sqlite/sqlite.node.ts')
    return sqliteStorage({ ...options, file: spec.replace(/^sqlite:/, '') })
  }
  return new DeferredStorage('sqlite', load, options.onWriteError)
}
