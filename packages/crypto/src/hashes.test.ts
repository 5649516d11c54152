import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hmacSha256, sha1, sha256, sha512 } from './hashes.node.ts'

const text = (value: string) => new TextEncoder().encode(value)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('hashes', () => {
  it('match the published vectors for "abc", whole or in parts', () => {
    for (const parts of [[text('abc')], [text('a'), text(''), text('bc')]]) {
      expect(hex(sha1(...parts))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
      expect(hex(sha256(...parts))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
      expect(hex(sha512(...parts))).toBe(
        'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
      )
    }
  })

  it('match RFC 4231, test case 2', () => {
    expect(hex(hmacSha256(text('Jefe'), text('what do ya want '), text('for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  it('do not depend on how a message is cut, whatever its length', () => {
    for (const length of [0, 1, 100, 511, 512, 513, 2000]) {
      const message = new Uint8Array(length).map((_, i) => i * 7)
      const expected = createHash('sha256').update(message).digest('hex')
      for (const cut of [0, 1, 300, length]) {
        expect(hex(sha256(message.subarray(0, cut), message.subarray(cut)))).toBe(expected)
      }
    }
  })

  it('return plain bytes, whose slice is a copy', () => {
    expect(sha1(text('abc')).constructor).toBe(Uint8Array)
  })
})
