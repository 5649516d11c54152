import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aesIge, sha1 } from './index.ts'
import { authKeyId, messageKey, messageKeyIv, tmpAesKeyIv } from './message-keys.ts'

const sampleFile = new URL('./vectors/auth-key-sample.json', import.meta.url)
const sample = JSON.parse(readFileSync(sampleFile, 'utf8')) as Record<string, string>
const bytes = (hex = '') => new Uint8Array(Buffer.from(hex, 'hex'))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

describe('message keys', () => {
  it('follow the published formulas, in both directions', () => {
    const key = fc.uint8Array({ minLength: 256, maxLength: 256 })
    fc.assert(
      fc.property(key, fc.uint8Array(), fc.constantFrom('client', 'server'), (authKey, plaintext, sender) => {
        const x = sender === 'client' ? 0 : 8
        const part = (from: number, length: number) => authKey.slice(from + x, from + x + length)
        const msgKey = sha256(part(88, 32), plaintext).subarray(8, 24)
        expect(hex(messageKey(authKey, plaintext, sender))).toBe(hex(msgKey))

        const a = hex(sha256(msgKey, part(0, 36)))
        const b = hex(sha256(part(40, 36), msgKey))
        const cut = (from: string, middle: string) =>
          from.slice(0, 16) + middle.slice(16, 48) + from.slice(48)
        const { key, iv } = messageKeyIv(authKey, msgKey, sender)
        expect([hex(key), hex(iv)]).toEqual([cut(a, b), cut(b, a)])
      }),
    )
  })

  it('refuse an auth key or msg_key of another length', () => {
    const invalid = expect.objectContaining({ code: 'LENGTH_INVALID' })
    expect(() => messageKey(new Uint8Array(255), new Uint8Array(16), 'client')).toThrow(invalid)
    expect(() => messageKeyIv(new Uint8Array(256), new Uint8Array(15), 'client')).toThrow(invalid)
    expect(() => authKeyId(new Uint8Array(257))).toThrow(invalid)
    expect(() => tmpAesKeyIv(new Uint8Array(16), new Uint8Array(16))).toThrow(invalid)
  })
})

describe('the published key exchange sample', () => {
  it('gives its temporary AES key and iv', () => {
    const { key, iv } = tmpAesKeyIv(bytes(sample.newNonce), bytes(sample.serverNonce))
    expect([hex(key), hex(iv)]).toEqual([sample.tmpAesKey, sample.tmpAesIv])
  })

  it('decrypts to an answer whose SHA-1 is right', () => {
    const answer = aesIge.decrypt(
      bytes(sample.encryptedAnswer),
      bytes(sample.tmpAesKey),
      bytes(sample.tmpAesIv),
    )
    expect(hex(sha1(answer.subarray(20, 584)))).toBe(hex(answer.subarray(0, 20)))
    expect(hex(answer.subarray(64, 320))).toBe(sample.dhPrime)
    expect(hex(answer.subarray(324, 580))).toBe(sample.gA)
  })

  it('names the auth key by the lower 64 bits of its SHA-1', () => {
    const expected = createHash('sha1').update(bytes(sample.authKey)).digest().readBigInt64LE(12)
    expect(authKeyId(bytes(sample.authKey))).toBe(expected)
  })
})
