/**
 * The client's proof of work in the key exchange: "pq is a natural number, represented as a string in big endian
 * format. This number is the product of two different odd prime numbers. Normally, pq is less than or equal to
 * 2^63-1." https://core.telegram.org/mtproto/auth_key
 */
import { bitLength } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'
import { type FactorKernel, factorKernel } from './wasm/factor-kernel.ts'

/** To these bases together, no composite below 2^64 passes Miller's test. https://miller-rabin.appspot.com */
const BASES = [2n, 325n, 9375n, 28178n, 450775n, 9780504n, 1795265022n]

/** Rho fails for a few c where n is tiny; among so many, one works for every n. */
const MOST_C = 64n

let kernelInUse: FactorKernel | undefined

/**
 * The two primes of `pq`, p < q. Always takes the same way to them.
 * Throws `PQ_INVALID` unless `pq` is the product of two different odd primes and has at most 64 bits.
 */
export function factorizePq(pq: bigint): { p: bigint; q: bigint } {
  if (pq < 15n || pq % 2n === 0n) throw invalid('is even or too small')
  if (bitLength(pq) > 64) throw invalid(`has ${bitLength(pq)} bits, expected at most 64`)
  kernelInUse ??= factorKernel()
  const kernel = kernelInUse
  if (isPrime(kernel, pq)) throw invalid('is a prime')
  const p = divisor(kernel, pq)
  const q = pq / p
  if (p === q || !isPrime(kernel, p) || !isPrime(kernel, q))
    throw invalid('is not a product of two different primes')
  return p < q ? { p, q } : { p: q, q: p }
}

/** A proper divisor of an odd composite number below 2^64. */
function divisor(kernel: FactorKernel, n: bigint): bigint {
  for (const small of [3n, 5n, 7n]) if (n % small === 0n) return small
  const root = integerRoot(n)
  if (root * root === n) return root
  for (let c = 1n; c <= MOST_C; c++) {
    const found = BigInt.asUintN(64, kernel.divisor(n, c))
    if (found !== n) return found
  }
  throw invalid('could not be factored')
}

function isPrime(kernel: FactorKernel, n: bigint): boolean {
  return BASES.every((base) => kernel.strongProbablePrime(n, base) === 1)
}

/** ⌊√n⌋ for n < 2^64: the floating-point root is at most one off. */
function integerRoot(n: bigint): bigint {
  const near = BigInt(Math.round(Math.sqrt(Number(n))))
  return near * near > n ? near - 1n : near
}

function invalid(reason: string): CryptoError {
  return new CryptoError('PQ_INVALID', `pq ${reason}, expected a product of two different odd primes`)
}
