import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { packetContent } from './container.ts'
import { openPacket, PacketKey, sealContainer, sealPacket } from './envelope.ts'
import { SecurityError } from './errors.ts'

const random = seededRandom('envelope')
const key = new PacketKey(random(256))
const head = { salt: -5n, sessionId: 123n, msgId: 1n << 62n, seqNo: 7 }
const bodies = fc.uint8Array({ minLength: 1, maxLength: 600 }).map((bytes) => {
  const body = new Uint8Array(bytes.length * 4)
  body.set(bytes)
  return body
})

describe('a packet', () => {
  test('opens to what was sealed, in both directions', () => {
    fc.assert(
      fc.property(bodies, fc.constantFrom('client' as const, 'server' as const), (body, sender) => {
        const opened = openPacket(sealPacket(key, sender, head, body, random), key, sender)
        expect(opened).toMatchObject(head)
        expect(opened.data.subarray(opened.start, opened.end)).toEqual(body)
      }),
    )
  })

  test('a container opens to its messages', () => {
    fc.assert(
      fc.property(fc.array(bodies, { minLength: 1, maxLength: 5 }), (list) => {
        const messages = list.map((body, i) => ({ msgId: BigInt(i), seqNo: i, body: withId(body) }))
        const packet = sealContainer(key, 'client', head, messages, random)
        expect(packetContent(openPacket(packet, key, 'client'))).toEqual({ container: true, messages })
      }),
    )
  })

  test('is padded with 12 to 1024 random bytes, so that its size says little', () => {
    const body = new Uint8Array(8)
    const sizes = Array.from({ length: 500 }, () => sealPacket(key, 'client', head, body, random).length)
    const padding = sizes.map((size) => size - 24 - 32 - body.length)
    expect(Math.min(...padding)).toBeGreaterThanOrEqual(12)
    expect(Math.min(...padding)).toBeLessThan(60)
    expect(Math.max(...padding)).toBeLessThanOrEqual(1024)
    expect(Math.max(...padding)).toBeGreaterThan(960)
    expect(sizes.every((size) => (size - 24) % 16 === 0)).toBe(true)
  })

  test('random bytes and broken packets are a SecurityError, whatever they are', () => {
    const packet = sealPacket(key, 'server', head, new Uint8Array(64), random)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(packet.length - 1), (bytes, cut) => {
        expect(() => openPacket(bytes, key, 'server')).toThrow(SecurityError)
        expect(() => openPacket(packet.subarray(0, cut), key, 'server')).toThrow(SecurityError)
        const behindHead = packet.slice()
        behindHead.set(bytes.subarray(0, packet.length - 8), 8)
        if (bytes.length > 0 && bytes.some((byte, i) => byte !== packet[8 + i])) {
          expect(() => openPacket(behindHead, key, 'server')).toThrow(SecurityError)
        }
      }),
    )
  })
})

/** Never the constructor of a container or of a compressed object. */
function withId(body: Uint8Array): Uint8Array {
  return Uint8Array.of(1, 2, 3, 4, ...body)
}
