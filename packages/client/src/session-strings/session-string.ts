// Session strings of all known kinds, told apart by their looks.

import { fromBase64 } from './base64.ts'
import { formatGramJs, isGramJs, parseGramJs } from './gramjs.ts'
import { formatMtcute, parseMtcute } from './mtcute.ts'
import { formatOwn, OWN_PREFIX, parseOwn } from './own-string.ts'
import { checkSession, invalid, type PortableSession } from './portable-session.ts'
import { formatPyrogram, isPyrogramLength, parsePyrogram } from './pyrogram.ts'
import { formatTelethon, parseTelethon } from './telethon.ts'

/** `gramjs` is teleproto's too. */
export type SessionStringFormat = 'telegram-mt' | 'telethon' | 'pyrogram' | 'gramjs' | 'mtcute'

const MAX_LENGTH = 4096

const parsers: Record<SessionStringFormat, (text: string) => PortableSession> = {
  'telegram-mt': parseOwn,
  telethon: parseTelethon,
  pyrogram: parsePyrogram,
  gramjs: parseGramJs,
  mtcute: parseMtcute,
}

const formatters: Record<SessionStringFormat, (session: PortableSession) => string> = {
  'telegram-mt': formatOwn,
  telethon: formatTelethon,
  pyrogram: formatPyrogram,
  gramjs: formatGramJs,
  mtcute: formatMtcute,
}

/**
 * A session string of any known kind, or of the one named. Space around it is ignored.
 *
 * @throws SessionStringError `SESSION_STRING_INVALID` or `SESSION_STRING_VERSION`; the string itself is never repeated.
 */
export function parseSessionString(
  text: string,
  format?: SessionStringFormat,
): PortableSession & { readonly format: SessionStringFormat } {
  if (typeof text !== 'string') throw invalid('it is not even text')
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH) throw invalid(`it is longer than ${MAX_LENGTH} characters`)
  const kind = format ?? detectFormat(trimmed)
  return { ...parsers[kind](trimmed), format: kind }
}

/**
 * Writes a session as the named library reads it. What a format cannot hold is left out (the salt, the user id); what it
 * needs and the session lacks is an error.
 *
 * @throws SessionStringError `SESSION_STRING_UNFIT` or `SESSION_STRING_INVALID`.
 */
export function formatSessionString(
  session: PortableSession,
  format: SessionStringFormat = 'telegram-mt',
): string {
  return formatters[format](checkSession(session))
}

function detectFormat(text: string): SessionStringFormat {
  if (text.startsWith(OWN_PREFIX)) return 'telegram-mt'
  // The others begin with the base64 of a small first byte: A or B.
  if (text.startsWith('1')) return isGramJs(fromBase64(text.slice(1))) ? 'gramjs' : 'telethon'
  const bytes = fromBase64(text)
  if (isPyrogramLength(bytes.length)) return 'pyrogram'
  if (bytes[0] !== undefined && bytes[0] <= 16 && bytes.length > 280) return 'mtcute'
  throw invalid('it looks like none of telegram-mt, Telethon, Pyrogram, GramJS or mtcute')
}
