/**
 * Arithmetic on 64-bit numbers as WebAssembly: a strong probable prime test, and Brent's variant of Pollard's rho.
 *
 * All products are Montgomery's: a·b/2^64 mod n, which needs no division. Numbers in that form are multiplied by
 * 2^64; differences and greatest common divisors do not mind.
 */
import {
  assemble,
  type Code,
  call,
  doWhile,
  get,
  i32,
  i64,
  type Local,
  returns,
  select,
  set,
  type ValueType,
  type WasmFunction,
  wasmFunction,
  when,
} from './assembler.ts'
import { instantiate } from './instance.ts'

export interface FactorKernel {
  /** Miller's test of odd n > 2 to one base: 0 means that n is composite. */
  strongProbablePrime(n: bigint, base: bigint): number
  /** A divisor of odd composite n, found by x ↦ x² + c; n itself (also as a negative number) if that c fails. */
  divisor(n: bigint, c: bigint): bigint
}

/** Steps between two greatest common divisors. */
const BATCH = 128n

type NewLocal = (type: ValueType) => Local

const zero = i64.const(0n)
const one = i64.const(1n)
const low32 = i64.const(0xffff_ffffn)
const thirtyTwo = i64.const(32n)

export function factorKernel(): FactorKernel {
  const { strongProbablePrime, divisor } = instantiate(
    assemble([greatestCommonDivisor(), primeTest(), divisorFinder()], 1),
  ) as Omit<FactorKernel, 'memory'>
  return { strongProbablePrime, divisor }
}

/** Montgomery arithmetic modulo the odd number in `n`, for the function whose locals `local` makes. */
function montgomery(n: Local, local: NewLocal) {
  const inverse = local('i64')
  const n0 = local('i64')
  const n1 = local('i64')
  const [a0, a1, b0, b1, middle, high, low] = Array.from({ length: 7 }, () => local('i64')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ]

  /** The upper half of a 128-bit product, from four products of 32-bit halves. */
  const highHalf = (x0: Local, x1: Local, y0: Local, y1: Local): Code => [
    set(middle, i64.add(i64.mul(get(x1), get(y0)), i64.shrU(i64.mul(get(x0), get(y0)), thirtyTwo))),
    i64.add(
      i64.add(i64.mul(get(x1), get(y1)), i64.shrU(get(middle), thirtyTwo)),
      i64.shrU(i64.add(i64.mul(get(x0), get(y1)), i64.and(get(middle), low32)), thirtyTwo),
    ),
  ]

  const split = (value: Local, lower: Local, upper: Local): Code => [
    set(lower, i64.and(get(value), low32)),
    set(upper, i64.shrU(get(value), thirtyTwo)),
  ]

  /** a − b mod n, for a and b below n. */
  const difference = (a: Local, b: Local): Code =>
    select(i64.sub(get(a), get(b)), i64.add(i64.sub(get(a), get(b)), get(n)), i64.geU(get(a), get(b)))

  return {
    difference,
    /** To be done first: 1/n mod 2^64, by Newton's iteration, each turn of which doubles the bits that are right. */
    prepare: [
      set(inverse, i64.xor(i64.mul(get(n), i64.const(3n)), i64.const(2n))),
      Array.from({ length: 4 }, () =>
        set(inverse, i64.mul(get(inverse), i64.sub(i64.const(2n), i64.mul(get(n), get(inverse))))),
      ),
      split(n, n0, n1),
    ] as Code,
    /** 2^64 mod n, which is 1 in Montgomery's form. */
    unit: i64.remU(i64.sub(zero, get(n)), get(n)),
    /** to = a·b/2^64 mod n: the upper half of a·b, less the upper half of the multiple of n with the same lower half. */
    multiply: (to: Local, a: Local, b: Local): Code => [
      split(a, a0, a1),
      a === b ? [] : split(b, b0, b1),
      set(low, i64.mul(i64.mul(get(a), get(b)), get(inverse))),
      set(high, a === b ? highHalf(a0, a1, a0, a1) : highHalf(a0, a1, b0, b1)),
      split(low, a0, a1),
      set(low, highHalf(a0, a1, n0, n1)),
      set(to, difference(high, low)),
    ],
  }
}

/** Binary algorithm; b is odd. Function 0 of the module. */
function greatestCommonDivisor(): WasmFunction {
  return wasmFunction('greatestCommonDivisor', ['i64', 'i64'], 'i64', (params, local) => {
    const [a, b] = params as [Local, Local]
    const smaller = local('i64')
    return [
      when(i64.eqz(get(a)), returns(get(b))),
      doWhile(
        [
          set(a, i64.shrU(get(a), i64.ctz(get(a)))),
          set(smaller, select(get(a), get(b), i64.ltU(get(a), get(b)))),
          set(a, select(i64.sub(get(a), get(b)), i64.sub(get(b), get(a)), i64.geU(get(a), get(b)))),
          set(b, get(smaller)),
        ],
        i32.eqz(i64.eqz(get(a))),
      ),
      get(b),
    ]
  })
}

