/**
 * Two-factor passwords: SRP 6a as Telegram has it, both sides. https://core.telegram.org/api/srp
 *
 * The server keeps v = g^x, made from the password; each side makes a secret that only one who knows x, or v, can
 * share, and the client proves with M1 that it has it. Numbers are hashed as 256 big-endian bytes.
 */
import { bigintToBytes, bytesToBigint, equalBytes } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { checkDhPrimeAsync, isDhValue } from './dh-checks.ts'
import { sha256 } from './hashes.node.ts'
import { modPow } from './modular-power.ts'
import { pbkdf2HmacSha512 } from './pbkdf2.node.ts'

/** What `passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow` carries. */
export interface PasswordAlgo {
  readonly salt1: Uint8Array
  readonly salt2: Uint8Array
  readonly g: number
  /** 256 bytes. */
  readonly p: Uint8Array
}

type Random = (length: number) => Uint8Array

const LENGTH = 256
const ITERATIONS = 100_000
/** A random power of g is out of range once in 2^63. */
const MOST_TRIES = 10

/** x: the password's hash, 32 bytes; takes about 70 ms of another thread. */
export async function passwordHash(password: string, { salt1, salt2 }: PasswordAlgo): Promise<Uint8Array> {
  const once = takenSalted(takenSalted(new TextEncoder().encode(password), salt1), salt2)
  const stretched = await pbkdf2HmacSha512(once, salt1, ITERATIONS)
  once.fill(0)
  return takenSalted(stretched, salt2)
}

/**
 * v = g^x mod p, 256 bytes: all that a server needs to know of a password (`new_password_hash`).
 * Throws `DH_PRIME_INVALID` and `DH_GENERATOR_INVALID` for numbers that would give the password away.
 */
export async function passwordVerifier(password: string, algo: PasswordAlgo): Promise<Uint8Array> {
  const group = await checkedGroup(algo)
  return toBytes(group.power(taken(await passwordHash(password, algo))))
}

/**
 * The client's answer to the server's B (`srp_B`): `A` and `M1` of `inputCheckPasswordSRP`.
 * Throws `SRP_INVALID` for a B that no honest server sends, `DH_PRIME_INVALID` and `DH_GENERATOR_INVALID` likewise.
 */
export async function srpProof(input: {
  algo: PasswordAlgo
  srpB: Uint8Array
  password: string
  random: Random
}): Promise<{ A: Uint8Array; M1: Uint8Array }> {
  const { algo, random } = input
  const group = await checkedGroup(algo)
  const { p } = group
  const gB = bytesToBigint(input.srpB)
  if (gB <= 0n || gB >= p) throw new CryptoError('SRP_INVALID', 'SRP: B is not between 0 and p')
  const { secret: a, power: gA } = group.newSecret(random)
  const A = toBytes(gA)
  const B = toBytes(gB)
  const u = bytesToBigint(sha256(A, B))
  if (u === 0n) throw new CryptoError('SRP_INVALID', 'SRP: u is 0')
  const x = taken(await passwordHash(input.password, algo))
  const difference = (gB - group.k * group.power(x)) % p
  const shared = modPow(difference, (a + u * x) % (p - 1n), p)
  return { A, M1: proof(algo, A, B, shared) }
}

/**
 * The server's half of a login attempt: b, which it keeps, and B, which it sends, both 256 bytes.
 * The server chose p and g itself; it need not check them.
 */
export function srpChallenge(input: { verifier: Uint8Array; algo: PasswordAlgo; random: Random }): {
  b: Uint8Array
  B: Uint8Array
} {
  const group = groupOf(input.algo)
  const v = bytesToBigint(input.verifier)
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { secret, power } = group.newSecret(input.random)
    const B = (group.k * v + power) % group.p
    if (B !== 0n) return { b: toBytes(secret), B: toBytes(B) }
  }
  throw stuckRandom()
}

/** Whether M1 proves that the client knows the password. `false` for an A that no honest client sends. */
export function srpVerify(input: {
  verifier: Uint8Array
  algo: PasswordAlgo
  b: Uint8Array
  B: Uint8Array
  A: Uint8Array
  M1: Uint8Array
}): boolean {
  const { algo } = input
  const p = bytesToBigint(algo.p)
  const gA = bytesToBigint(input.A)
  if (!isDhValue(gA, p)) return false
  const A = toBytes(gA)
  const B = toBytes(bytesToBigint(input.B))
  const u = bytesToBigint(sha256(A, B))
  const v = bytesToBigint(input.verifier)
  const shared = modPow(gA * modPow(v, u, p), bytesToBigint(input.b), p)
  return equalBytes(proof(algo, A, B, shared), input.M1)
}

interface Group {
  p: bigint
  /** "k = H(p | g)" */
  k: bigint
  power(exponent: bigint): bigint
  /** A random exponent, and g to its power, which is in the range that the checks of Diffie-Hellman ask for. */
  newSecret(random: Random): { secret: bigint; power: bigint }
}

async function checkedGroup(algo: PasswordAlgo): Promise<Group> {
  await checkDhPrimeAsync(algo.p, algo.g)
  return groupOf(algo)
}

function groupOf(algo: PasswordAlgo): Group {
  const p = bytesToBigint(algo.p)
  const g = BigInt(algo.g)
  const power = (exponent: bigint) => modPow(g, exponent, p)
  return {
    p,
    k: bytesToBigint(sha256(toBytes(p), toBytes(g))),
    power,
    newSecret(random) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        // Powers repeat after p − 1 (Fermat); an exponent below p costs half of one above.
        const secret = taken(random(LENGTH)) % (p - 1n)
        const result = power(secret)
        if (isDhValue(result, p)) return { secret, power: result }
      }
      throw stuckRandom()
    },
  }
}

/** M1 = H(H(p) xor H(g) | H(salt1) | H(salt2) | g_a | g_b | H(shared secret)) */
function proof(algo: PasswordAlgo, A: Uint8Array, B: Uint8Array, shared: bigint): Uint8Array {
  const hashOfP = sha256(toBytes(bytesToBigint(algo.p)))
  const hashOfG = sha256(toBytes(BigInt(algo.g)))
  const both = hashOfP.map((byte, i) => byte ^ (hashOfG[i] ?? 0))
  return sha256(both, sha256(algo.salt1), sha256(algo.salt2), A, B, sha256(toBytes(shared)))
}

/** SH(data, salt) = H(salt | data | salt) */
function salted(data: Uint8Array, salt: Uint8Array): Uint8Array {
  return sha256(salt, data, salt)
}

/** … of data that nobody needs any more. */
function takenSalted(data: Uint8Array, salt: Uint8Array): Uint8Array {
  const hash = salted(data, salt)
  data.fill(0)
  return hash
}

/** The number in these bytes, which are wiped: numbers cannot be, but they are gone sooner than what they were made of. */
function taken(bytes: Uint8Array): bigint {
  const value = bytesToBigint(bytes)
  bytes.fill(0)
  return value
}

function toBytes(value: bigint): Uint8Array {
  return bigintToBytes(value, LENGTH)
}

function stuckRandom(): CryptoError {
  return new CryptoError('SRP_INVALID', `SRP: the random source gave no usable secret in ${MOST_TRIES} tries`)
}
