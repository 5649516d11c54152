import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factorizePq } from './factorize-pq.ts'

const invalid = expect.objectContaining({ code: 'PQ_INVALID' })

function isPrime(n: number): boolean {
  if (n < 2) return false
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

function nextPrime(from: number): number {
  let n = from
  while (!isPrime(n)) n++
  return n
}

describe('pq', () => {
  it('of the published sample', () => {
    expect(factorizePq(0x17ed48941a08f981n)).toEqual({ p: 0x494c553bn, q: 0x53911073n })
  })

  it('is factored, or refused, exactly as trial division says, for all small numbers', () => {
    for (let n = -3; n < 4000; n++) {
      const p = [...Array(Math.max(n, 0)).keys()].find((d) => d > 1 && n % d === 0) ?? 0
      if (p > 2 && p * p !== n && isPrime(n / p)) {
        expect(factorizePq(BigInt(n))).toEqual({ p: BigInt(p), q: BigInt(n / p) })
      } else expect(() => factorizePq(BigInt(n)), String(n)).toThrow(invalid)
    }
  })

  it('is factored for primes of any size up to 64 bits together', () => {
    const prime = fc.oneof(
      fc.integer({ min: 3, max: 100_000 }),
      fc.integer({ min: 0x4000_0000, max: 0x7fff_fff0 }),
      fc.integer({ min: 0xf000_0000, max: 0xffff_ff00 }),
    )
    fc.assert(
      fc.property(prime, prime, (a, b) => {
        const [p, q] = [BigInt(nextPrime(a)), BigInt(nextPrime(b))]
        if (p === q) expect(() => factorizePq(p * q)).toThrow(invalid)
        else expect(factorizePq(p * q)).toEqual(p < q ? { p, q } : { p: q, q: p })
      }),
      { numRuns: 60 },
    )
    // The largest pairs: 2^32 − 5 and 2^32 − 17; 3 and the largest prime below 2^64 / 3.
    expect(factorizePq(4294967291n * 4294967279n)).toEqual({ p: 4294967279n, q: 4294967291n })
    expect(factorizePq(3n * 6148914691236517199n)).toEqual({ p: 3n, q: 6148914691236517199n })
  })

  it('is refused when prime, square, of three primes, even, or above 64 bits', () => {
    const wrong = [
      18446744073709551557n, // the largest 64-bit prime
      9223372036854775783n,
      4294967291n ** 2n,
      65537n ** 3n,
      2147483647n * 65537n * 65539n,
      3n * 5n * 7n,
      2n * 4294967291n,
      0n,
      1n,
      -15n,
      (1n << 64n) + 13n,
      18446744073709551557n * 3n,
    ]
    for (const pq of wrong) expect(() => factorizePq(pq), String(pq)).toThrow(invalid)
  })
})