function primeTest(): WasmFunction {
  return wasmFunction('strongProbablePrime', ['i64', 'i64'], 'i32', (params, local) => {
    const [n, base] = params as [Local, Local]
    const [unit, minusUnit, power, factor, exponent, twos] = Array.from({ length: 6 }, () =>
      local('i64'),
    ) as [Local, Local, Local, Local, Local, Local]
    const mod = montgomery(n, local)
    return [
      mod.prepare,
      set(unit, mod.unit),
      set(minusUnit, i64.sub(get(n), get(unit))),
      set(base, i64.remU(get(base), get(n))),
      when(i64.eqz(get(base)), returns(i32.const(1))),
      // The base in Montgomery's form: base · 2^64 by doubling. a + a mod n is a − (n − a).
      set(factor, get(base)),
      set(twos, i64.const(64n)),
      doWhile(
        [
          set(power, i64.sub(get(n), get(factor))),
          set(factor, mod.difference(factor, power)),
          set(twos, i64.sub(get(twos), one)),
        ],
        i32.eqz(i64.eqz(get(twos))),
      ),
      // n − 1 = exponent · 2^twos with odd exponent; power = base^exponent.
      set(twos, i64.ctz(i64.sub(get(n), one))),
      set(exponent, i64.shrU(i64.sub(get(n), one), get(twos))),
      set(power, get(unit)),
      doWhile(
        [
          when(i32.eqz(i64.eqz(i64.and(get(exponent), one))), mod.multiply(power, power, factor)),
          mod.multiply(factor, factor, factor),
          set(exponent, i64.shrU(get(exponent), one)),
        ],
        i32.eqz(i64.eqz(get(exponent))),
      ),
      when(i64.eq(get(power), get(unit)), returns(i32.const(1))),
      doWhile(
        [
          when(i64.eq(get(power), get(minusUnit)), returns(i32.const(1))),
          mod.multiply(power, power, power),
          set(twos, i64.sub(get(twos), one)),
        ],
        i32.eqz(i64.eqz(get(twos))),
      ),
      i32.const(0),
    ]
  })
}

/**
 * Brent (1980): compares x_{2^k} with the values that follow it, multiplying the differences up so that one greatest
 * common divisor serves a whole batch; if a batch swallows all of n at once, its steps are taken again one by one.
 */
function divisorFinder(): WasmFunction {
  return wasmFunction('divisor', ['i64', 'i64'], 'i64', (params, local) => {
    const [n, c] = params as [Local, Local]
    const [saved, x, start, gap, product, length, done, steps, found] = Array.from({ length: 9 }, () =>
      local('i64'),
    ) as [Local, Local, Local, Local, Local, Local, Local, Local, Local]
    const mod = montgomery(n, local)
    /** x² + c mod n, with c kept as n − c. */
    const step = (value: Local): Code => [
      mod.multiply(value, value, value),
      set(value, mod.difference(value, c)),
    ]
    const gcd = (value: Local): Code => set(found, call(0, get(value), get(n)))
    return [
      mod.prepare,
      set(c, i64.sub(get(n), get(c))),
      set(x, i64.const(2n)),
      set(length, one),
      set(product, mod.unit),
      doWhile(
        [
          set(saved, get(x)),
          set(steps, get(length)),
          doWhile([step(x), set(steps, i64.sub(get(steps), one))], i32.eqz(i64.eqz(get(steps)))),
          set(done, zero),
          doWhile(
            [
              set(start, get(x)),
              set(steps, select(i64.const(BATCH), get(length), i64.geU(get(length), i64.const(BATCH)))),
              doWhile(
                [
                  step(x),
                  set(gap, mod.difference(saved, x)),
                  mod.multiply(product, product, gap),
                  set(steps, i64.sub(get(steps), one)),
                ],
                i32.eqz(i64.eqz(get(steps))),
              ),
              gcd(product),
              set(done, i64.add(get(done), i64.const(BATCH))),
            ],
            i32.and(i64.ltU(get(done), get(length)), i64.eq(get(found), one)),
          ),
          set(length, i64.shl(get(length), one)),
        ],
        i64.eq(get(found), one),
      ),
      when(
        i64.eq(get(found), get(n)),
        doWhile([step(start), set(gap, mod.difference(saved, start)), gcd(gap)], i64.eq(get(found), one)),
      ),
      get(found),
    ]
  })
}
