// Pyrogram's session strings, URL-safe base64 without padding, all big endian. Today: datacenter (1 byte), application id
// (4), test mode (1), key (256), user id (8), whether a bot (1). Before version 2 without the application id, and once with
// a user id of 4 bytes.

import { fromBase64, toBase64Url } from './base64.ts'
import { AUTH_KEY_LENGTH, checkSession, invalid, type PortableSession, unfit } from './portable-session.ts'

const LENGTH = 1 + 4 + 1 + AUTH_KEY_LENGTH + 8 + 1
const LENGTH_BEFORE_2 = LENGTH - 4
const LENGTH_OF_SHORT_IDS = LENGTH_BEFORE_2 - 4

export function isPyrogramLength(length: number): boolean {
  return length === LENGTH || length === LENGTH_BEFORE_2 || length === LENGTH_OF_SHORT_IDS
}

export function parsePyrogram(text: string): PortableSession {
  const bytes = fromBase64(text)
  if (!isPyrogramLength(bytes.length))
    throw invalid(`Pyrogram's hold ${LENGTH} bytes, this one ${bytes.length}`)
  const view = new DataView(bytes.buffer)
  const hasApiId = bytes.length === LENGTH
  const testAt = hasApiId ? 5 : 1
  const keyEnd = testAt + 1 + AUTH_KEY_LENGTH
  const userId =
    bytes.length === LENGTH_OF_SHORT_IDS ? view.getUint32(keyEnd) : exactNumber(view.getBigUint64(keyEnd))
  return checkSession({
    dc: view.getUint8(0),
    test: flag(view, testAt),
    userId: userId === 0 ? undefined : userId,
    isBot: flag(view, bytes.length - 1),
    authKey: bytes.slice(testAt + 1, keyEnd),
    apiId: hasApiId && view.getUint32(1) !== 0 ? view.getUint32(1) : undefined,
  })
}

export function formatPyrogram({
  dc,
  test,
  userId = 0,
  isBot = false,
  authKey,
  apiId = 0,
}: PortableSession): string {
  if (dc > 255) throw unfit("Pyrogram's hold datacenters up to 255")
  if (apiId > 0xffffffff) throw unfit('the application id is too large')
  const bytes = new Uint8Array(LENGTH)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, dc)
  view.setUint32(1, apiId)
  view.setUint8(5, test ? 1 : 0)
  bytes.set(authKey, 6)
  view.setBigUint64(6 + AUTH_KEY_LENGTH, BigInt(userId))
  view.setUint8(LENGTH - 1, isBot ? 1 : 0)
  return toBase64Url(bytes).replace(/=+$/, '')
}

function flag(view: DataView, at: number): boolean {
  const value = view.getUint8(at)
  if (value > 1) throw invalid(`byte ${at} is neither true nor false`)
  return value === 1
}

function exactNumber(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalid('its user id is none')
  return Number(value)
}
