import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bigintToBytes, bitLength, bytesToBigint, concatBytes, equalBytes } from './bytes.ts'

describe('byte strings and numbers', () => {
  it('reads and writes big-endian, leading zeros kept', () => {
    expect(bytesToBigint(new Uint8Array([1, 0, 0]))).toBe(65536n)
    expect(bytesToBigint(new Uint8Array())).toBe(0n)
    expect(bigintToBytes(65536n, 5)).toEqual(new Uint8Array([0, 0, 1, 0, 0]))
    expect(bigintToBytes(0n, 0)).toEqual(new Uint8Array())
  })

  it('comes back the same from any bytes, and agrees with hexadecimal reading', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const value = bytesToBigint(bytes)
        expect(value).toBe(BigInt(`0x0${Buffer.from(bytes).toString('hex')}`))
        expect(bigintToBytes(value, bytes.length)).toEqual(bytes)
      }),
    )
  })

  it('reads a view at its own offset', () => {
    expect(bytesToBigint(new Uint8Array([9, 1, 2, 3, 4, 5, 6, 7, 8, 9]).subarray(1, 9))).toBe(
      0x0102030405060708n,
    )
  })

  it('refuses a number that is negative or does not fit', () => {
    for (const [value, length] of [
      [256n, 1],
      [1n, 0],
      [-1n, 4],
      [-(1n << 64n), 8],
      [1n << 64n, 8],
    ] as const) {
      expect(() => bigintToBytes(value, length)).toThrow(expect.objectContaining({ code: 'NUMBER_INVALID' }))
    }
  })

  it('measures bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 2050n }), (value) => {
        expect(bitLength(value)).toBe(value === 0n ? 0 : value.toString(2).length)
      }),
    )
  })

  it('compares and joins', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const other = bytes.slice()
          expect(equalBytes(bytes, other)).toBe(true)
          other[at % other.length]! ^= flip
          expect(equalBytes(bytes, other)).toBe(false)
          expect(equalBytes(bytes, bytes.subarray(1))).toBe(false)
          expect(concatBytes(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(bytes)
        },
      ),
    )
  })
})
