// What all the string formats are about: a login that can be taken along. Whoever holds one holds the account.

import { TelegramError } from '../errors.ts'

/** What a session string of any kind says. Whoever holds the key holds the account. */
export interface PortableSession {
  /** Home datacenter. */
  readonly dc: number
  /** Of the test environment. Telethon and GramJS do not say; then it is told by the address. */
  readonly test: boolean
  /** Where the datacenter was reached, if the format says so. */
  readonly address?: PortableAddress | undefined
  readonly userId?: number | undefined
  readonly isBot?: boolean | undefined
  /** 256 bytes. */
  readonly authKey: Uint8Array
  readonly salt?: bigint | undefined
  /** The application that signed in; only Pyrogram keeps it. */
  readonly apiId?: number | undefined
}

/** An address of a datacenter, as some session strings hold it. */
export interface PortableAddress {
  /** IPv4, IPv6 (shortest form) or a name. */
  readonly host: string
  readonly port: number
}

/** The codes of SessionStringError. */
export type SessionStringErrorCode =
  /** Not a session string of any known kind, cut short, or mistyped. */
  | 'SESSION_STRING_INVALID'
  /** Of a version of its format that is not known here. */
  | 'SESSION_STRING_VERSION'
  /** This session cannot be written in the format asked for. */
  | 'SESSION_STRING_UNFIT'

/** Says what does not fit and never repeats the string. */
export class SessionStringError extends TelegramError {
  declare readonly code: SessionStringErrorCode

  constructor(code: SessionStringErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options)
  }
}

export const AUTH_KEY_LENGTH = 256

export function invalid(why: string, cause?: unknown): SessionStringError {
  const options = cause === undefined ? undefined : { cause }
  return new SessionStringError('SESSION_STRING_INVALID', `this is no session string: ${why}`, options)
}

export function unfit(why: string): SessionStringError {
  return new SessionStringError('SESSION_STRING_UNFIT', `the session cannot be written so: ${why}`)
}

/** The last check of every reader. */
export function checkSession(session: PortableSession): PortableSession {
  const { dc, authKey, userId, address } = session
  if (!Number.isInteger(dc) || dc < 1 || dc > 1000) throw invalid(`no datacenter has the id ${dc}`)
  if (authKey.length !== AUTH_KEY_LENGTH) throw invalid(`its auth key has ${authKey.length} bytes, not 256`)
  if (authKey.every((byte) => byte === 0)) throw invalid('it holds no auth key')
  if (userId !== undefined && (!Number.isSafeInteger(userId) || userId < 1))
    throw invalid('its user id is none')
  if (address !== undefined && (address.host === '' || address.port < 1 || address.port > 65535)) {
    throw invalid('its address is none')
  }
  return session
}
