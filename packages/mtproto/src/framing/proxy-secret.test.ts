import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FramingError } from './framing-error.ts'
import { parseProxySecret } from './proxy-secret.ts'

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof FramingError) return error.code
    throw error
  }
  return 'no error'
}

describe('proxy secrets', () => {
  const sixteen = '00112233445566778899aabbccddeeff'
  test('hex and base64, plain, dd and ee', () => {
    const secret = new Uint8Array(Buffer.from(sixteen, 'hex'))
    expect(parseProxySecret(sixteen)).toEqual({ kind: 'plain', secret })
    expect(parseProxySecret(`dd${sixteen.toUpperCase()}`)).toEqual({ kind: 'padded', secret })
    const tls = `ee${sixteen}${Buffer.from('example.org').toString('hex')}`
    const bytes = Buffer.from(tls, 'hex')
    const expected = { kind: 'tls', secret, domain: 'example.org' }
    expect(parseProxySecret(tls)).toEqual(expected)
    expect(parseProxySecret(bytes.toString('base64'))).toEqual(expected)
    expect(parseProxySecret(bytes.toString('base64url'))).toEqual(expected)
  })

  test.each([
    '',
    'zz',
    sixteen.slice(2),
    `ee${sixteen}`,
    `dd${sixteen}00`,
    `ee${sixteen}00`,
    `ee${sixteen}${'61'.repeat(183)}`,
    'a'.repeat(2000),
    'AAAAA',
    'ä'.repeat(32),
  ])('%s is none', (text) => {
    expect(codeOf(() => parseProxySecret(text))).toBe('PROXY_SECRET_INVALID')
  })

  test('the message of an error does not show the secret', () => {
    expect(() => parseProxySecret(sixteen.slice(2))).toThrow(
      /^proxy secret: 15 bytes, at least 16 were expected$/,
    )
  })

  test('any text is read or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.stringMatching(/^[0-9a-f]*$/)), (text) => {
        expect(codeOf(() => parseProxySecret(text))).toMatch(/^(no error|PROXY_SECRET_INVALID)$/)
      }),
    )
  })
})
