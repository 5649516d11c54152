import { randomBytes } from '@telegram-mt/crypto'
import { openPacket, packetContent, ServerSession } from '@telegram-mt/mtproto'
import { expect, test } from 'vitest'
import { AuthKey, type Carrier } from './auth-key.ts'

const carrier: Carrier = {
  number: 1,
  flushSoon: () => {},
  flush: () => {},
  release: () => {},
  destroy: () => {},
  freeze: () => {},
  circumstances: () => ({ dc: 2, connection: 1, via: 'tcp', transport: 'full', userId: undefined }),
  arm: () => {},
}

function heldSession(maxKept = 10) {
  const key = new AuthKey({ key: randomBytes(256), dc: 2, layer: 227, now: 0, random: randomBytes })
  const { key: packetKey, salts } = key.sessions
  const session = new ServerSession({
    key: packetKey,
    sessionId: 1n,
    salts,
    random: randomBytes,
    maxKept,
  })
  return { key, held: key.hold(session) }
}

test('a client that is there and slow to acknowledge keeps its session, until it leaves', () => {
  const { key, held } = heldSession()
  held.heard(carrier, 0)
  for (let i = 0; i < 50; i++) held.push(new Uint8Array(4))
  expect(key.held.get(1n)).toBe(held)
  held.lost(carrier)
  expect(key.held.size).toBe(0)
})

test('it gets every update all the same, however many there are at once', () => {
  const { key, held } = heldSession(200)
  const got: number[] = []
  const flush = () => {
    for (const packet of held.session.poll(Date.now()).packets) {
      const { messages } = packetContent(openPacket(packet, key.sessions.key, 'server'))
      for (const { body } of messages) if (body[0] === 7) got.push((body[1] ?? 0) * 256 + (body[2] ?? 0))
    }
  }
  held.heard({ ...carrier, flush }, 0)
  for (let i = 0; i < 1000; i++) held.push(Uint8Array.of(7, i >> 8, i & 255, 0))
  flush()
  expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => i))
})

test('one that is away too long for its updates loses it', () => {
  const { key, held } = heldSession()
  for (let i = 0; i < 10; i++) held.push(new Uint8Array(4))
  expect(key.held.get(1n)).toBe(held)
  held.push(new Uint8Array(4))
  expect(key.held.size).toBe(0)
})
