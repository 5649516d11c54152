/**
 * The platform's modular exponentiation, reached through its RSA code: encrypting without padding is nothing but
 * message^e mod n, and nothing there asks whether n is the product of two primes. Ten times faster than BigInt;
 * not in constant time for the exponent, like all of today's public-key operations.
 */
import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { plainBytes } from './plain-bytes.node.ts'

/** OpenSSL refuses exponents above 64 bits for moduli that are longer than this. */
const MOST_BITS = 3072

/**
 * base^exponent mod modulus for an odd modulus of `bits` bits, base < modulus and 1 < exponent < modulus;
 * `undefined` if the platform does not do it.
 */
export function platformPower(
  base: bigint,
  exponent: bigint,
  modulus: bigint,
  bits: number,
): Uint8Array | undefined {
  if (bits > MOST_BITS) return undefined
  const length = Math.ceil(bits / 8)
  try {
    const n = bytesOf(modulus, length).toString('base64url')
    const e = bytesOf(exponent, length).toString('base64url')
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
    return plainBytes(publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, bytesOf(base, length)))
  } catch {
    return undefined
  }
}

function bytesOf(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex')
}
