import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bigintToBytes, bytesToBigint } from './bytes.ts'
import { checkDhPrime, checkDhPrimeAsync, checkDhValue, knownDhPrime } from './dh-checks.ts'
import { modPow } from './modular-power.ts'
import * as primality from './primality.node.ts'

vi.mock('./primality.node.ts', { spy: true })
afterEach(() => {
  vi.clearAllMocks()
})

const prime = expect.objectContaining({ code: 'DH_PRIME_INVALID' })
const generator = expect.objectContaining({ code: 'DH_GENERATOR_INVALID' })
const outside = expect.objectContaining({ code: 'DH_VALUE_INVALID' })
const bytes = (value: bigint) => bigintToBytes(value, 256)
const known = bytesToBigint(knownDhPrime)

/** Another safe prime, made with `openssl dhparam 2048`. */
const otherSafePrime = BigInt(
  `0x${readFileSync(new URL('./vectors/safe-prime-2048.txt', import.meta.url), 'utf8').replaceAll(/\s/g, '')}`,
)

describe('the prime of Diffie-Hellman', () => {
  it('may be the known one, without a test of primality, with the generators that fit it', () => {
    for (let g = 2; g <= 7; g++) {
      // A quadratic residue is one whose power (p − 1)/2 is 1: the published congruences say the same.
      if (modPow(BigInt(g), (known - 1n) / 2n, known) === 1n) checkDhPrime(knownDhPrime, g)
      else expect(() => checkDhPrime(knownDhPrime, g)).toThrow(generator)
    }
    checkDhPrime(knownDhPrime, 3)
    expect(primality.isPrimeSync).not.toHaveBeenCalled()
  })

  it('may be another safe prime, tested once', async () => {
    for (let g = 2; g <= 7; g++) {
      if (modPow(BigInt(g), (otherSafePrime - 1n) / 2n, otherSafePrime) === 1n)
        checkDhPrime(bytes(otherSafePrime), g)
      else expect(() => checkDhPrime(bytes(otherSafePrime), g)).toThrow(generator)
    }
    await checkDhPrimeAsync(bytes(otherSafePrime), 4)
    expect(primality.isPrimeSync).toHaveBeenCalledTimes(1)
    expect(primality.isPrime).not.toHaveBeenCalled()
  })

  it('is refused when it is not a safe prime, and the refusal is remembered', async () => {
    // The next prime above the known one that passes all the quick checks; only (p − 1)/2 is not prime.
    const p = known + 2664n
    for (let i = 0; i < 3; i++) {
      expect(() => checkDhPrime(bytes(p), 4)).toThrow(prime)
      await expect(checkDhPrimeAsync(bytes(p), 4)).rejects.toThrow(prime)
    }
    expect(primality.isPrimeSync).toHaveBeenCalledExactlyOnceWith((p - 1n) / 2n)
    expect(primality.isPrime).not.toHaveBeenCalled()
  })

  it('is refused when composite, even if (p − 1)/2 is prime', () => {
    const composites = [known + 8n, known - 8n, known + 24n, (1n << 2048n) - 1n, known ^ (1n << 1000n)]
    for (const p of composites) expect(() => checkDhPrime(bytes(p), 4)).toThrow(prime)
    expect(primality.isPrimeSync).not.toHaveBeenCalled()
  })

  it('is refused with other than 2048 bits', () => {
    for (const p of [23n, known >> 1n, known - (1n << 2047n), 0n]) {
      expect(() => checkDhPrime(bytes(p), 4)).toThrow(prime)
    }
    expect(() => checkDhPrime(bigintToBytes(known << 1n, 257), 4)).toThrow(prime)
    expect(() => checkDhPrime(new Uint8Array(), 4)).toThrow(prime)
  })

  it('is refused with a generator outside of 2 to 7', () => {
    for (const g of [-1, 0, 1, 8, 2.5, Number.NaN, 2 ** 31]) {
      expect(() => checkDhPrime(knownDhPrime, g)).toThrow(generator)
    }
  })

  it('is tested off the event loop where the caller can wait', async () => {
    await checkDhPrimeAsync(knownDhPrime, 3)
    await expect(checkDhPrimeAsync(knownDhPrime, 8)).rejects.toThrow(generator)
    await expect(checkDhPrimeAsync(bytes(known + 8n), 4)).rejects.toThrow(prime)
    expect(primality.isPrimeSync).not.toHaveBeenCalled()
  })
})

describe('a value of Diffie-Hellman', () => {
  it('lies between 2^1984 and p − 2^1984', () => {
    const margin = 1n << 1984n
    for (const value of [
      0n,
      1n,
      2n,
      margin - 1n,
      known - margin + 1n,
      known - 2n,
      known - 1n,
      known,
      known + 5n,
      -1n,
    ]) {
      expect(() => checkDhValue(value, knownDhPrime)).toThrow(outside)
    }
    for (const value of [margin, known - margin, known / 2n]) {
      checkDhValue(value, knownDhPrime)
      checkDhValue(bytes(value), known)
    }
    expect(() => checkDhValue(new Uint8Array(256), knownDhPrime)).toThrow(outside)
    expect(() => checkDhValue(new Uint8Array(256).fill(255), knownDhPrime)).toThrow(outside)
  })
})
