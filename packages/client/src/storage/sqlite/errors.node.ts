// SQLite's result codes in our terms. https://sqlite.org/rescode.html

import { StorageError, type StorageErrorCode } from '../error.ts'

const BUSY = 5
const SHORT_READ = 522

const meaning: Record<number, readonly [StorageErrorCode, string]> = {
  [BUSY]: ['STORAGE_LOCKED', 'another process has it open'],
  6: ['STORAGE_LOCKED', 'another connection has it locked'],
  3: ['STORAGE_IO', 'no permission'],
  8: ['STORAGE_READ_ONLY', 'it may not be written'],
  10: ['STORAGE_IO', 'it cannot be read or written'],
  11: ['STORAGE_CORRUPT', 'it is damaged'],
  13: ['STORAGE_FULL', 'no room left on the disk'],
  14: ['STORAGE_IO', 'it cannot be opened'],
  26: ['STORAGE_NOT_DATABASE', 'it is not a SQLite database'],
  [SHORT_READ]: ['STORAGE_CORRUPT', 'it ends too early'],
}

export function sqliteError(
  file: string,
  error: unknown,
  otherwise: StorageErrorCode = 'STORAGE_IO',
): StorageError {
  if (error instanceof StorageError) return error
  const [code, text] = describe(error, otherwise)
  return new StorageError(code, `${file}: ${text}`, { cause: error })
}

function describe(error: unknown, otherwise: StorageErrorCode): readonly [StorageErrorCode, string] {
  if (!(error instanceof Error)) return [otherwise, 'unknown error']
  const extended = number(error, 'sqliteExtendedCode') ?? number(error, 'errcode')
  if (extended !== undefined) {
    const known = meaning[extended] ?? meaning[extended & 0xff]
    if (known !== undefined) return known
  }
  // An integer where none of ours can have been: a changed byte in the file.
  if ('code' in error && error.code === 'ERR_OUT_OF_RANGE') return ['STORAGE_CORRUPT', 'it is damaged']
  return [otherwise, error.message]
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && ((number(error, 'errcode') ?? 0) & 0xff) === BUSY
}

function number(error: Error, field: string): number | undefined {
  const value: unknown = Reflect.get(error, field)
  return typeof value === 'number' ? value : undefined
}
