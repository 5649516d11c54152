/**
 * RSA keys of the key exchange, read from PEM in the forms that OpenSSL writes: PKCS#1, and PKCS#8 / SPKI around it.
 * https://core.telegram.org/mtproto/auth_key#4-encrypted-data-payload-generation
 */
import { bigintToBytes, bitLength, concatBytes, equalBytes, lower64 } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { DER_BIT_STRING, DER_OCTET_STRING, DER_SEQUENCE, DerReader, derInteger, derValue } from './der.ts'
import { sha1 } from './hashes.node.ts'
import { readPem, writePem } from './pem.ts'
import { generateRsaDer } from './rsa-generate.node.ts'

export interface RsaPublicKey {
  readonly n: bigint
  readonly e: bigint
  /** Lower 64 bits of the SHA-1 of n and e as TL strings: the key's name in resPQ, a signed `long`. */
  readonly fingerprint: bigint
}

export interface RsaPrivateKey extends RsaPublicKey {
  readonly d: bigint
  readonly p: bigint
  readonly q: bigint
}

/** RSA_PAD fills exactly 2048 bits; no other length can take part in a key exchange. */
export const RSA_BITS = 2048

/** AlgorithmIdentifier: 1.2.840.113549.1.1.1 (rsaEncryption), NULL. */
const rsaEncryption = new Uint8Array([6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0])

/**
 * Reads `RSA PUBLIC KEY` (PKCS#1) or `PUBLIC KEY` (SPKI).
 * Throws `PEM_INVALID` for what is neither, `RSA_KEY_INVALID` for a key that cannot be used here.
 */
export function parseRsaPublicKey(pem: string): RsaPublicKey {
  const { label, data } = readPem(pem)
  if (label === 'RSA PUBLIC KEY') return publicFromDer(data)
  if (label !== 'PUBLIC KEY') throw wrongLabel(label, 'RSA PUBLIC KEY or PUBLIC KEY')
  const reader = outerSequence(data)
  expectRsa(reader)
  const bits = reader.value(DER_BIT_STRING)
  reader.expectEnd()
  // The first byte counts the bits that are unused in the last: none, as whole bytes are inside.
  if (bits[0] !== 0) throw new CryptoError('PEM_INVALID', 'DER: a bit string of whole bytes expected')
  return publicFromDer(bits.subarray(1))
}

/** Reads `RSA PRIVATE KEY` (PKCS#1) or `PRIVATE KEY` (PKCS#8); errors as `parseRsaPublicKey`. */
export function parseRsaPrivateKey(pem: string): RsaPrivateKey {
  const { label, data } = readPem(pem)
  if (label === 'RSA PRIVATE KEY') return privateFromDer(data)
  if (label !== 'PRIVATE KEY') throw wrongLabel(label, 'RSA PRIVATE KEY or PRIVATE KEY, not encrypted')
  const reader = new DerReader(data).sequence()
  reader.integer()
  expectRsa(reader)
  return privateFromDer(reader.value(DER_OCTET_STRING))
}

/** A new 2048-bit key with e = 65537; takes some hundred milliseconds. */
export function generateRsaKey(): RsaPrivateKey {
  return privateFromDer(generateRsaDer(RSA_BITS))
}

/** PKCS#1 PEM, the form in which Telegram publishes its keys. */
export function exportRsaPublicKey(key: RsaPublicKey): string {
  return writePem('RSA PUBLIC KEY', derValue(DER_SEQUENCE, derInteger(key.n), derInteger(key.e)))
}

/** PKCS#1 PEM. */
export function exportRsaPrivateKey(key: RsaPrivateKey): string {
  const { n, e, d, p, q } = key
  const numbers = [0n, n, e, d, p, q, d % (p - 1n), d % (q - 1n), inverse(q, p)]
  return writePem('RSA PRIVATE KEY', derValue(DER_SEQUENCE, ...numbers.map(derInteger)))
}

/** A public key from its numbers. Throws `RSA_KEY_INVALID` unless n is odd with 2048 bits, and 3 ≤ e < n odd. */
export function rsaPublicKey(n: bigint, e: bigint): RsaPublicKey {
  if (bitLength(n) !== RSA_BITS) throw unusable(`${bitLength(n)} bits, expected ${RSA_BITS}`)
  if (n % 2n === 0n || e % 2n === 0n || e < 3n || e >= n) throw unusable('modulus or exponent out of range')
  return { n, e, fingerprint: lower64(sha1(tlNumber(n), tlNumber(e))) }
}

function publicFromDer(der: Uint8Array): RsaPublicKey {
  const reader = outerSequence(der)
  const key = rsaPublicKey(reader.integer(), reader.integer())
  reader.expectEnd()
  return key
}

function privateFromDer(der: Uint8Array): RsaPrivateKey {
  const reader = outerSequence(der)
  if (reader.integer() !== 0n)
    throw new CryptoError('PEM_INVALID', 'DER: RSA keys of two primes (version 0) expected')
  const key = rsaPublicKey(reader.integer(), reader.integer())
  const [d, p, q] = [reader.integer(), reader.integer(), reader.integer()]
  // The three that follow can be computed from these, and are.
  for (let i = 0; i < 3; i++) reader.integer()
  reader.expectEnd()
  const fits = p > 1n && q > 1n && p !== q && p * q === key.n && d < key.n
  if (!fits || (key.e * d) % (p - 1n) !== 1n || (key.e * d) % (q - 1n) !== 1n) {
    throw unusable('the private numbers do not belong to the public ones')
  }
  return { ...key, d, p, q }
}

function outerSequence(der: Uint8Array): DerReader {
  const outer = new DerReader(der)
  const reader = outer.sequence()
  outer.expectEnd()
  return reader
}

function expectRsa(reader: DerReader): void {
  if (!equalBytes(reader.value(DER_SEQUENCE), rsaEncryption)) {
    throw new CryptoError('PEM_INVALID', 'DER: a key for something other than RSA')
  }
}

/** The number as TL `string`: big-endian, length in front, padded to a multiple of 4. */
function tlNumber(value: bigint): Uint8Array {
  const bytes = bigintToBytes(value, Math.ceil(bitLength(value) / 8))
  const { length } = bytes
  const header = length < 254 ? [length] : [254, length & 0xff, (length >> 8) & 0xff, length >> 16]
  return concatBytes(new Uint8Array(header), bytes, new Uint8Array(-(header.length + length) & 3))
}

/** value⁻¹ mod a prime, by Euclid's algorithm. */
function inverse(value: bigint, prime: bigint): bigint {
  let [a, b, x, y] = [value % prime, prime, 1n, 0n]
  while (a > 1n) {
    const quotient = b / a
    ;[a, b, x, y] = [b - quotient * a, a, y - quotient * x, x]
  }
  return ((x % prime) + prime) % prime
}

function wrongLabel(label: string, expected: string): CryptoError {
  return new CryptoError('PEM_INVALID', `PEM: found ${label}, expected ${expected}`)
}

function unusable(what: string): CryptoError {
  return new CryptoError('RSA_KEY_INVALID', `RSA key: ${what}`)
}
