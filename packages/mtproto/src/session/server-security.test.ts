/** The rows of the list of checks on the server's side, each with a client that breaks it. */
import { TlReader } from '@telegram-mt/tl'
import { expect, test } from 'vitest'
import * as ids from './constructors.ts'
import { PacketKey, sealPacket } from './envelope.ts'
import { packed } from './gzip.ts'
import { messageIdAt } from './message-id.ts'
import { ServerSession } from './server-session.ts'
import * as service from './service-messages.ts'
import { badCodes, idsOf, Visitor } from './visitor.testing.ts'
import { container, gzipped, NOW, text } from './wire.testing.ts'

const known = () => new Visitor().greeted()
const call = text('call')

/** The code of what the server throws at this packet; nothing of it may have come through. */
function refusal(visitor: Visitor, packet: Uint8Array): string | undefined {
  const sessions = visitor.sessions.size
  try {
    visitor.sessions.receive(packet, visitor.now)
  } catch (error) {
    expect(visitor.sessions.size).toBe(sessions)
    return (error as { code?: string }).code
  }
  return undefined
}

test('M1: the server refuses a packet under a key that is not the session’s', () => {
  const visitor = known()
  const other = new PacketKey(visitor.random(256))
  const head = { salt: visitor.sessions.salts.current(NOW), sessionId: 42n, msgId: visitor.msgId(), seqNo: 1 }
  expect(refusal(visitor, sealPacket(other, 'client', head, call, visitor.random))).toBe('AUTH_KEY_UNKNOWN')
})

test('M2: the server refuses a packet that was changed anywhere, or goes the other way, with one error', () => {
  const visitor = known()
  const packet = visitor.seal(call, { seqNo: 1 })
  for (let at = 8; at < packet.length; at += 7) {
    const changed = packet.slice()
    changed[at]! ^= 1 << (at % 8)
    expect(refusal(visitor, changed)).toBe('DECRYPTION_FAILED')
  }
  const head = { salt: 1n, sessionId: 42n, msgId: visitor.msgId(), seqNo: 1 }
  expect(refusal(visitor, sealPacket(visitor.sessions.key, 'server', head, call, visitor.random))).toBe(
    'DECRYPTION_FAILED',
  )
  visitor.sendPacket(packet)
  expect(visitor.events).toHaveLength(1)
})

test('M3: the server takes no message of one session into another', () => {
  const visitor = known()
  const { key, salts } = visitor.sessions
  const session = new ServerSession({ key, sessionId: 43n, salts, random: visitor.random })
  expect(() => session.receive(visitor.seal(call, { seqNo: 1 }), NOW)).toThrow(
    expect.objectContaining({ code: 'SESSION_ID_FOREIGN' }),
  )
})

test('M4: the server answers a msg_id that is not divisible by four with 18, alone and in a container', () => {
  const visitor = known()
  for (const odd of [1n, 2n, 3n]) {
    expect(badCodes(visitor.send(call, { msgId: visitor.msgId() + odd, seqNo: 1 }))).toEqual([18])
    const inner = { msgId: visitor.msgId() + odd, seqNo: 1, body: call }
    expect(badCodes(visitor.send(container([inner]), { msgId: visitor.msgId() + 4n }))).toEqual([18])
  }
  expect(visitor.events).toEqual([])
})

test('M5: the server answers a msg_id of more than 300 s ago with 16, of more than 30 s ahead with 17', () => {
  const visitor = known()
  const at = (ms: number) => badCodes(visitor.send(call, { msgId: messageIdAt(NOW + ms), seqNo: 1 }))
  expect(at(-301_000)).toEqual([16])
  expect(at(31_000)).toEqual([17])
  expect(visitor.events).toEqual([])
  visitor.send(call, { msgId: messageIdAt(NOW + 29_000), seqNo: 1 })
  expect(visitor.events).toHaveLength(1)
})

