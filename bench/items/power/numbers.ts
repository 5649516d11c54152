import { knownDhPrime } from '@telegram-mt/crypto'

/** Some numbers below the prime, the same for all. */
export const prime = BigInt(`0x${Buffer.from(knownDhPrime).toString('hex')}`)
const filled = (seed: number) =>
  BigInt(
    `0x${Buffer.from(Array.from({ length: 256 }, (_, i) => (i * 73 + seed * 151 + ((i * i) >> 3)) & 255)).toString('hex')}`,
  )
export const base = filled(1) % prime
export const exponent = filled(2) % prime
