import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modPow } from './modular-power.ts'

const sampleFile = new URL('./vectors/auth-key-sample.json', import.meta.url)
const sample = JSON.parse(readFileSync(sampleFile, 'utf8')) as Record<string, string>
const number = (name: string) => BigInt(`0x${sample[name]}`)

/** From the lowest bit up; another way round than the code under test. */
function naive(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n % modulus, ((base % modulus) + modulus) % modulus]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

const bits = (least: number, most: number) =>
  fc.bigInt({ min: 1n << BigInt(least - 1), max: (1n << BigInt(most)) - 1n })

describe('modular power', () => {
  it('gives the published sample its g_b and auth key', () => {
    expect(modPow(2n, number('b'), number('dhPrime'))).toBe(number('gB'))
    expect(modPow(number('gA'), number('b'), number('dhPrime'))).toBe(number('authKey'))
  })

  it('agrees with a naive one for any base, exponent and modulus', () => {
    const modulus = fc.oneof(bits(1, 16), bits(200, 300), bits(500, 520), bits(1, 1030))
    const exponent = fc.oneof(bits(1, 8), bits(1, 300), bits(500, 1100))
    const base = fc.oneof(bits(1, 8), bits(500, 1100)).chain((value) => fc.constantFrom(value, -value))
    fc.assert(
      fc.property(base, exponent, modulus, (b, e, m) => {
        expect(modPow(b, e, m)).toBe(naive(b, e, m))
        expect(modPow(b, e, 2n * m)).toBe(naive(b, e, 2n * m))
      }),
      { numRuns: 150 },
    )
  })

  it('keeps its edges: exponents 0, 1, modulus − 1, modulus and above; bases 0, 1, −1, multiples; even moduli', () => {
    for (const m of [
      1n,
      2n,
      3n,
      255n,
      (1n << 256n) - 189n,
      (1n << 512n) + 1n,
      1n << 512n,
      (1n << 1024n) - 1n,
    ]) {
      for (const b of [0n, 1n, -1n, 2n, m - 1n, m, m + 1n, 7n * m, 7n * m + 3n]) {
        for (const e of [0n, 1n, 2n, 65537n, m - 1n, m, m + 1n, 3n * m + 5n]) {
          expect(modPow(b, e, m), `${b}^${e} mod ${m}`).toBe(naive(b, e, m))
        }
      }
    }
  })

  it('works where the platform refuses: 4096 bits with a long exponent', () => {
    const modulus = (1n << 4096n) - 17n
    expect(modPow(3n, (1n << 100n) + 9n, modulus)).toBe(naive(3n, (1n << 100n) + 9n, modulus))
  })

  it('refuses what has no power', () => {
    const invalid = expect.objectContaining({ code: 'NUMBER_INVALID' })
    expect(() => modPow(2n, 2n, 0n)).toThrow(invalid)
    expect(() => modPow(2n, 2n, -7n)).toThrow(invalid)
    expect(() => modPow(2n, -1n, 7n)).toThrow(invalid)
  })
})
