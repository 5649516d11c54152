import { deflateRawSync, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunzip, gzip } from './gzip.node.ts'

const tooLarge = expect.objectContaining({ code: 'INFLATE_TOO_LARGE' })
const invalid = expect.objectContaining({ code: 'INFLATE_INVALID' })

describe('gzip', () => {
  it('comes back the same, from gzip and from zlib, at exactly the bound', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (data) => {
        expect(gunzip(gzip(data), data.length)).toEqual(data)
        expect(gunzip(deflateSync(data), data.length)).toEqual(data)
      }),
    )
  })

  it('stops a bomb at the bound', () => {
    const bomb = gzip(new Uint8Array(50_000_000))
    expect(() => gunzip(bomb, 1_000_000)).toThrow(tooLarge)
    expect(() => gunzip(gzip(new Uint8Array(11)), 10)).toThrow(tooLarge)
    expect(() => gunzip(gzip(new Uint8Array(1)), 0)).toThrow(tooLarge)
    expect(gunzip(gzip(new Uint8Array()), 0)).toEqual(new Uint8Array())
  })

  it('ignores what follows the stream', () => {
    const data = new TextEncoder().encode('some text, some text, some text')
    for (const packed of [gzip(data), deflateSync(data)]) {
      expect(gunzip(new Uint8Array([...packed, 0, 0, 0, 7, 7]), 100)).toEqual(data)
    }
  })

  it('refuses streams that are truncated, damaged, or something else', () => {
    const data = new TextEncoder().encode('some text, some text, some text')
    for (const packed of [gzip(data), new Uint8Array(deflateSync(data))]) {
      for (let length = 0; length < packed.length; length++) {
        expect(() => gunzip(packed.subarray(0, length), 100)).toThrow(invalid)
      }
      const damaged = packed.slice()
      damaged[damaged.length - 6]! ^= 1
      expect(() => gunzip(damaged, 100)).toThrow(invalid)
    }
    expect(() => gunzip(deflateRawSync(data), 100)).toThrow(invalid)
    expect(() => gunzip(data, 100)).toThrow(invalid)
  })
})
