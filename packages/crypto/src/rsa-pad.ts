/**
 * RSA_PAD, the padding of the client's secret in the key exchange:
 * https://core.telegram.org/mtproto/auth_key#41-rsa-paddata-server-public-key-mentioned-above-is-implemented-as-follows
 */
import { aesIge } from './aes-ige-in-use.ts'
import { bigintToBytes, bytesToBigint, concatBytes, equalBytes } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { sha1, sha256 } from './hashes.node.ts'
import { modPow } from './modular-power.ts'
import { RSA_BITS, type RsaPrivateKey, type RsaPublicKey } from './rsa-key.ts'

/** "data_with_padding … is exactly 192 bytes", of which data may take 144. */
const PADDED = 192
const MOST_DATA = 144
/** Bytes of a SHA-1. */
const SHA1 = 20
const ENCRYPTED = RSA_BITS / 8
/** A number of 2048 random bits is below the modulus at least every second time. */
const MOST_TRIES = 200

const zeroIv = new Uint8Array(32)

/**
 * Encrypts up to 144 bytes to 256.
 * Throws `RSA_DATA_INVALID` for longer data, `RSA_KEY_INVALID` for a modulus of other than 2048 bits.
 */
export function rsaPadEncrypt(
  data: Uint8Array,
  key: RsaPublicKey,
  random: (length: number) => Uint8Array,
): Uint8Array {
  if (data.length > MOST_DATA) {
    throw new CryptoError(
      'RSA_DATA_INVALID',
      `RSA_PAD: ${data.length} bytes of data, expected at most ${MOST_DATA}`,
    )
  }
  expectModulus(key.n)
  const padded = concatBytes(data, random(PADDED - data.length))
  const reversed = padded.toReversed()
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const tempKey = random(32)
    const hashed = concatBytes(reversed, sha256(tempKey, padded))
    const aesEncrypted = aesIge.encrypt(hashed, tempKey, zeroIv)
    const number = bytesToBigint(concatBytes(xor(tempKey, sha256(aesEncrypted)), aesEncrypted))
    // "compared with the RSA modulus … if it is greater or equal, a new temp_key is generated"
    if (number < key.n) return bigintToBytes(modPow(number, key.e, key.n), ENCRYPTED)
  }
  throw new CryptoError(
    'RSA_DATA_INVALID',
    `RSA_PAD: the random source gave no usable key in ${MOST_TRIES} tries`,
  )
}

/**
 * The server's side: the 192 bytes of data with their padding.
 * Throws `RSA_DATA_INVALID` for anything that `rsaPadEncrypt` for this key does not produce.
 */
export function rsaPadDecrypt(encrypted: Uint8Array, key: RsaPrivateKey): Uint8Array {
  const block = decryptBlock(encrypted, key)
  const aesEncrypted = block.subarray(32)
  const tempKey = xor(block.subarray(0, 32), sha256(aesEncrypted))
  const hashed = aesIge.decrypt(aesEncrypted, tempKey, zeroIv)
  const padded = hashed.slice(0, PADDED).reverse()
  if (!equalBytes(hashed.subarray(PADDED), sha256(tempKey, padded))) {
    throw new CryptoError('RSA_DATA_INVALID', 'RSA_PAD: the hash inside does not match')
  }
  return padded
}

/**
 * The server's side of what came before RSA_PAD: a zero byte, the SHA-1 of the data, the data, random bytes up to 256. Older
 * clients send it still. Where the data ends only its reader knows: `endOf` is given data and padding.
 * Throws `RSA_DATA_INVALID` for anything else.
 */
export function rsaHashedDecrypt(
  encrypted: Uint8Array,
  key: RsaPrivateKey,
  endOf: (padded: Uint8Array) => number,
): Uint8Array {
  const block = decryptBlock(encrypted, key)
  if (block[0] !== 0) throw new CryptoError('RSA_DATA_INVALID', 'RSA: padded neither the new nor the old way')
  const padded = block.subarray(1 + SHA1)
  const data = padded.slice(0, endOf(padded))
  if (!equalBytes(sha1(data), block.subarray(1, 1 + SHA1))) {
    throw new CryptoError('RSA_DATA_INVALID', 'RSA: the SHA-1 inside does not match')
  }
  return data
}

function decryptBlock(encrypted: Uint8Array, key: RsaPrivateKey): Uint8Array {
  if (encrypted.length !== ENCRYPTED) {
    throw new CryptoError('RSA_DATA_INVALID', `RSA_PAD: ${encrypted.length} bytes, expected ${ENCRYPTED}`)
  }
  expectModulus(key.n)
  const number = bytesToBigint(encrypted)
  if (number >= key.n)
    throw new CryptoError('RSA_DATA_INVALID', 'RSA_PAD: the number is not below the modulus')
  return bigintToBytes(privatePower(number, key), ENCRYPTED)
}

/** number^d mod n from the powers mod p and mod q, which are half as long (Garner's formula). */
function privatePower(number: bigint, { d, p, q, n }: RsaPrivateKey): bigint {
  const modP = modPow(number, d % (p - 1n), p)
  const modQ = modPow(number, d % (q - 1n), q)
  // q⁻¹ = q^(p − 2) mod p, as p is prime.
  const quotient = ((modP - modQ) * modPow(q, p - 2n, p)) % p
  return (modQ + (quotient < 0n ? quotient + p : quotient) * q) % n
}

function expectModulus(n: bigint): void {
  if (n >> BigInt(RSA_BITS - 1) !== 1n) {
    throw new CryptoError('RSA_KEY_INVALID', `RSA_PAD: the modulus does not have ${RSA_BITS} bits`)
  }
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0))
}
