/**
 * Bytes that pass for an X25519 public key: the x-coordinate of a point in the curve's large subgroup, which is what
 * an observer can tell from random bytes. Nobody knows, or needs, the private key to it. RFC 7748
 */
import { bigintToBytes, bytesToBigint, modPow } from '@telegram-mt/crypto'

const P = (1n << 255n) - 19n

export function decoyPublicKey(random: (length: number) => Uint8Array): Uint8Array {
  for (let drawn = bytesToBigint(random(32)) % P; ; drawn++) {
    // Half of all numbers are x-coordinates: those where y^2 = x^3 + 486662 x^2 + x has a root.
    if (modPow(ySquared(drawn), (P - 1n) / 2n, P) !== 1n) continue
    // The curve has eight times as many points as the subgroup: doubled three times, each one lies in it.
    const x = doubled(doubled(doubled(drawn)))
    if (x !== 0n) return bigintToBytes(x, 32).reverse()
  }
}

function ySquared(x: bigint): bigint {
  return (((((x + 486662n) * x) % P) + 1n) * x) % P
}

function doubled(x: bigint): bigint {
  const numerator = (x * x - 1n) ** 2n % P
  const inverse = modPow(4n * ySquared(x), P - 2n, P)
  return (numerator * inverse) % P
}
