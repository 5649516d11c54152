import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../errors.ts'
import { fromMarkedId, toMarkedId } from './marked-id.ts'
import { parsePeerText } from './peer-text.ts'

describe('marked ids', () => {
  test.each([
    [42, { kind: 'user', id: 42 }],
    [-42, { kind: 'chat', id: 42 }],
    [-1000000000042, { kind: 'channel', id: 42 }],
    [-1001234567890, { kind: 'channel', id: 1234567890 }],
  ] as const)('%s', (marked, peer) => {
    expect(fromMarkedId(marked)).toEqual(peer)
    expect(toMarkedId(peer)).toBe(marked)
  })

  test.each([0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -1_000_000_000_000, 2 ** 52])(
    '%s is refused',
    (n) => {
      expect(() => fromMarkedId(n)).toThrow(PeerError)
    },
  )
})

describe('parsePeerText', () => {
  test.each([
    ['me', { by: 'self' }],
    [' self ', { by: 'self' }],
    ['@fnux_ch', { by: 'username', username: 'fnux_ch' }],
    ['fnux_ch', { by: 'username', username: 'fnux_ch' }],
    ['https://t.me/fnux_ch', { by: 'username', username: 'fnux_ch' }],
    ['t.me/fnux_ch/123', { by: 'username', username: 'fnux_ch' }],
    ['http://telegram.me/fnux_ch?start=x', { by: 'username', username: 'fnux_ch' }],
    ['t.me/s/fnux_ch', { by: 'username', username: 'fnux_ch' }],
    ['fnux.t.me', { by: 'username', username: 'fnux' }],
    ['+41 12 345-67-89', { by: 'phone', phone: '41123456789' }],
    ['https://t.me/+41123456789', { by: 'phone', phone: '41123456789' }],
    ['42', { by: 'id', peer: { kind: 'user', id: 42 } }],
    ['-42', { by: 'id', peer: { kind: 'chat', id: 42 } }],
  ])('%s', (text, expected) => {
    expect(parsePeerText(text)).toEqual(expected)
  })

  test.each(['', '@', '@a', 'two words', 't.me/', '+12', '0', 'https://example.org/x', 'é'])(
    '%j is refused',
    (text) => {
      expect(() => parsePeerText(text)).toThrow(/expected/)
    },
  )

  test('an invite link says what to do with it', () => {
    expect(() => parsePeerText('https://t.me/+AbCdEf')).toThrow(/importChatInvite/)
    expect(() => parsePeerText('t.me/joinchat/AbCdEf')).toThrow(/importChatInvite/)
  })

  test('any text is either understood or refused as a PeerError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parsePeerText(text)
        } catch (error) {
          expect(error).toBeInstanceOf(PeerError)
        }
      }),
    )
  })
})
