// mtcute's session strings, version 3: URL-safe base64 of the version (1 byte) and, in TL, flags, the datacenter's option,
// one for media, user id and whether a bot, key. An option is version, datacenter, flags (1 byte each), address and port.

import { TlError, TlReader, TlWriter } from '@telegram-mt/tl'
import { addressOf } from './address.ts'
import { fromBase64, toBase64Url } from './base64.ts'
import { checkSession, invalid, type PortableSession, SessionStringError } from './portable-session.ts'

const VERSION = 3
const HAS_SELF = 1
const TEST_BEFORE = 2
const HAS_MEDIA = 4

const OPTION_VERSION = 2
const OPTION_IPV6 = 1
const OPTION_TEST = 4

export function parseMtcute(text: string): PortableSession {
  const bytes = fromBase64(text)
  if (bytes[0] !== VERSION) {
    throw new SessionStringError(
      'SESSION_STRING_VERSION',
      `mtcute's of version 3 can be read, not ${bytes[0]}`,
    )
  }
  try {
    return checkSession(read(new TlReader(bytes, 1)))
  } catch (error) {
    if (error instanceof TlError) throw invalid('it does not hold what those of mtcute hold', error)
    throw error
  }
}

function read(reader: TlReader): PortableSession {
  const flags = reader.int()
  const option = readOption(reader.bytes())
  if (flags & HAS_MEDIA) reader.bytes()
  const userId = flags & HAS_SELF ? reader.int53() : undefined
  const isBot = flags & HAS_SELF ? reader.bool() : undefined
  const authKey = reader.bytes().slice()
  reader.expectEnd()
  const { dc, test, host, port } = option
  return { dc, test: test || (flags & TEST_BEFORE) !== 0, address: { host, port }, userId, isBot, authKey }
}

function readOption(data: Uint8Array): { dc: number; test: boolean; host: string; port: number } {
  const [version, dc = 0, flags = 0] = data
  if (version !== 1 && version !== OPTION_VERSION)
    throw invalid(`its datacenter option has version ${version}`)
  const reader = new TlReader(data, 3)
  const host = reader.string()
  const port = reader.int()
  return { dc, test: version === OPTION_VERSION && (flags & OPTION_TEST) !== 0, host, port }
}

export function formatMtcute(session: PortableSession): string {
  const { host, port } = addressOf(session)
  const option = new TlWriter(64)
  const ipv6 = host.includes(':') ? OPTION_IPV6 : 0
  option.raw(Uint8Array.of(OPTION_VERSION, session.dc, ipv6 | (session.test ? OPTION_TEST : 0)))
  option.string(host)
  option.int(port)

  const writer = new TlWriter(512)
  writer.raw(Uint8Array.of(VERSION))
  writer.int(session.userId === undefined ? 0 : HAS_SELF)
  writer.bytes(option.finish())
  if (session.userId !== undefined) {
    writer.int53(session.userId)
    writer.bool(session.isBot ?? false)
  }
  writer.bytes(session.authKey)
  return toBase64Url(writer.finish()).replace(/=+$/, '')
}
