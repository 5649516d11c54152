// Our own session strings: `tmt1.` and URL-safe base64 of, in TL, version, flags, datacenter, salt, user id, key, the
// address if there is one, and the first 8 bytes of the SHA-256 of all that, so that one cut short or mistyped is told
// from a good one.

import { equalBytes, sha256 } from '@telegram-mt/crypto'
import { TlError, TlReader, TlWriter } from '@telegram-mt/tl'
import { fromBase64, toBase64Url } from './base64.ts'
import {
  AUTH_KEY_LENGTH,
  checkSession,
  invalid,
  type PortableSession,
  SessionStringError,
} from './portable-session.ts'

export const OWN_PREFIX = 'tmt'
const PREFIX = 'tmt1.'
const VERSION = 1
const TEST = 1
const SIGNED_IN = 2
const HAS_ADDRESS = 4
const BOT = 8
const CHECKSUM = 8

export function formatOwn(session: PortableSession): string {
  const { dc, test, userId, isBot, address, authKey, salt = 0n } = session
  const writer = new TlWriter(384)
  writer.int(VERSION)
  const signedIn = userId === undefined ? 0 : SIGNED_IN
  writer.int((test ? TEST : 0) | signedIn | (address === undefined ? 0 : HAS_ADDRESS) | (isBot ? BOT : 0))
  writer.int(dc)
  writer.long(salt)
  writer.int53(userId ?? 0)
  writer.raw(authKey)
  if (address !== undefined) {
    writer.string(address.host)
    writer.int(address.port)
  }
  writer.raw(sha256(writer.finish()).subarray(0, CHECKSUM))
  return PREFIX + toBase64Url(writer.finish()).replace(/=+$/, '')
}

export function parseOwn(text: string): PortableSession {
  if (!text.startsWith(PREFIX)) throw version(/^tmt(\d{1,9})\./.exec(text)?.[1])
  const bytes = fromBase64(text.slice(PREFIX.length))
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM))
  if (!equalBytes(sha256(body).subarray(0, CHECKSUM), bytes.subarray(body.length))) {
    throw invalid('its checksum does not fit, it was cut or mistyped')
  }
  try {
    return checkSession(read(new TlReader(body)))
  } catch (error) {
    if (error instanceof TlError) throw invalid('it does not hold what it should', error)
    throw error
  }
}

function read(reader: TlReader): PortableSession {
  const number = reader.int()
  if (number !== VERSION) throw version(String(number))
  const flags = reader.int()
  const dc = reader.int()
  const salt = reader.long()
  const userId = reader.int53()
  const authKey = reader.raw(AUTH_KEY_LENGTH).slice()
  const address = flags & HAS_ADDRESS ? { host: reader.string(), port: reader.int() } : undefined
  reader.expectEnd()
  return {
    dc,
    test: (flags & TEST) !== 0,
    address,
    userId: flags & SIGNED_IN ? userId : undefined,
    isBot: flags & SIGNED_IN ? (flags & BOT) !== 0 : undefined,
    authKey,
    salt,
  }
}

function version(number: string | undefined): SessionStringError {
  if (number === undefined) return invalid(`it begins with '${PREFIX}'`)
  return new SessionStringError('SESSION_STRING_VERSION', `version ${VERSION} can be read, not ${number}`)
}
