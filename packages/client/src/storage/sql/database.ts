// What a driver hands over once it has connected.

import type { Kysely } from 'kysely'
import type { Flavour } from './flavour.ts'
import type { Tables } from './schema.ts'

/** A database taken for this process, schema up to date. */
export interface SqlDatabase {
  readonly db: Kysely<Tables>
  readonly flavour: Flavour
  /** Throws `STORAGE_LOCKED` if the store is no longer this process's alone. Before every transaction that writes. */
  check(): Promise<void>
  /** After a transaction of so many single writes, with the event loop turned: for what the database puts off. */
  tidy(writes: number): Promise<void>
  /** After secrets were rewritten: leaves no old copy behind where the database lets us. */
  scrub(): Promise<void>
  close(): Promise<void>
}
