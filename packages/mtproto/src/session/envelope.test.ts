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

  test('is padded with 12 to 1024 random bytes, up to one of few sizes, so that its size says little', () => {
    const sizes = new Set<number>()
    for (let length = 4; length <= 4096; length += 4) {
      const size = sealPacket(key, 'client', head, new Uint8Array(length), random).length - 24
      expect(size - 32 - length).toBeGreaterThanOrEqual(12)
      expect(size - 32 - length).toBeLessThanOrEqual(1024)
      expect(size % 16).toBe(0)
      sizes.add(size)
    }
    const few = [64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 2560, 3072, 3584, 4096, 4608]
    expect([...sizes]).toEqual(few)
    const { data, end } = openPacket(
      sealPacket(key, 'client', head, new Uint8Array(640), random),
      key,
      'client',
    )
    expect(new Set(data.subarray(end)).size).toBeGreaterThan(40)
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
