// How secrets look at rest. A stored value begins with a byte that says how it was made, so that a store whose key is
// being changed can be read in its middle state. Every value is bound to its place (table, session, column, row):
// moved elsewhere, it does not open.

import { equalBytes, sha256 } from '@telegram-mt/crypto'
import { StorageError } from './error.ts'

export interface Place {
  readonly table: string
  readonly session: string
  readonly column: string
  /** What tells this row from the session's others. */
  readonly row: string
}

export interface Sealer {
  seal(plain: Uint8Array, place: Place): Uint8Array
  /** Throws `STORAGE_RECORD_CORRUPT` if the value was changed or belongs elsewhere. */
  open(stored: Uint8Array, place: Place): Uint8Array
  /** False for a value that a change of key has yet to seal anew. */
  isCurrent(stored: Uint8Array): boolean
}

export const PLAIN = 0
const CHECK = 4

/** Without a key: as it is, with a checksum over value and place that finds damage (not malice). */
export const plainSealer: Sealer = {
  seal(plain, place) {
    const stored = new Uint8Array(1 + CHECK + plain.length)
    stored[0] = PLAIN
    stored.set(checksum(plain, place), 1)
    stored.set(plain, 1 + CHECK)
    return stored
  },
  open(stored, place) {
    if (stored[0] !== PLAIN || stored.length < 1 + CHECK) throw corrupt(place)
    const plain = stored.subarray(1 + CHECK)
    if (!equalBytes(stored.subarray(1, 1 + CHECK), checksum(plain, place))) throw corrupt(place)
    return plain
  },
  isCurrent: (stored) => stored[0] === PLAIN,
}

function checksum(plain: Uint8Array, place: Place): Uint8Array {
  return sha256(placeBytes(place), plain).subarray(0, CHECK)
}

const encoder = new TextEncoder()

/** NUL cannot occur in any of the parts, so no two places read the same. */
export function placeBytes({ table, session, column, row }: Place): Uint8Array {
  return encoder.encode(`${table}\0${session}\0${column}\0${row}`)
}

export function corrupt({ table, session, column, row }: Place): StorageError {
  const record = row === '' ? '' : ` (${row})`
  const message = `${table}.${column}${record} of session "${session}" is damaged, or sealed for another place or key`
  return new StorageError('STORAGE_RECORD_CORRUPT', message, { session })
}
