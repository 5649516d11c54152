/**
 * The ClientHello of fake TLS: to an observer, one of today's common browsers opening a connection to the domain. Its
 * random field is no random number but the proof that the sender knows the proxy secret:
 * HMAC-SHA256 of the hello with zeros there, its last four bytes XORed with the time.
 */
import { equalBytes, hmacSha256 } from '@telegram-mt/crypto'
import { setUint, uintAt } from '../frame.ts'
import { FramingError } from '../framing-error.ts'
import { decoyPublicKey } from './curve25519.ts'
import { HANDSHAKE, RECORD_HEADER } from './records.ts'

/** After the record header (5), the handshake header (4) and the version (2). */
export const DIGEST_AT = 11
export const DIGEST = 32
const SESSION_ID_AT = DIGEST_AT + DIGEST

type Random = (length: number) => Uint8Array

/** The hello to send; `now` in ms since the epoch. */
export function clientHello(secret: Uint8Array, domain: string, now: number, random: Random): Uint8Array {
  const body = helloBody(domain, random)
  const hello = Uint8Array.from([
    ...[HANDSHAKE, 3, 1, ...uint16(body.length + 4)],
    ...[1, 0, ...uint16(body.length)],
    ...body,
  ])
  const digest = hmacSha256(secret, hello)
  setUint(digest, 28, uintAt(digest, 28) ^ Math.floor(now / 1000))
  hello.set(digest, DIGEST_AT)
  return hello
}

export interface AcceptedHello {
  secret: Uint8Array
  digest: Uint8Array
  sessionId: Uint8Array
}

/** How far the client's clock may be behind and ahead, in seconds: what proxies commonly allow. */
const MAX_BEHIND = 20 * 60
const MAX_AHEAD = 10 * 60

/** Throws FRAME_TLS_DIGEST when the hello was made with none of the secrets, FRAME_TLS_TIME when at another time. */
export function checkClientHello(
  hello: Uint8Array,
  secrets: readonly Uint8Array[],
  now: number,
): AcceptedHello {
  const idLength = hello[SESSION_ID_AT] ?? 0
  const handshake = hello[0] === HANDSHAKE && hello[RECORD_HEADER] === 1
  if (!handshake || idLength > 32 || hello.length <= SESSION_ID_AT + idLength) {
    throw new FramingError('FRAME_TLS_RECORD', 'fake TLS: the first record is no ClientHello')
  }
  const digest = hello.slice(DIGEST_AT, SESSION_ID_AT)
  const zeroed = hello.slice()
  zeroed.fill(0, DIGEST_AT, SESSION_ID_AT)
  for (const secret of secrets) {
    const expected = hmacSha256(secret, zeroed)
    if (!equalBytes(expected.subarray(0, 28), digest.subarray(0, 28))) continue
    const behind = Math.floor(now / 1000) - ((uintAt(expected, 28) ^ uintAt(digest, 28)) >>> 0)
    if (behind > MAX_BEHIND || behind < -MAX_AHEAD) {
      throw new FramingError(
        'FRAME_TLS_TIME',
        `fake TLS: the client's clock is ${behind} s behind ours, between ${-MAX_AHEAD} and ${MAX_BEHIND} were expected`,
      )
    }
    return { secret, digest, sessionId: hello.slice(SESSION_ID_AT + 1, SESSION_ID_AT + 1 + idLength) }
  }
  throw new FramingError(
    'FRAME_TLS_DIGEST',
    'fake TLS: the ClientHello was made with none of the proxy secrets',
  )
}

function helloBody(domain: string, random: Random): number[] {
  const grease = greaseValues(random)
  const ciphers = [
    ...grease(0),
    ...[0x13, 0x01, 0x13, 0x02, 0x13, 0x03, 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30],
    ...[0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x13, 0xc0, 0x14, 0x00, 0x9c, 0x00, 0x9d, 0x00, 0x2f, 0x00, 0x35],
  ]
  const extensions = [
    ...extension(grease(2), []),
    // These browsers shuffle their extensions, all but the first and the last one.
    ...shuffled(browserExtensions(domain, grease, random), random).flat(),
    ...extension(grease(3), [0]),
  ]
  return [
    ...[3, 3],
    ...new Uint8Array(DIGEST),
    ...[32, ...random(32)],
    ...sized16(ciphers),
    ...[1, 0],
    ...sized16(extensions),
  ]
}

