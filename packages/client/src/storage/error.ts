// Everything that can go wrong with a store, as one class with stable codes. Messages name the store, the table or the
// session concerned, never a key, a code or the content of a message.

import { TelegramError } from '../errors.ts'

/** The codes of StorageError: docs/storage.md says what each means. */
export type StorageErrorCode =
  /** The batch carries an owner number lower than the stored one: another owner has taken this session over. */
  | 'STORAGE_NOT_OWNER'
  /** The batch is for a session that was never claimed, or was forgotten. */
  | 'STORAGE_UNKNOWN_SESSION'
  /** A different event is already stored at this cursor of the log. */
  | 'STORAGE_CONFLICT'
  /** An argument is outside what the store can keep; `message` names the field. */
  | 'STORAGE_INVALID'
  /** One stored record cannot be read (a flipped bit, a value swapped in from elsewhere); its neighbours can. */
  | 'STORAGE_RECORD_CORRUPT'
  /** The file as a whole is damaged: cut short, overwritten, inconsistent. */
  | 'STORAGE_CORRUPT'
  /** The file is not a SQLite database. */
  | 'STORAGE_NOT_DATABASE'
  /** A database, but another program's. */
  | 'STORAGE_FOREIGN'
  /** The store is sealed and no `storageKey` was given. */
  | 'STORAGE_KEY_MISSING'
  /** The store is sealed with another `storageKey`. */
  | 'STORAGE_KEY_WRONG'
  /** The `storageKey` given is neither a non-empty passphrase nor 32 bytes. */
  | 'STORAGE_KEY_INVALID'
  /** Written by a newer version of this library; nothing was changed. */
  | 'STORAGE_SCHEMA_NEWER'
  /** A schema migration failed and was rolled back. */
  | 'STORAGE_MIGRATION'
  /** Another process holds the store. */
  | 'STORAGE_LOCKED'
  /** No room left on the disk. */
  | 'STORAGE_FULL'
  /** The file or the database may not be written. */
  | 'STORAGE_READ_ONLY'
  /** The file cannot be opened, read or written (no such folder, no permission, I/O error). */
  | 'STORAGE_IO'
  /** The database server cannot be reached, or cut the connection. Worth a retry. */
  | 'STORAGE_UNAVAILABLE'
  /** Used before `open` or after `close`. */
  | 'STORAGE_CLOSED'

export class StorageError extends TelegramError {
  declare readonly code: StorageErrorCode
  /** The session concerned, where the error is about one session only. */
  readonly session: string | undefined

  constructor(code: StorageErrorCode, message: string, options: { session?: string; cause?: unknown } = {}) {
    super(code, message, options.cause === undefined ? undefined : { cause: options.cause })
    this.session = options.session
  }
}

export function unknownSession(session: string): StorageError {
  return new StorageError('STORAGE_UNKNOWN_SESSION', `session "${session}" was never claimed`, { session })
}

export function notOwner(session: string, owner: number, stored: number): StorageError {
  const message = `session "${session}" is owned under number ${stored}, the batch carries ${owner}`
  return new StorageError('STORAGE_NOT_OWNER', message, { session })
}

export function logConflict(session: string, cursor: number): StorageError {
  const message = `the log of session "${session}" holds another event at cursor ${cursor}`
  return new StorageError('STORAGE_CONFLICT', message, { session })
}
