// The little in which the two SQL databases differ, for the code that they share.

import type { Kysely } from 'kysely'
import type { StorageError, StorageErrorCode } from '../error.ts'
import type { Tables } from './schema.ts'

export interface Flavour {
  readonly kind: 'sqlite' | 'postgres'
  /** What messages call this store: the file, or the server and schema. Never with a password. */
  readonly name: string
  /** The PostgreSQL schema that holds the tables. */
  readonly schema: string | undefined
  /** For raw SQL: the table's name with its schema, quoted. */
  readonly table: (name: string) => string
  readonly types: { readonly text: string; readonly int: string; readonly bytes: string }
  /** What follows a table's definition: for one with narrow rows, found by primary key only, and for any other. */
  readonly tableEnd: { readonly narrow: string; readonly wide: string }
  /** Other processes may write at the same time, so rows that a decision rests on are locked. */
  readonly rowLocks: boolean
  hasTable(db: Kysely<Tables>, name: string): Promise<boolean>
  /** The driver's error in our terms; `otherwise` where it says nothing that we know. */
  storageError(error: unknown, otherwise?: StorageErrorCode): StorageError
}
