import {
  anything,
  assert as assertProperty,
  bigInt,
  boolean,
  dictionary,
  double,
  letrec,
  oneof,
  property,
  string,
  uint8Array,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeValue, encodeValue } from './value-codec.ts'

describe('stored values', () => {
  it('come back as they were', () => {
    const { value } = letrec((tie) => ({
      value: oneof(
        { depthSize: 'small' },
        boolean(),
        double(),
        string({ unit: 'binary' }),
        bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        uint8Array(),
        tie('list'),
        tie('object'),
      ),
      list: oneof(tie('value')).chain((item) => boolean().map((both) => (both ? [item, item] : []))),
      object: dictionary(
        string().filter((name) => name !== '$' && name !== '__proto__'),
        tie('value'),
        { maxKeys: 4 },
      ),
    }))
    assertProperty(
      property(value, (original) => {
        expect(decodeValue(encodeValue(original))).toEqual(original)
      }),
    )
  })

  it('takes a Buffer for the bytes it holds', () => {
    const decoded = decodeValue(encodeValue({ bytes: Buffer.from([1, 2, 255]) }))
    expect(decoded).toEqual({ bytes: new Uint8Array([1, 2, 255]) })
  })

  it('keeps many bytes, and doubles that JSON does not know', () => {
    const big = { bytes: new Uint8Array(300_000).fill(7), doubles: [Number.NaN, -Infinity, -0] }
    expect(decodeValue(encodeValue(big))).toEqual(big)
  })

  it('refuses what is no value', () => {
    expect(() => encodeValue(undefined)).toThrow(expect.objectContaining({ code: 'VALUE_UNFIT' }))
    expect(() => encodeValue({ f: () => 1 })).toThrow(expect.objectContaining({ code: 'VALUE_UNFIT' }))
    for (const text of ['', '{', '{"$":5}', '{"$":"x"}', '{"$":"l"}', '{"$":"l1.5"}', '{"$":"b*"}']) {
      const bytes = new TextEncoder().encode(text)
      expect(() => decodeValue(bytes)).toThrow(expect.objectContaining({ code: 'VALUE_INVALID' }))
    }
    expect(() => decodeValue(new Uint8Array([0xff]))).toThrow(
      expect.objectContaining({ code: 'VALUE_INVALID' }),
    )
  })

  it('never fails otherwise, whatever the bytes', () => {
    assertProperty(
      property(
        oneof(
          uint8Array(),
          anything().map((value) => encodeQuietly(value)),
        ),
        (bytes) => {
          try {
            decodeValue(bytes)
          } catch (error) {
            expect(error).toMatchObject({ code: 'VALUE_INVALID' })
          }
        },
      ),
    )
  })
})

function encodeQuietly(value: unknown): Uint8Array {
  try {
    return new TextEncoder().encode(JSON.stringify(value))
  } catch {
    return new Uint8Array()
  }
}
