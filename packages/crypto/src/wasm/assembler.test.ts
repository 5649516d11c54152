import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assemble, get, i32, i64, wasmFunction } from './assembler.ts'
import { instantiate } from './instance.ts'

function exported<F>(...functions: Parameters<typeof assemble>[0]): F {
  return instantiate(assemble(functions, 1))[functions[0]?.name ?? ''] as F
}

describe('the assembler', () => {
  it('writes constants of every size and sign', () => {
    const edges = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).flatMap((v) => [
      v,
      v - 1n,
      -v,
      -v - 1n,
    ])
    for (const value of edges) {
      const long = wasmFunction('long', [], 'i64', () => i64.const(value))
      expect(exported<() => bigint>(long)()).toBe(BigInt.asIntN(64, value))
      const word = wasmFunction('word', [], 'i32', () => i32.const(Number(BigInt.asIntN(32, value))))
      expect(exported<() => number>(word)()).toBe(Number(BigInt.asIntN(32, value)))
    }
  })

  it('numbers parameters before locals, and keeps many of them apart', () => {
    const f = wasmFunction('f', ['i64', 'i64'], 'i64', ([a, b], local) => {
      const many = Array.from({ length: 200 }, () => local('i64'))
      const last = many.at(-1)!
      return [[get(a!), 0x21, (last.index & 0x7f) | 0x80, last.index >> 7], i64.sub(get(last), get(b!))]
    })
    const subtract = exported<(a: bigint, b: bigint) => bigint>(f)
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 62n }), fc.bigInt({ min: 0n, max: 1n << 62n }), (a, b) => {
        expect(subtract(a, b)).toBe(a - b)
      }),
    )
  })
})
