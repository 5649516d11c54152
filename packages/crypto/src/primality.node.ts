/** The platform's primality test: Miller-Rabin with 64 random bases. */
import { checkPrime, checkPrimeSync } from 'node:crypto'

const CHECKS = 64

export function isPrimeSync(candidate: bigint): boolean {
  return checkPrimeSync(candidate, { checks: CHECKS })
}

export function isPrime(candidate: bigint): Promise<boolean> {
  return new Promise((resolve, reject) => {
    checkPrime(candidate, { checks: CHECKS }, (error, prime) =>
      error === null ? resolve(prime) : reject(error),
    )
  })
}
