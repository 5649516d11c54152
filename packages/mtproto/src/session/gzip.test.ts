import { deflateSync } from 'node:zlib'
import { TlWriter } from '@telegram-mt/tl'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GZIP_PACKED } from './constructors.ts'
import { SecurityError } from './errors.ts'
import { isPacked, packed, unpacked } from './gzip.ts'
import { text } from './wire.testing.ts'

test('an object is packed when it is larger than 512 bytes and becomes clearly smaller', () => {
  const long = text('a'.repeat(600))
  expect(isPacked(packed(long))).toBe(true)
  expect(unpacked(packed(long))).toEqual(long)
  const short = text('a'.repeat(500))
  expect(packed(short)).toBe(short)
  const dense = crypto.getRandomValues(new Uint8Array(2000))
  expect(packed(dense)).toBe(dense)
})

test('a zlib stream is understood as well', () => {
  const object = text('b'.repeat(5000))
  const writer = new TlWriter()
  writer.uint(GZIP_PACKED)
  writer.bytes(deflateSync(object))
  expect(unpacked(writer.finish())).toEqual(object)
})

test('what is inside may be no larger than the bound, to the byte', () => {
  const object = text('c'.repeat(4000))
  expect(unpacked(packed(object), object.length)).toEqual(object)
  expect(() => unpacked(packed(object), object.length - 1)).toThrow(
    expect.objectContaining({ code: 'GZIP_TOO_LARGE' }),
  )
})

test('any other bytes are a SecurityError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 200 }), (bytes) => {
      const writer = new TlWriter()
      writer.uint(GZIP_PACKED)
      writer.raw(bytes)
      expect(() => unpacked(writer.finish())).toThrow(SecurityError)
    }),
  )
})
