/** The rows of the list of checks, each with a server that breaks it. The key exchange and framing have their own. */
import { aesIge, messageKeyIv } from '@telegram-mt/crypto'
import { TlWriter } from '@telegram-mt/tl'
import { describe, expect, test } from 'vitest'
import * as ids from './constructors.ts'
import { PacketKey, sealPacket } from './envelope.ts'
import { SecurityError, type SecurityErrorCode } from './errors.ts'
import { packed } from './gzip.ts'
import { messageIdAt } from './message-id.ts'
import * as service from './service-messages.ts'
import { container, Forger, gzipped, NOW, text } from './wire.testing.ts'

/** What the client throws at this packet; nothing of it may have been taken over. */
function refusal(forger: Forger, packet: Uint8Array): SecurityErrorCode | undefined {
  const before = forger.client.kept
  try {
    forger.receivePacket(packet)
  } catch (error) {
    expect(error).toBeInstanceOf(SecurityError)
    expect(forger.client.kept).toEqual(before)
    return error instanceof SecurityError ? error.code : undefined
  }
  return undefined
}

/** A client that knows what time it is. */
function onlineForger(): Forger {
  const forger = new Forger()
  forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
  return forger
}

const update = text('update')

describe('every encrypted message', () => {
  test('M1: a packet under another auth key is refused', () => {
    const forger = onlineForger()
    const other = new PacketKey(forger.random(256))
    const head = { salt: 1n, sessionId: forger.client.sessionId, msgId: forger.msgId(), seqNo: 1 }
    expect(refusal(forger, sealPacket(other, 'server', head, update, forger.random))).toBe('AUTH_KEY_UNKNOWN')
    expect(refusal(forger, new Uint8Array(5))).toBe('AUTH_KEY_UNKNOWN')
  })

  test('M2: a packet that was changed anywhere is refused, always with the same error', () => {
    const forger = onlineForger()
    const packet = forger.seal(update)
    for (let at = 8; at < packet.length; at += 7) {
      const changed = packet.slice()
      changed[at]! ^= 1 << (at % 8)
      expect(refusal(forger, changed)).toBe('DECRYPTION_FAILED')
    }
    for (const length of [8, 24, 40, 60, packet.length - 16, packet.length - 1]) {
      expect(refusal(forger, packet.subarray(0, length))).toBe('DECRYPTION_FAILED')
    }
    expect(forger.receivePacket(packet)).toEqual([{ type: 'update', body: update }])
  })

  test('M2: a msg_key that is wrong in one byte is refused, though the packet is well encrypted with it', () => {
    const forger = onlineForger()
    const { key } = forger
    const honest = forger.seal(update)
    const msgKey = honest.slice(8, 24)
    const keys = messageKeyIv(key.authKey, msgKey, 'server')
    const plain = aesIge.decrypt(honest.subarray(24), keys.key, keys.iv)
    for (let at = 0; at < 16; at++) {
      const wrong = msgKey.slice()
      wrong[at]! ^= 0x80
      const aes = messageKeyIv(key.authKey, wrong, 'server')
      const forged = honest.slice()
      forged.set(wrong, 8)
      forged.set(aesIge.encrypt(plain, aes.key, aes.iv), 24)
      expect(refusal(forger, forged)).toBe('DECRYPTION_FAILED')
    }
    expect(forger.receivePacket(honest)).toEqual([{ type: 'update', body: update }])
  })

  test('M2: a packet of the other direction is refused', () => {
    const forger = onlineForger()
    const head = { salt: 1n, sessionId: forger.client.sessionId, msgId: forger.msgId(), seqNo: 1 }
    expect(refusal(forger, sealPacket(forger.key, 'client', head, update, forger.random))).toBe(
      'DECRYPTION_FAILED',
    )
  })

  test('M3: a packet for another session is refused', () => {
    const forger = onlineForger()
    const sessionId = forger.client.sessionId ^ 1n
    expect(refusal(forger, forger.seal(update, { sessionId }))).toBe('SESSION_ID_FOREIGN')
  })

  test('M4: an even msg_id is refused, alone and in a container', () => {
    const forger = onlineForger()
    const even = forger.msgId() - 1n
    expect(refusal(forger, forger.seal(update, { msgId: even }))).toBe('MSG_ID_PARITY')
    expect(refusal(forger, forger.seal(update, { msgId: even + 2n - 1n - 1n }))).toBe('MSG_ID_PARITY')
    const call = forger.call(text('call'))
    const result = service.writeResult(forger.last(0x12345678).msgId, text('result'))
    const body = container([{ msgId: even, seqNo: 1, body: result }])
    expect(refusal(forger, forger.seal(body, { seqNo: 2 }))).toBe('MSG_ID_PARITY')
    expect(forger.events.some((event) => event.type === 'result' && event.call === call)).toBe(false)
  })

  test('M5: a msg_id of more than 300 s ago or more than 30 s ahead is refused', () => {
    const forger = onlineForger()
    const at = (ms: number) => forger.seal(update, { msgId: messageIdAt(NOW + ms) | 1n })
    expect(refusal(forger, at(-301_000))).toBe('MSG_ID_TOO_OLD')
    expect(refusal(forger, at(31_000))).toBe('MSG_ID_TOO_NEW')
    expect(refusal(forger, at(-299_000))).toBeUndefined()
    expect(refusal(forger, at(29_000))).toBeUndefined()
  })

  test('M5: on a new connection an old packet is dropped, and only an answer to a new message sets the time', () => {
    const forger = onlineForger()
    forger.client.disconnected(forger.now)
    // The clock is set forward by an hour while there is no connection.
    forger.now += 3_600_000
    forger.client.connected(forger.now)
    forger.poll()
    const serverNow = forger.now - 3_600_000
    const replayed = forger.receive(update, { msgId: forger.msgId(1n, serverNow) })
    expect(replayed).toEqual([
      { type: 'refused', error: expect.objectContaining({ code: 'MSG_ID_TOO_OLD' }) },
    ])
    const ping = forger.last(ids.PING_DELAY_DISCONNECT)
    forger.receive(service.writePong(ping.msgId, 0n), { msgId: forger.msgId(1n, serverNow), seqNo: 0 })
    expect(forger.receive(update, { msgId: forger.msgId(1n, serverNow) })).toEqual([
      { type: 'update', body: update },
    ])
    expect(Math.round(forger.client.timeOffset / 1000)).toBe(-3600)
  })

  test('M6: a repeated message is acknowledged again and dropped, alone, in a container, and as an answer', () => {
    const forger = onlineForger()
    const packet = forger.seal(update)
    expect(forger.receivePacket(packet)).toEqual([{ type: 'update', body: update }])
    expect(forger.receivePacket(packet)).toEqual([])
    const inner = { msgId: forger.msgId(), seqNo: 3, body: update }
    expect(forger.receive(container([inner]), { seqNo: 4 }).length).toBe(1)
    expect(forger.receive(container([inner, inner]), { seqNo: 4 }).length).toBe(0)
    expect(forger.client.kept.acks).toBe(5)
    forger.call(text('call'))
    const result = service.writeResult(forger.last(0x12345678).msgId, text('result'))
    const answer = forger.seal(result)
    expect(forger.receivePacket(answer).length).toBe(1)
    expect(forger.receivePacket(answer).length).toBe(0)
    expect(forger.client.kept.acks).toBe(2)
  })

  test('M6: a message older than all of the 1,000 and more that are remembered is refused', () => {
    const forger = onlineForger()
    const old = forger.seal(update)
    for (let i = 0; i < 2100; i++) forger.receive(update)
    expect(forger.client.kept.seen).toBeGreaterThan(1000)
    expect(refusal(forger, old)).toBe('MSG_ID_FORGOTTEN')
  })

  test('M6: a server that insists on a message older than the memory loses the session', () => {
    const forger = onlineForger()
    const old = { msgId: forger.msgId(), seqNo: 1, body: update }
    for (let i = 0; i < 2100; i++) forger.receive(update)
    const before = forger.client.sessionId
    expect(() => forger.receive(container([old]), { seqNo: 2 })).toThrow(
      expect.objectContaining({ check: 'M6' }),
    )
    forger.poll()
    expect(forger.events).toContainEqual({ type: 'dead', reason: 'SESSION_REBUILT' })
    expect(forger.client.sessionId).not.toBe(before)
  })

  test('M6: a server whose clock went back is lost to the session, and found again by a new one', () => {
    const forger = onlineForger()
    const before = forger.client.sessionId
    const old = forger.msgId()
    for (let i = 0; i < 2100; i++) forger.receive(update)
    for (let i = 0n; i < 4n; i++) {
      expect(refusal(forger, forger.seal(update, { msgId: old - 4n * i }))).toBe('MSG_ID_FORGOTTEN')
      expect(forger.client.sessionId).toBe(before)
    }
    for (let i = 0; i < 3; i++) {
      expect(forger.client.sessionId).toBe(before)
      forger.reconnect()
      expect(() => forger.receive(update, { msgId: old })).toThrow(expect.objectContaining({ check: 'M6' }))
    }
    expect(forger.client.sessionId).not.toBe(before)
  })

  test('M7: a length that is negative, unaligned or beyond the packet is refused, and so is wrong padding', () => {
    const forger = onlineForger()
    for (const [length, code] of [
      [-4, 'MESSAGE_LENGTH'],
      [0, 'MESSAGE_LENGTH'],
      [17, 'MESSAGE_LENGTH'],
      [0x7fff_fffc, 'MESSAGE_LENGTH'],
      [68, 'MESSAGE_LENGTH'],
      [64, 'PADDING_LENGTH'],
      [56, 'PADDING_LENGTH'],
    ] as const) {
      expect(refusal(forger, forger.sealLying(96, length))).toBe(code)
    }
    expect(refusal(forger, forger.sealLying(2048, 4))).toBe('PADDING_LENGTH')
  })

  test('M8: a lying container is refused as a whole', () => {
    const forger = onlineForger()
    const one = (changes: object = {}) => ({ msgId: forger.msgId(), seqNo: 1, body: update, ...changes })
    const forged = (body: Uint8Array) => refusal(forger, forger.seal(body, { seqNo: 2 }))
    expect(forged(container([one(), one({ body: container([one()]) })]))).toBe('CONTAINER_NESTED')
    const younger = messageIdAt(forger.now + 5000) | 1n
    expect(forged(container([one(), one({ msgId: younger })]))).toBe('CONTAINER_MSG_ID')
    const tooMany = container([one()])
    new DataView(tooMany.buffer).setInt32(4, 0x7fff_ffff, true)
    expect(forged(tooMany)).toBe('CONTAINER_COUNT')
    new DataView(tooMany.buffer).setInt32(4, 9000, true)
    expect(forged(tooMany)).toBe('CONTAINER_COUNT')
    expect(forged(container([one()]).subarray(0, 20))).toBe('CONTAINER_COUNT')
    // As many as it says, but more than anybody needs.
    const small = { msgId: forger.msgId(), seqNo: 1, body: new Uint8Array(4) }
    expect(forged(container(Array(8193).fill(small)))).toBe('CONTAINER_COUNT')
    const more = new TlWriter()
    more.raw(container([one()]))
    more.raw(new Uint8Array(16))
    expect(forged(more.finish())).toBe('CONTAINER_LENGTH')
    for (const length of [-4, 2, 1000]) {
      const lying = container([one()])
      new DataView(lying.buffer).setInt32(20, length, true)
      expect(forged(lying)).toBe('MESSAGE_LENGTH')
    }
  })

  test('M8: a container holds at most 1,020 messages and about 32 KiB on sending', () => {
    const forger = onlineForger()
    for (let i = 0; i < 1024; i++) forger.client.call(text('x'), forger.now)
    forger.now += 1
    const { packets } = forger.client.poll(forger.now)
    expect(packets.length).toBe(2)
    const larger = onlineForger()
    for (let i = 0; i < 100; i++)
      larger.client.call(text(`${i}`.padEnd(1000, 'x')), larger.now, { gzip: false })
    larger.now += 1
    const sizes = larger.client.poll(larger.now).packets.map((packet) => packet.length)
    // 32 KiB of messages, and up to 1 KiB of padding.
    expect(Math.max(...[...packets.map((packet) => packet.length), ...sizes])).toBeLessThan(34 * 1024)
    expect(sizes).toHaveLength(4)
  })

  test('M9: a bomb, a damaged stream and a stream in a stream end their call, and no other', () => {
    const forger = new Forger({ maxUnpacked: 100_000 })
    forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
    const bomb = packed(text('0'.repeat(10_000_000)))
    const damaged = gzipped(text('a'.repeat(1000)))
    damaged[30]! ^= 0xff
    const nested = gzipped(gzipped(text('a'.repeat(1000))))
    for (const [result, code] of [
      [bomb, 'GZIP_TOO_LARGE'],
      [damaged, 'GZIP_INVALID'],
      [nested, 'GZIP_NESTED'],
      // No TL object has such a length.
      [gzipped(new Uint8Array(2)), 'GZIP_INVALID'],
      [gzipped(new Uint8Array(1001)), 'GZIP_INVALID'],
    ] as const) {
      const call = forger.call(text('call'))
      const answer = {
        msgId: forger.msgId(),
        seqNo: 1,
        body: service.writeResult(forger.last(0x12345678).msgId, result),
      }
      const neighbour = { msgId: forger.msgId(), seqNo: 3, body: update }
      expect(forger.receive(container([answer, neighbour]), { seqNo: 4 })).toEqual([
        { type: 'failed', call, error: expect.objectContaining({ code, check: 'M9' }) },
        { type: 'update', body: update },
      ])
    }
    expect(forger.receive(bomb)).toEqual([
      { type: 'refused', error: expect.objectContaining({ code: 'GZIP_TOO_LARGE' }) },
    ])
  })

  test('M10: a packet of more than 4 MiB and 1 KiB is refused unread', () => {
    const forger = onlineForger()
    expect(refusal(forger, new Uint8Array(4 * 1024 * 1024 + 1025))).toBe('PACKET_TOO_LARGE')
  })

  test('M11: seq_no must be even for containers and acknowledgements, odd for answers, never negative', () => {
    const forger = onlineForger()
    const inner = { msgId: forger.msgId(), seqNo: 1, body: update }
    expect(refusal(forger, forger.seal(container([inner]), { seqNo: 3 }))).toBe('SEQ_NO_INVALID')
    const ack = service.writeIds(ids.MSGS_ACK, [4n])
    expect(refusal(forger, forger.seal(ack, { seqNo: 1 }))).toBe('SEQ_NO_INVALID')
    expect(refusal(forger, forger.seal(service.writeResult(4n, update), { seqNo: 2 }))).toBe('SEQ_NO_INVALID')
    expect(refusal(forger, forger.seal(update, { seqNo: -1 }))).toBe('SEQ_NO_INVALID')
  })

  test.each([32, 33, 18, 19])(
    'M11: at code %i the session is rebuilt, and its calls are sent in the new one',
    (code) => {
      const forger = onlineForger()
      forger.call(text('call'))
      const { msgId, seqNo } = forger.last(0x12345678)
      const before = forger.client.sessionId
      forger.receive(service.writeBadMessage(msgId, seqNo, code), { seqNo: 0 })
      forger.poll()
      expect(forger.events).toContainEqual({ type: 'dead', reason: 'SESSION_REBUILT' })
      expect(forger.client.sessionId).not.toBe(before)
      const [first, ...others] = forger.reconnect()
      expect(first?.body).toEqual(service.writeOneLong(ids.DESTROY_SESSION, before))
      expect(others.map(({ body }) => body)).toContainEqual(text('call'))
      expect(forger.last(0x12345678)).toMatchObject({ seqNo: 1 })
      expect(forger.last(0x12345678).msgId).not.toBe(msgId)
    },
  )

  test.each([34, 35, 64])('M11: code %i ends the call that caused it', (badCode) => {
    const forger = onlineForger()
    const call = forger.call(text('call'))
    const { msgId, seqNo } = forger.last(0x12345678)
    expect(forger.receive(service.writeBadMessage(msgId, seqNo, badCode), { seqNo: 0 })).toEqual([
      { type: 'failed', call, error: expect.objectContaining({ code: 'CALL_REFUSED' }) },
    ])
  })

  test('M5: a notice about a message from before the time was corrected does not correct it again', () => {
    const forger = onlineForger()
    forger.call(text('early'))
    const early = forger.last(0x12345678)
    forger.pass(50_000)
    forger.call(text('call'))
    const { msgId, seqNo } = forger.last(0x12345678)
    forger.receive(service.writeBadMessage(msgId, seqNo, 17), { seqNo: 0 })
    forger.pass(1)
    const time = forger.client.timeOffset
    // One that was on its way for 50 s, or was held back so long by somebody.
    const stale = forger.msgId(1n, forger.now - 50_000)
    forger.receive(service.writeBadMessage(early.msgId, early.seqNo, 17), { seqNo: 0, msgId: stale })
    expect(Math.abs(forger.client.timeOffset - time)).toBeLessThan(1)
  })

  test('M5: nor does one about a msg_id that was given up, when those given out since are beyond it', () => {
    const forger = new Forger({ timeOffset: 60_000 })
    forger.call(text('call'))
    const early = forger.last(0x12345678)
    forger.receive(service.writeBadMessage(early.msgId, early.seqNo, 17), { seqNo: 0 })
    forger.pass(0)
    expect(Math.abs(forger.client.timeOffset)).toBeLessThan(1)
    forger.receive(service.writeResult(forger.last(0x12345678).msgId, text('done')))
    for (let waited = 0; waited < 70_000; waited += 1000) {
      forger.pass(1000)
      forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
    }
    forger.call(text('late'))
    expect(forger.last(0x12345678).msgId).toBeGreaterThan(early.msgId)
    const stale = forger.msgId(1n, forger.now - 65_000)
    forger.receive(service.writeBadMessage(early.msgId, early.seqNo, 17), { seqNo: 0, msgId: stale })
    expect(Math.abs(forger.client.timeOffset)).toBeLessThan(1)
  })

  test('M12: a salt from bad_server_salt is used at once, and the call goes out with it under a new msg_id', () => {
    const forger = onlineForger()
    forger.call(text('call'))
    const { msgId, seqNo } = forger.last(0x12345678)
    const events = forger.receive(service.writeBadSalt(msgId, seqNo, 77n), { seqNo: 0 })
    expect(events).toEqual([{ type: 'salts', salts: [expect.objectContaining({ salt: 77n })] }])
    expect(forger.pass(1).map(({ body }) => body)).toContainEqual(text('call'))
    expect(forger.last(0x12345678).msgId).not.toBe(msgId)
  })

  test('M12: a server that never accepts a salt ends the call after a bounded number of tries', () => {
    const forger = new Forger({ maxRetries: 3 })
    const call = forger.call(text('call'))
    for (let salt = 100n; salt < 110n; salt++) {
      const { msgId, seqNo } = forger.last(0x12345678)
      forger.receive(service.writeBadSalt(msgId, seqNo, salt), { seqNo: 0 })
      forger.pass(1)
    }
    expect(forger.events).toContainEqual({
      type: 'failed',
      call,
      error: expect.objectContaining({ code: 'CALL_REJECTED' }),
    })
    expect(forger.sent.filter(({ body }) => body.length === 12 && body[0] === 0x78).length).toBe(4)
  })

  test('M12: salts that change now and then, however often, end no call', () => {
    const forger = new Forger({ maxRetries: 3 })
    const call = forger.call(text('call'))
    for (let salt = 100n; salt < 110n; salt++) {
      forger.pass(30_000)
      const { msgId, seqNo } = forger.last(0x12345678)
      forger.receive(service.writeBadSalt(msgId, seqNo, salt), { seqNo: 0 })
      forger.pass(1)
    }
    forger.receive(service.writeResult(forger.last(0x12345678).msgId, text('answer')))
    expect(forger.events.filter((event) => 'call' in event)).toEqual([
      { type: 'result', call, body: text('answer') },
    ])
  })

  test('M12: salts from new_session_created and future_salts are kept and told', () => {
    const forger = new Forger({ salts: [] })
    const ping = forger.last(ids.PING_DELAY_DISCONNECT)
    const created = service.writeNewSession(ping.msgId, 9n, 55n)
    expect(forger.receive(created)).toContainEqual({
      type: 'salts',
      salts: [expect.objectContaining({ salt: 55n })],
    })
    const asked = forger.last(ids.GET_FUTURE_SALTS)
    const now = NOW / 1000
    const salts = [0, 1, 2].map((i) => ({
      salt: BigInt(i),
      validSince: now + i * 1800,
      validUntil: now + i * 1800 + 3600,
    }))
    forger.receive(service.writeFutureSalts(asked.msgId, now, salts), { seqNo: 0 })
    expect(forger.client.salts).toEqual(expect.arrayContaining(salts))
  })
})
