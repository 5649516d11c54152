/**
 * What a client must check before it does Diffie-Hellman with numbers from a server, in the key exchange as in SRP:
 * https://core.telegram.org/mtproto/security_guidelines#diffie-hellman-key-exchange
 */
import { bitLength, bytesToBigint } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { modPow } from './modular-power.ts'
import { isPrime, isPrimeSync } from './primality.node.ts'

const BITS = 2048

/** The prime that Telegram's servers have always sent. */
export const knownDhPrime: Uint8Array = Uint8Array.from(
  (
    'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db' +
    'fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64' +
    '2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41' +
    '0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4' +
    'e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf' +
    '6f4fadf034b10403119cd8e3b92fcc5b'
  ).match(/../g) ?? [],
  (byte) => Number.parseInt(byte, 16),
)

const known = bytesToBigint(knownDhPrime)

/** "p mod …" for which g generates the subgroup of order (p − 1)/2; 4 is a square for every p. */
const residues: Record<number, { modulus: bigint; allowed: bigint[] } | undefined> = {
  2: { modulus: 8n, allowed: [7n] },
  3: { modulus: 3n, allowed: [2n] },
  4: { modulus: 1n, allowed: [0n] },
  5: { modulus: 5n, allowed: [1n, 4n] },
  6: { modulus: 24n, allowed: [19n, 23n] },
  7: { modulus: 7n, allowed: [3n, 5n, 6n] },
}

/**
 * Throws `DH_PRIME_INVALID` unless p is a safe prime of 2048 bits, and `DH_GENERATOR_INVALID` unless g is in 2 … 7 and a
 * quadratic residue mod p. Free for the known prime; another one blocks for about 0.1 s when first seen.
 */
export function checkDhPrime(p: Uint8Array, g: number): void {
  const prime = bytesToBigint(p)
  expectShape(prime)
  expectGenerator(prime, g)
  if (prime !== known)
    expectSafe(verdicts.get(prime) ?? remember(prime, isSafeCandidate(prime) && isPrimeSync(half(prime))))
}

/** The same with the long part off the event loop. */
export async function checkDhPrimeAsync(p: Uint8Array, g: number): Promise<void> {
  const prime = bytesToBigint(p)
  expectShape(prime)
  expectGenerator(prime, g)
  if (prime === known) return
  expectSafe(verdicts.get(prime) ?? remember(prime, isSafeCandidate(prime) && (await isPrime(half(prime)))))
}

/**
 * Throws `DH_VALUE_INVALID` unless 2^(2048−64) ≤ value ≤ p − 2^(2048−64), which excludes 0, 1, p − 1 and everything from
 * which an exponent could be read off.
 */
export function checkDhValue(value: Uint8Array | bigint, p: Uint8Array | bigint): void {
  if (!isDhValue(value, p)) {
    throw new CryptoError('DH_VALUE_INVALID', 'Diffie-Hellman: a value outside of 2^1984 … p − 2^1984')
  }
}

/** The same as a question. */
export function isDhValue(value: Uint8Array | bigint, p: Uint8Array | bigint): boolean {
  const number = typeof value === 'bigint' ? value : bytesToBigint(value)
  const prime = typeof p === 'bigint' ? p : bytesToBigint(p)
  const margin = 1n << BigInt(BITS - 64)
  return number >= margin && number <= prime - margin
}

/** Verdicts on primes other than the known one, the oldest forgotten first. */
const verdicts = new Map<bigint, boolean>()
const MOST_VERDICTS = 64

function remember(prime: bigint, safe: boolean): boolean {
  if (verdicts.size >= MOST_VERDICTS) for (const oldest of verdicts.keys()) if (verdicts.delete(oldest)) break
  verdicts.set(prime, safe)
  return safe
}

function expectShape(prime: bigint): void {
  if (bitLength(prime) !== BITS) {
    throw new CryptoError(
      'DH_PRIME_INVALID',
      `Diffie-Hellman: p has ${bitLength(prime)} bits, expected ${BITS}`,
    )
  }
}

function expectGenerator(prime: bigint, g: number): void {
  const residue = residues[g]
  if (residue === undefined) {
    throw new CryptoError('DH_GENERATOR_INVALID', `Diffie-Hellman: g = ${g}, expected 2 to 7`)
  }
  if (!residue.allowed.includes(prime % residue.modulus)) {
    throw new CryptoError('DH_GENERATOR_INVALID', `Diffie-Hellman: g = ${g} is not a quadratic residue mod p`)
  }
}

function expectSafe(safe: boolean): void {
  if (!safe) throw new CryptoError('DH_PRIME_INVALID', 'Diffie-Hellman: p is not a safe prime')
}

/**
 * Whether p is prime if (p − 1)/2 is. By Pocklington's criterion 2^(p−1) ≡ 1 proves it, since (p − 1)/2 > √p, and
 * 2² − 1 = 3 does not divide p. So one long primality test does for both numbers, and most fakes fail before it.
 */
function isSafeCandidate(prime: bigint): boolean {
  return prime % 4n === 3n && prime % 3n !== 0n && modPow(2n, prime - 1n, prime) === 1n
}

function half(prime: bigint): bigint {
  return (prime - 1n) / 2n
}
