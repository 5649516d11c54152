/**
 * A session as one string, to be taken along to another process: everything that a login has brought, and nothing that can
 * be fetched again. Whoever holds the string holds the account.
 *
 * `tmt1.` and base64url of: version 1, flags (1 test, 2 signed in), DC, salt, user id, 256 bytes of auth key, then the
 * first 8 bytes of the SHA-256 of all that, so that a string cut short or mistyped is told from a good one.
 */
import { equalBytes, sha256 } from '@telegram-mt/crypto'
import { TlReader, TlWriter } from '@telegram-mt/tl'
import { SessionStateError, TelegramError } from '../errors.ts'
import type { StoredSession } from './stored-session.ts'

const PREFIX = 'tmt1.'
const TEST = 1
const SIGNED_IN = 2
const CHECKSUM = 8
const LENGTH = 4 + 4 + 4 + 8 + 8 + 256 + CHECKSUM

/** What a session string holds. */
export interface ExportedSession {
  dc: number
  test: boolean
  userId: number | undefined
  authKey: Uint8Array
  salt: bigint
}

/** A session string is not one, or is damaged. */
export class SessionStringError extends TelegramError {}

/** @throws SessionStateError `NO_AUTH_KEY` if no key was exchanged yet. */
export function exportSession(stored: StoredSession): string {
  const key = stored.key(stored.dc)
  if (key === undefined) {
    throw new SessionStateError(
      'NO_AUTH_KEY',
      'there is no auth key to export yet: connect the session first',
    )
  }
  return formatSessionString({
    dc: stored.dc,
    test: stored.test,
    userId: stored.userId,
    authKey: key.authKey,
    salt: key.salts[0]?.salt ?? 0n,
  })
}

export function formatSessionString(session: ExportedSession): string {
  const writer = new TlWriter(LENGTH)
  writer.int(1)
  writer.int((session.test ? TEST : 0) | (session.userId === undefined ? 0 : SIGNED_IN))
  writer.int(session.dc)
  writer.long(session.salt)
  writer.int53(session.userId ?? 0)
  writer.raw(session.authKey)
  writer.raw(sha256(writer.finish()).subarray(0, CHECKSUM))
  return PREFIX + Buffer.from(writer.finish()).toString('base64url')
}

/** @throws SessionStringError `SESSION_STRING_INVALID` saying what does not fit; the string itself is never repeated. */
export function parseSessionString(text: string): ExportedSession {
  const trimmed = text.trim()
  if (!trimmed.startsWith(PREFIX)) throw invalid(`it begins with '${PREFIX}'`)
  const bytes = new Uint8Array(Buffer.from(trimmed.slice(PREFIX.length), 'base64url'))
  if (bytes.length !== LENGTH) throw invalid(`it holds ${LENGTH} bytes, this one ${bytes.length}`)
  const body = bytes.subarray(0, LENGTH - CHECKSUM)
  if (!equalBytes(sha256(body).subarray(0, CHECKSUM), bytes.subarray(LENGTH - CHECKSUM))) {
    throw invalid('its checksum does not fit: it was cut or mistyped')
  }
  const reader = new TlReader(body)
  const version = reader.int()
  if (version !== 1) throw invalid(`this version reads format 1, not ${version}`)
  const flags = reader.int()
  const dc = reader.int()
  const salt = reader.long()
  const userId = reader.int53()
  const authKey = reader.raw(256).slice()
  if (dc < 1) throw invalid(`no datacenter has the id ${dc}`)
  return { dc, test: (flags & TEST) !== 0, userId: flags & SIGNED_IN ? userId : undefined, authKey, salt }
}

const invalid = (why: string) =>
  new SessionStringError('SESSION_STRING_INVALID', `this is no session string: ${why}`)
