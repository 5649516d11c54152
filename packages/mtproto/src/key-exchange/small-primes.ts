/** Primes for pq, the proof of work that a server sets: two of about 31 bits, so that pq fits a positive long. */

/** Whether an odd number below 2^32 is prime. */
export function isPrime(n: number): boolean {
  for (const prime of [2, 3, 5, 7, 11, 13]) {
    if (n === prime) return true
    if (n % prime === 0) return false
  }
  // Miller-Rabin with the bases 2, 7 and 61 is certain for all numbers below 4,759,123,141.
  return n > 1 && [2n, 7n, 61n].every((base) => passes(BigInt(n), base))
}

/** A prime between 2^30 and 2^31. */
export function randomPrime(random: (length: number) => Uint8Array): number {
  for (;;) {
    const bytes = random(4)
    const drawn = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    // From the drawn number upwards, so that a poor source of randomness cannot keep the search going.
    for (let n = (drawn >>> 2) | 0x40000001; n < 0x80000000; n += 2) {
      if (isPrime(n)) return n
    }
  }
}

function passes(n: bigint, base: bigint): boolean {
  if (base % n === 0n) return true
  let exponent = n - 1n
  let twos = 0
  while (exponent % 2n === 0n) {
    exponent /= 2n
    twos++
  }
  let value = 1n
  let square = base % n
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) value = (value * square) % n
    square = (square * square) % n
  }
  if (value === 1n || value === n - 1n) return true
  for (let i = 1; i < twos; i++) {
    value = (value * value) % n
    if (value === n - 1n) return true
  }
  return false
}
