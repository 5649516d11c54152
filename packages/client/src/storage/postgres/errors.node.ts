// What PostgreSQL and its connection say, in our terms. https://www.postgresql.org/docs/current/errcodes-appendix.html

import { StorageError, type StorageErrorCode } from '../error.ts'

type Meaning = readonly [StorageErrorCode, string]

const gone: Meaning = ['STORAGE_UNAVAILABLE', 'the server cannot be reached or cut the connection']

const meaning: Record<string, Meaning> = {
  ECONNREFUSED: gone,
  ECONNRESET: gone,
  ETIMEDOUT: gone,
  EPIPE: gone,
  EHOSTUNREACH: gone,
  ENETUNREACH: gone,
  ENOTFOUND: ['STORAGE_UNAVAILABLE', 'the name of the server is not known'],
  EAI_AGAIN: ['STORAGE_UNAVAILABLE', 'the name of the server cannot be looked up now'],
  '53100': ['STORAGE_FULL', 'no room left on the disk of the server'],
  '25006': ['STORAGE_READ_ONLY', 'the server takes no writes'],
  '42501': ['STORAGE_IO', 'the user may not do this'],
  '28000': ['STORAGE_IO', 'the server refuses this user'],
  '28P01': ['STORAGE_IO', 'the password is wrong'],
  '3D000': ['STORAGE_IO', 'there is no such database'],
  XX001: ['STORAGE_CORRUPT', 'it is damaged'],
  XX002: ['STORAGE_CORRUPT', 'an index is damaged'],
}

/** 08 connection, 40 serialization and deadlock, 53 too many connections or no memory, 57 the server stops or starts. */
const passing = /^(08|40|53|57)/

export function postgresError(
  name: string,
  error: unknown,
  otherwise: StorageErrorCode = 'STORAGE_IO',
): StorageError {
  if (error instanceof StorageError) return error
  const [code, text] = describe(error, otherwise)
  return new StorageError(code, `${name}: ${text}`, { cause: error })
}

function describe(error: unknown, otherwise: StorageErrorCode): Meaning {
  if (!(error instanceof Error)) return [otherwise, 'unknown error']
  const code = 'code' in error ? String(error.code) : ''
  const known = meaning[code]
  if (known !== undefined) return known
  if (passing.test(code)) return ['STORAGE_UNAVAILABLE', error.message]
  // Node tries all addresses of a name and reports them together.
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0], otherwise)
  // pg has no code for these.
  if (code === '' && /connection|timeout|not queryable|Client was closed/i.test(error.message)) return gone
  return [otherwise, error.message]
}
