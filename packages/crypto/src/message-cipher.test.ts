import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aesIge, decryptMessage, encryptMessage, messageKey, messageKeyIv } from './index.ts'

const authKey = Uint8Array.from({ length: 256 }, (_, i) => (i * 37 + 11) & 255)
// Around the length from which on nothing is joined, too.
const blocks = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 250, max: 262 }))
const messages = blocks.chain((count) => fc.uint8Array({ minLength: count * 16, maxLength: count * 16 }))
const senders = fc.constantFrom('client' as const, 'server' as const)

function packetOf(plaintext: Uint8Array): Uint8Array {
  const packet = new Uint8Array(24 + plaintext.length)
  packet.set(plaintext, 24)
  return packet
}

describe('a message encrypted whole', () => {
  it('is what its formulas give one by one, and decrypts to what it was', () => {
    fc.assert(
      fc.property(messages, senders, (plaintext, sender) => {
        const packet = packetOf(plaintext)
        encryptMessage(packet, authKey, sender)
        const msgKey = messageKey(authKey, plaintext, sender)
        const { key, iv } = messageKeyIv(authKey, msgKey, sender)
        expect(packet.subarray(0, 8)).toEqual(new Uint8Array(8))
        expect(packet.subarray(8, 24)).toEqual(msgKey)
        expect(packet.subarray(24)).toEqual(aesIge.encrypt(plaintext, key, iv))
        const before = packet.slice()
        expect(decryptMessage(packet, authKey, sender)).toEqual(plaintext)
        expect(packet).toEqual(before)
      }),
    )
  })

  it('does not decrypt with any bit changed, by the other side, or with another key', () => {
    fc.assert(
      fc.property(messages, senders, fc.nat(), fc.nat(7), (plaintext, sender, at, bit) => {
        const packet = packetOf(plaintext)
        encryptMessage(packet, authKey, sender)
        const other = sender === 'client' ? 'server' : 'client'
        expect(decryptMessage(packet, authKey, other)).toBeUndefined()
        expect(decryptMessage(packet, authKey.toReversed(), sender)).toBeUndefined()
        const place = 8 + (at % (packet.length - 8))
        packet[place] = (packet[place] ?? 0) ^ (1 << bit)
        expect(decryptMessage(packet, authKey, sender)).toBeUndefined()
      }),
    )
  })

  it('is refused if it is no whole blocks, or the key of another length', () => {
    const invalid = expect.objectContaining({ code: 'LENGTH_INVALID' })
    expect(() => encryptMessage(new Uint8Array(24 + 15), authKey, 'client')).toThrow(invalid)
    expect(() => decryptMessage(new Uint8Array(24 + 15), authKey, 'client')).toThrow(invalid)
    expect(() => encryptMessage(new Uint8Array(24 + 16), authKey.subarray(1), 'client')).toThrow(invalid)
    expect(() => decryptMessage(new Uint8Array(24 + 16), authKey.subarray(1), 'client')).toThrow(invalid)
  })
})
