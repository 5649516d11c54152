// Telethon's StringSession: `1` and URL-safe base64 of datacenter (1 byte), IPv4 or IPv6 address, port (big endian), key.

import { addressOf, isTestAddress } from './address.ts'
import { fromBase64, toBase64Url } from './base64.ts'
import { bytesToIp, ipToBytes } from './ip-address.ts'
import { AUTH_KEY_LENGTH, checkSession, invalid, type PortableSession, unfit } from './portable-session.ts'

export function parseTelethon(text: string): PortableSession {
  if (!text.startsWith('1')) throw invalid("Telethon's begin with 1")
  const bytes = fromBase64(text.slice(1))
  const ipLength = bytes.length - 1 - 2 - AUTH_KEY_LENGTH
  if (ipLength !== 4 && ipLength !== 16)
    throw invalid(`Telethon's hold 263 or 275 bytes, this one ${bytes.length}`)
  const view = new DataView(bytes.buffer)
  const address = { host: bytesToIp(bytes.subarray(1, 1 + ipLength)), port: view.getUint16(1 + ipLength) }
  return checkSession({
    dc: view.getUint8(0),
    test: isTestAddress(address),
    address,
    authKey: bytes.slice(3 + ipLength),
  })
}

export function formatTelethon(session: PortableSession): string {
  const { host, port } = addressOf(session)
  const ip = ipToBytes(host)
  if (ip === undefined) throw unfit("Telethon's hold IP addresses, not names")
  if (session.dc > 255) throw unfit("Telethon's hold datacenters up to 255")
  const bytes = new Uint8Array(3 + ip.length + AUTH_KEY_LENGTH)
  bytes[0] = session.dc
  bytes.set(ip, 1)
  new DataView(bytes.buffer).setUint16(1 + ip.length, port)
  bytes.set(session.authKey, 3 + ip.length)
  return `1${toBase64Url(bytes)}`
}
