import { randomBytes } from '@telegram-mt/crypto'
import { ServerSession } from '@telegram-mt/mtproto'
import { expect, test } from 'vitest'
import type { Carrier } from './auth-key.ts'
import { AuthKey } from './auth-key.ts'
import { AuthKeyTable } from './auth-key-table.ts'
import { sweep } from './sweep.ts'

const carrier = (number: number): Carrier => ({
  number,
  flushSoon: () => {},
  flush: () => {},
  release: () => {},
  destroy: () => {},
  freeze: () => {},
  circumstances: () => ({ dc: 2, connection: number, via: 'tcp', transport: 'full', userId: undefined }),
  arm: () => {},
})

function keyWithSessions(count: number) {
  const keys = new AuthKeyTable()
  const key = new AuthKey({ key: randomBytes(256), dc: 2, layer: 100, now: 0, random: randomBytes })
  keys.add(key)
  keys.signedIn(key, 1)
  const sessions = Array.from({ length: count }, (_, i) => {
    const session = new ServerSession({
      key: key.sessions.key,
      sessionId: BigInt(i + 1),
      salts: key.sessions.salts,
      random: randomBytes,
    })
    return key.hold(session)
  })
  return { keys, key, sessions }
}

test('sessions to which nobody comes back are forgotten after their time, connected ones never', () => {
  const { keys, key, sessions } = keyWithSessions(3)
  const [left, connected, recent] = sessions
  left!.heard(carrier(1), 1000)
  left!.lost(left!.carrier!)
  connected!.heard(carrier(2), 1000)
  recent!.heard(carrier(3), 1500)
  recent!.lost(recent!.carrier!)
  const lifetimes = { session: 500, idleKey: 1e9 }
  sweep(keys, lifetimes, 0, 1500)
  expect([...key.held.values()]).toEqual(sessions)
  sweep(keys, lifetimes, 0, 1501)
  expect([...key.held.values()]).toEqual([connected, recent])
  sweep(keys, lifetimes, 0, 9999)
  expect([...key.held.values()]).toEqual([connected])
})

test('a client that makes sessions without end does not fill the memory', () => {
  const { keys, key } = keyWithSessions(0)
  for (let i = 0; i < 1000; i++) {
    const session = new ServerSession({
      key: key.sessions.key,
      sessionId: BigInt(i),
      salts: key.sessions.salts,
      random: randomBytes,
    })
    const held = key.hold(session)
    const by = carrier(i)
    held.heard(by, i)
    held.lost(by)
    sweep(keys, { session: 10, idleKey: 1e9 }, 0, i)
    expect(key.held.size).toBeLessThanOrEqual(11)
  }
})

test('of two connections that bring a session the newer carries it, whichever speaks last', () => {
  const { sessions } = keyWithSessions(1)
  const held = sessions[0]!
  const [older, newer] = [carrier(1), carrier(2)]
  expect(held.heard(older, 1)).toBe(true)
  expect(held.heard(newer, 2)).toBe(true)
  expect(held.heard(older, 3)).toBe(false)
  expect(held.carrier).toBe(newer)
  held.lost(older)
  expect(held.session.isConnected).toBe(true)
  held.lost(newer)
  expect(held.session.isConnected).toBe(false)
  expect(held.heard(older, 4)).toBe(true)
})
