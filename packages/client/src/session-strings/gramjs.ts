// The StringSession of GramJS and teleproto: `1` and base64 of datacenter (1 byte), length of the address (2 bytes, big
// endian), address as text, port (2 bytes), key. It reads Telethon's strings too, which begin alike.

import { addressOf, isTestAddress } from './address.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { AUTH_KEY_LENGTH, checkSession, invalid, type PortableSession, unfit } from './portable-session.ts'

const FRAME = 1 + 2 + 2 + AUTH_KEY_LENGTH
/** It reads the port as a signed number, and a longer address as an IPv6 one. */
const MAX_PORT = 32767
const MAX_HOST = 100

export function parseGramJs(text: string): PortableSession {
  if (!text.startsWith('1')) throw invalid('those of GramJS begin with 1')
  const bytes = fromBase64(text.slice(1))
  if (!isGramJs(bytes)) throw invalid('its length does not fit the address in it')
  const view = new DataView(bytes.buffer)
  const end = bytes.length - 2 - AUTH_KEY_LENGTH
  const host = String.fromCharCode(...bytes.subarray(3, end))
  const address = { host, port: view.getUint16(end) }
  return checkSession({
    dc: view.getUint8(0),
    test: isTestAddress(address),
    address,
    authKey: bytes.slice(end + 2),
  })
}

/** Letters of addresses and names only, and no fewer than any address has: two would fit into a Telethon string. */
function isHost(text: string): boolean {
  return /^[0-9A-Za-z.:-]+$/.test(text) && text.length >= 3 && text.length <= MAX_HOST
}

/** Told from Telethon's by the length of the address, which must account for the rest, and by its being text. */
export function isGramJs(bytes: Uint8Array): boolean {
  if (bytes.length <= FRAME) return false
  const length = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)
  return FRAME + length === bytes.length && isHost(String.fromCharCode(...bytes.subarray(3, 3 + length)))
}

export function formatGramJs(session: PortableSession): string {
  const { host, port } = addressOf(session)
  if (!isHost(host)) throw unfit(`GramJS takes addresses of 3 to ${MAX_HOST} letters`)
  if (port > MAX_PORT) throw unfit(`GramJS takes ports up to ${MAX_PORT}`)
  if (session.dc > 255) throw unfit('GramJS takes datacenters up to 255')
  const bytes = new Uint8Array(FRAME + host.length)
  const view = new DataView(bytes.buffer)
  bytes[0] = session.dc
  view.setUint16(1, host.length)
  bytes.set(new TextEncoder().encode(host), 3)
  view.setUint16(3 + host.length, port)
  bytes.set(session.authKey, 5 + host.length)
  return `1${toBase64(bytes)}`
}
