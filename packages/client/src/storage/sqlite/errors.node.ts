// SQLite's results in our terms. https://sqlite.org/rescode.html

import { StorageError, type StorageErrorCode } from '../error.ts'

interface Meaning {
  readonly code: StorageErrorCode
  readonly text: string
  /** Primary or extended result code. */
  readonly result: number
  /** SQLite's own words. A statement's error comes without the result code. */
  readonly words?: string
}

const meanings: readonly Meaning[] = [
  { result: 522, code: 'STORAGE_CORRUPT', text: 'it ends too early' },
  { result: 3, code: 'STORAGE_IO', text: 'no permission', words: 'access permission denied' },
  { result: 5, code: 'STORAGE_LOCKED', text: 'another process has it open', words: 'database is locked' },
  { result: 6, code: 'STORAGE_LOCKED', text: 'it is locked', words: 'database table is locked' },
  {
    result: 8,
    code: 'STORAGE_READ_ONLY',
    text: 'it may not be written',
    words: 'attempt to write a readonly database',
  },
  { result: 10, code: 'STORAGE_IO', text: 'it cannot be read or written', words: 'disk I/O error' },
  { result: 11, code: 'STORAGE_CORRUPT', text: 'it is damaged', words: 'database disk image is malformed' },
  { result: 11, code: 'STORAGE_CORRUPT', text: 'its schema is damaged', words: 'malformed database schema' },
  { result: 13, code: 'STORAGE_FULL', text: 'no room left', words: 'database or disk is full' },
  { result: 14, code: 'STORAGE_IO', text: 'it cannot be opened', words: 'unable to open database file' },
  {
    result: 26,
    code: 'STORAGE_NOT_DATABASE',
    text: 'it is not a SQLite database',
    words: 'file is not a database',
  },
]

export function sqliteError(
  file: string,
  error: unknown,
  otherwise: StorageErrorCode = 'STORAGE_IO',
): StorageError {
  if (error instanceof StorageError) return error
  const { code, text } = describe(error) ?? {
    code: otherwise,
    text: error instanceof Error ? error.message : 'unknown error',
  }
  return new StorageError(code, `${file}: ${text}`, { cause: error })
}

export function isBusy(error: unknown): boolean {
  return describe(error)?.code === 'STORAGE_LOCKED'
}

function describe(error: unknown): Pick<Meaning, 'code' | 'text'> | undefined {
  if (!(error instanceof Error)) return undefined
  const result: unknown = Reflect.get(error, 'sqliteExtendedCode') ?? Reflect.get(error, 'errcode')
  if (typeof result === 'number') {
    const exact = meanings.find((meaning) => meaning.result === result)
    const primary = meanings.find((meaning) => meaning.result === (result & 0xff))
    if (exact !== undefined || primary !== undefined) return exact ?? primary
  }
  // An integer where none of ours can have been: a changed byte in the file.
  if (Reflect.get(error, 'code') === 'ERR_OUT_OF_RANGE')
    return { code: 'STORAGE_CORRUPT', text: 'it is damaged' }
  return meanings.find(({ words }) => words !== undefined && error.message.startsWith(words))
}
