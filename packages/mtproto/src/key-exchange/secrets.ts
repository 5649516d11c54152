/**
 * What both sides derive from the secrets of an exchange, and how they hide data in it.
 * https://core.telegram.org/mtproto/auth_key
 */
import { type AesKeyIv, aesIge, equalBytes, sha1 } from '@telegram-mt/crypto'
import { TlReader } from '@telegram-mt/tl'
import { KeyExchangeError } from './key-exchange-error.ts'

const HASH = 20
/** server_DH_inner_data, the longest, with 2048-bit numbers, hash and padding has 600 bytes. */
const LONGEST = 1024

/** "data_with_hash := SHA1(data) + data + (0-15 random bytes)", then AES-256-IGE. */
export function seal(data: Uint8Array, keys: AesKeyIv, random: (length: number) => Uint8Array): Uint8Array {
  const length = HASH + data.length
  const padded = new Uint8Array((length + 15) & ~15)
  padded.set(sha1(data))
  padded.set(data, HASH)
  if (padded.length > length) padded.set(random(padded.length - length), length)
  return aesIge.encrypt(padded, keys.key, keys.iv)
}

/**
 * Decrypts, reads the object and checks that the hash is that of the object and that at most 15 bytes follow it.
 * All faults are one: KEY_EXCHANGE_ANSWER.
 */
export function unseal<T>(encrypted: Uint8Array, keys: AesKeyIv, read: (r: TlReader) => T): T {
  if (encrypted.length % 16 !== 0 || encrypted.length <= HASH || encrypted.length > LONGEST) throw damaged()
  const padded = aesIge.decrypt(encrypted, keys.key, keys.iv)
  const r = new TlReader(padded, HASH)
  let object: T
  try {
    object = read(r)
  } catch (cause) {
    throw damaged(cause)
  }
  const hash = sha1(padded.subarray(HASH, r.pos))
  if (r.left > 15 || !equalBytes(hash, padded.subarray(0, HASH))) throw damaged()
  return object
}

function damaged(cause?: unknown): KeyExchangeError {
  return new KeyExchangeError(
    'KEY_EXCHANGE_ANSWER',
    'the encrypted part of a message of the key exchange is damaged: its length, hash, padding or content is wrong',
    cause === undefined ? undefined : { cause },
  )
}

/** auth_key_aux_hash: "the 64 higher-order bits of SHA1(auth_key)". */
export function authKeyAuxHash(authKey: Uint8Array): Uint8Array {
  return sha1(authKey).subarray(0, 8)
}

/** new_nonce_hash1 for dh_gen_ok, 2 for dh_gen_retry, 3 for dh_gen_fail. */
export function newNonceHash(newNonce: Uint8Array, number: 1 | 2 | 3, auxHash: Uint8Array): Uint8Array {
  return sha1(newNonce, Uint8Array.of(number), auxHash).subarray(4)
}

/** new_nonce_hash of server_DH_params_fail: "the 128 lower-order bits of SHA1(new_nonce)". */
export function refusalHash(newNonce: Uint8Array): Uint8Array {
  return sha1(newNonce).subarray(4)
}

/** "substr(new_nonce, 0, 8) XOR substr(server_nonce, 0, 8)", as a signed long. */
export function firstServerSalt(newNonce: Uint8Array, serverNonce: Uint8Array): bigint {
  return BigInt.asIntN(64, longAt(newNonce) ^ longAt(serverNonce))
}

/** The first 8 bytes as a signed long. */
export function longAt(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigInt64(0, true)
}