test('M6: the server executes no message twice, and none that is older than its memory', () => {
  const visitor = new Visitor({ remembered: 1000 }).greeted()
  const packet = visitor.seal(call, { seqNo: 1 })
  const old = visitor.msgId()
  visitor.sendPacket(packet)
  expect(visitor.events).toHaveLength(1)
  visitor.sendPacket(packet)
  expect(visitor.events).toEqual([])
  for (let n = 1; n <= 2100; n++) visitor.send(service.writePing(BigInt(n), 60))
  expect(badCodes(visitor.send(call, { msgId: old, seqNo: 3 }))).toEqual([20])
  expect(visitor.events).toEqual([])
})

test('M7: the server refuses lengths that lie, and more or less padding than there may be', () => {
  const visitor = known()
  for (const [length, code] of [
    [-4, 'MESSAGE_LENGTH'],
    [0, 'MESSAGE_LENGTH'],
    [17, 'MESSAGE_LENGTH'],
    [0x7fff_fffc, 'MESSAGE_LENGTH'],
    [68, 'MESSAGE_LENGTH'],
    [64, 'PADDING_LENGTH'],
    [56, 'PADDING_LENGTH'],
  ] as const)
    expect(refusal(visitor, visitor.sealLying(96, length))).toBe(code)
  expect(refusal(visitor, visitor.sealLying(2048, 4))).toBe('PADDING_LENGTH')
})

test('M8: the server answers a lying container with 64, and takes nothing of it', () => {
  const visitor = known()
  const one = (changes: object = {}) => ({ msgId: visitor.msgId(), seqNo: 1, body: call, ...changes })
  const changed = (at: number, value: number) => {
    const body = container([one(), one()])
    new DataView(body.buffer).setInt32(at, value, true)
    return body
  }
  for (const body of [
    container([one(), one({ body: container([one()]) })]),
    container([one(), one({ msgId: messageIdAt(NOW + 20_000) })]),
    changed(4, 0x7fff_ffff),
    changed(4, 1),
    changed(20, -4),
    changed(20, 1000),
    container([one()]).subarray(0, 20),
  ]) {
    expect(badCodes(visitor.send(body.slice()))).toEqual([64])
    expect(visitor.events).toMatchObject([{ type: 'refused', error: { name: 'SecurityError' } }])
  }
})

test('M9: the server unpacks no bomb, nothing damaged and nothing twice', () => {
  const visitor = known()
  const bomb = packed(new Uint8Array(20 * 1024 * 1024))
  expect(bomb.length).toBeLessThan(64 * 1024)
  const damaged = gzipped(text('a'.repeat(1000)))
  damaged[30]! ^= 0xff
  for (const [body, code] of [
    [bomb, 'GZIP_TOO_LARGE'],
    [damaged, 'GZIP_INVALID'],
    [gzipped(gzipped(text('a'.repeat(1000)))), 'GZIP_NESTED'],
  ] as const) {
    expect(badCodes(visitor.send(body, { seqNo: 1 }))).toEqual([64])
    expect(visitor.events).toEqual([{ type: 'refused', error: expect.objectContaining({ code }) }])
  }
})

test('M11: the server answers a seq_no that is too low, too high, not even or not odd with 32, 33, 34 and 35', () => {
  const visitor = known()
  const early = visitor.msgId()
  visitor.send(call, { seqNo: 3 })
  expect(badCodes(visitor.send(call, { seqNo: 1 }))).toEqual([32])
  expect(badCodes(visitor.send(call, { msgId: early, seqNo: 5 }))).toEqual([33])
  const inner = { msgId: visitor.msgId(), seqNo: 5, body: call }
  expect(badCodes(visitor.send(container([inner]), { seqNo: 7 }))).toEqual([34])
  expect(badCodes(visitor.send(call, { seqNo: 8 }))).toEqual([35])
  expect(visitor.events).toEqual([])
})

test('M12: the server answers a wrong salt with the right one, and executes nothing', () => {
  const visitor = known()
  const [answer] = visitor.send(call, { salt: 12345n, seqNo: 1 })
  expect(idsOf([answer!])).toEqual([ids.BAD_SERVER_SALT])
  expect(visitor.events).toEqual([])
  const reader = new TlReader(answer!.body, 20)
  visitor.send(call, { salt: reader.long(), seqNo: 1 })
  expect(visitor.events).toHaveLength(1)
})
