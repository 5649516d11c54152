/**
 * Two-step verification passwords (core.telegram.org/api/srp). The world keeps a verifier, never the password; a check is a
 * challenge that is good once.
 */
import {
  bigintToBytes,
  bytesToBigint,
  equalBytes,
  hmacSha256,
  knownDhPrime,
  passwordVerifier,
  srpChallenge,
  srpVerify,
} from '@telegram-mt/crypto'
import type { Account, Password } from './state-account.ts'
import type { PasswordChallenge, World } from './world.ts'

export const PASSWORD_G = 3
const PRIME_LENGTH = 256
/** Challenges kept open per world: a client that never answers must not fill the memory. */
const OPEN_CHALLENGES = 10_000

export function algoOf(password: { salt1: Uint8Array; salt2: Uint8Array }) {
  return { salt1: password.salt1, salt2: password.salt2, g: PASSWORD_G, p: knownDhPrime }
}

/** What a new password's salts begin with: `salt1` is to be lengthened by the client, `salt2` taken as it is. */
export function newSalts(world: World, user: Account): { salt1: Uint8Array; salt2: Uint8Array } {
  const derived = hmacSha256(world.state.secret, new TextEncoder().encode(`salts:${user.id}`))
  return { salt1: derived.slice(0, 8), salt2: derived.slice(8, 24) }
}

/** The client must have put at least 32 bytes of its own behind the salt it was given. */
export function saltsAreFresh(
  world: World,
  user: Account,
  salts: { salt1: Uint8Array; salt2: Uint8Array },
): boolean {
  const given = newSalts(world, user)
  return (
    salts.salt1.length >= given.salt1.length + 32 &&
    equalBytes(salts.salt1.subarray(0, given.salt1.length), given.salt1) &&
    equalBytes(salts.salt2, given.salt2)
  )
}

export function isVerifier(verifier: Uint8Array): boolean {
  if (verifier.length !== PRIME_LENGTH) return false
  const value = bytesToBigint(verifier)
  return value > 1n && value < bytesToBigint(knownDhPrime)
}

export function challengePassword(world: World, user: Account, password: Password): PasswordChallenge {
  const { b, B } = srpChallenge({
    verifier: password.verifier,
    algo: algoOf(password),
    random: world.random,
  })
  const challenge: PasswordChallenge = { id: world.randomLong(), userId: user.id, b, B }
  world.challenges.set(challenge.id, challenge)
  const oldest = world.challenges.keys().next()
  if (world.challenges.size > OPEN_CHALLENGES && !oldest.done) world.challenges.delete(oldest.value)
  return challenge
}

/** Checks a proof against the challenge and uses the challenge up if it is right. */
export function proofIsRight(
  world: World,
  password: Password,
  challenge: PasswordChallenge,
  proof: { A: Uint8Array; M1: Uint8Array },
): boolean {
  const right = srpVerify({
    verifier: password.verifier,
    algo: algoOf(password),
    b: challenge.b,
    B: challenge.B,
    A: proof.A.length < PRIME_LENGTH ? bigintToBytes(bytesToBigint(proof.A), PRIME_LENGTH) : proof.A,
    M1: proof.M1,
  })
  if (right) world.challenges.delete(challenge.id)
  return right
}

/** Gives a user a password, as if set by a client. */
export async function setPassword(world: World, user: Account, password: string, hint = ''): Promise<void> {
  const { salt1, salt2 } = newSalts(world, user)
  const salts = { salt1: Uint8Array.of(...salt1, ...world.random(32)), salt2 }
  const verifier = await passwordVerifier(password, algoOf(salts))
  user.password = { ...salts, verifier, hint }
}