function browserExtensions(domain: string, grease: (i: number) => number[], random: Random): number[][] {
  const name = [...domain].map((char) => char.charCodeAt(0))
  const h2 = [...sized8([0x68, 0x32])]
  const http11 = [...sized8([0x68, 0x74, 0x74, 0x70, 0x2f, 0x31, 0x2e, 0x31])]
  const groups = [...grease(4), 0x11, 0xec, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18]
  const signatures = [4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1]
  const shares = [
    ...[...grease(4), ...sized16([0])],
    ...[0x11, 0xec, ...sized16([...decoyMlKemKey(random), ...decoyPublicKey(random)])],
    ...[0x00, 0x1d, ...sized16([...decoyPublicKey(random)])],
  ]
  const echLength = 144 + 32 * ((random(1)[0] ?? 0) & 3)
  const ech = [0, 0, 1, 0, 1, ...random(1), ...sized16([...random(32)]), ...sized16([...random(echLength)])]
  return [
    extension([0, 0], sized16([0, ...sized16(name)])), // server_name
    extension([0, 5], [1, 0, 0, 0, 0]), // status_request
    extension([0, 10], sized16(groups)), // supported_groups
    extension([0, 11], [1, 0]), // ec_point_formats
    extension([0, 13], sized16(signatures)), // signature_algorithms
    extension([0, 16], sized16([...h2, ...http11])), // application_layer_protocol_negotiation
    extension([0, 18], []), // signed_certificate_timestamp
    extension([0, 23], []), // extended_master_secret
    extension([0, 27], [2, 0, 2]), // compress_certificate
    extension([0, 35], []), // session_ticket
    extension([0, 43], sized8([...grease(6), 3, 4, 3, 3])), // supported_versions
    extension([0, 45], [1, 1]), // psk_key_exchange_modes
    extension([0, 51], sized16(shares)), // key_share
    extension([0x44, 0xcd], sized16(h2)), // application_settings
    extension([0xfe, 0x0d], ech), // encrypted_client_hello
    extension([0xff, 0x01], [0]), // renegotiation_info
  ]
}

/** ML-KEM-768's public key: 768 numbers below 3329 in 12 bits each, and a seed of 32 bytes. FIPS 203 */
function decoyMlKemKey(random: Random): number[] {
  const drawn = random(768 * 4)
  const bytes: number[] = []
  for (let i = 0; i < 768; i += 2) {
    const a = uintAt(drawn, i * 4) % 3329
    const b = uintAt(drawn, i * 4 + 4) % 3329
    bytes.push(a & 0xff, (a >>> 8) | ((b & 0x0f) << 4), b >>> 4)
  }
  return [...bytes, ...random(32)]
}

/** GREASE (RFC 8701): values 0x?A?A that mean nothing, of which neighbours differ. */
function greaseValues(random: Random): (i: number) => number[] {
  const drawn = random(8).map((byte) => (byte & 0xf0) | 0x0a)
  for (let i = 1; i < drawn.length; i += 2) {
    if (drawn[i] === drawn[i - 1]) drawn[i] = (drawn[i] ?? 0) ^ 0x10
  }
  return (i) => [drawn[i] ?? 0x0a, drawn[i] ?? 0x0a]
}

function shuffled<T>(items: T[], random: Random): T[] {
  const draws = random(items.length * 4)
  return items
    .map((item, i) => ({ item, draw: uintAt(draws, i * 4) }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ item }) => item)
}

function extension(type: number[], data: number[]): number[] {
  return [...type, ...sized16(data)]
}

function sized8(data: number[]): number[] {
  return [data.length, ...data]
}

function sized16(data: number[]): number[] {
  return [...uint16(data.length), ...data]
}

function uint16(value: number): number[] {
  return [value >>> 8, value & 0xff]
}
