/**
 * The server's answer in fake TLS: a ServerHello, a ChangeCipherSpec, and random bytes in the place of the encrypted
 * rest of the handshake. Its random field proves the secret: HMAC-SHA256 over the client's digest and the answer.
 */
import { equalBytes, hmacSha256 } from '@telegram-mt/crypto'
import type { ByteQueue } from '../byte-queue.ts'
import { FramingError } from '../framing-error.ts'
import { type AcceptedHello, DIGEST, DIGEST_AT } from './client-hello.ts'
import { decoyPublicKey } from './curve25519.ts'
import {
  APPLICATION_DATA,
  CHANGE_CIPHER_SPEC,
  changeCipherSpec,
  HANDSHAKE,
  RECORD_HEADER,
  record,
  recordAt,
} from './records.ts'

/** Certificates and what else is encrypted there take some kilobytes. */
const SHORTEST_REST = 1024
const REST_SPREAD = 0x0fff

export function serverHello(accepted: AcceptedHello, random: (length: number) => Uint8Array): Uint8Array {
  const { secret, digest, sessionId } = accepted
  const extensions = [
    ...[0x00, 0x33, 0x00, 0x24, 0x00, 0x1d, 0x00, 0x20, ...decoyPublicKey(random)], // key_share: X25519
    ...[0x00, 0x2b, 0x00, 0x02, 0x03, 0x04], // supported_versions: 1.3
  ]
  const body = [
    ...[3, 3, ...new Uint8Array(DIGEST)],
    ...[sessionId.length, ...sessionId],
    ...[0x13, 0x01, 0, 0, extensions.length, ...extensions],
  ]
  const draw = random(2)
  const rest = random(SHORTEST_REST + ((((draw[0] ?? 0) << 8) | (draw[1] ?? 0)) & REST_SPREAD))
  const answer = Uint8Array.from([
    ...record(HANDSHAKE, Uint8Array.from([2, 0, 0, body.length, ...body])),
    ...changeCipherSpec,
    ...record(APPLICATION_DATA, rest),
  ])
  answer.set(hmacSha256(secret, digest, answer), DIGEST_AT)
  return answer
}

/**
 * Takes the server's answer out of `input` once it is there in full, and checks it; true when it was there.
 * Throws FRAME_TLS_RECORD for other records, FRAME_TLS_DIGEST when the server does not know the secret.
 */
export function takeServerHello(input: ByteQueue, secret: Uint8Array, clientDigest: Uint8Array): boolean {
  let end = 0
  for (const type of [HANDSHAKE, CHANGE_CIPHER_SPEC, APPLICATION_DATA]) {
    const header = recordAt(input, end)
    if (header === undefined) return false
    if (header.type !== type || (type === HANDSHAKE && header.length < DIGEST_AT - RECORD_HEADER + DIGEST)) {
      throw new FramingError('FRAME_TLS_RECORD', 'fake TLS: the server does not answer with a ServerHello')
    }
    end += RECORD_HEADER + header.length
  }
  if (input.length < end) return false
  const answer = input.take(end).slice()
  const digest = answer.slice(DIGEST_AT, DIGEST_AT + DIGEST)
  answer.fill(0, DIGEST_AT, DIGEST_AT + DIGEST)
  if (!equalBytes(hmacSha256(secret, clientDigest, answer), digest)) {
    throw new FramingError('FRAME_TLS_DIGEST', 'fake TLS: the server does not know the proxy secret')
  }
  return true
}
