/** What the server says to clients that err, or that repeat themselves. */
import { TlReader } from '@telegram-mt/tl'
import { describe, expect, test } from 'vitest'
import * as ids from './constructors.ts'
import { messageIdAt } from './message-id.ts'
import * as service from './service-messages.ts'
import { badCodes, idsOf, Visitor } from './visitor.testing.ts'
import { container, gzipped, NOW, text } from './wire.testing.ts'

test('the first message makes a session, which the client is told until it acknowledges it', () => {
  const visitor = new Visitor()
  const [created, pong] = visitor.send(service.writePing(7n, 60))
  expect(idsOf([created!, pong!])).toEqual([ids.NEW_SESSION_CREATED, ids.PONG])
  expect(created!.seqNo % 2).toBe(1)
  expect(pong!.seqNo % 2).toBe(0)
  expect(visitor.events).toEqual([{ type: 'disconnectAfter', delay: 60_000 }])
  visitor.session.disconnected()
  visitor.session.connected()
  expect(idsOf(visitor.poll())).toEqual([ids.NEW_SESSION_CREATED])
  visitor.send(service.writeIds(ids.MSGS_ACK, [created!.msgId]))
  visitor.session.disconnected()
  visitor.session.connected()
  expect(visitor.poll()).toEqual([])
})

describe('a message that is not accepted', () => {
  test.each([
    [16, 'too old', { msgId: messageIdAt(NOW - 301_000) }],
    [17, 'too new', { msgId: messageIdAt(NOW + 31_000) }],
    [18, 'not divisible by 4', { msgId: messageIdAt(NOW) + 2n }],
    [35, 'a call with an even seq_no', { seqNo: 2 }],
    [48, 'a wrong salt', { salt: 0n, seqNo: 1 }],
  ])('is answered with %i: %s', (code, _, head) => {
    const visitor = new Visitor().greeted()
    expect(badCodes(visitor.send(text('call'), head))).toEqual([code])
    expect(visitor.events).toEqual([])
  })

  test('is answered with 19, 20, 32, 33, 34 and 64 where these apply', () => {
    const visitor = new Visitor().greeted()
    const early = visitor.msgId()
    const call = visitor.msgId()
    visitor.send(text('call'), { msgId: call, seqNo: 3 })
    expect(badCodes(visitor.send(text('call'), { seqNo: 1 }))).toEqual([32])
    expect(badCodes(visitor.send(text('call'), { msgId: early, seqNo: 5 }))).toEqual([33])
    const inner = { msgId: visitor.msgId(), seqNo: 5, body: text('call') }
    expect(badCodes(visitor.send(container([inner]), { msgId: call, seqNo: 0 }))).toEqual([64])
    expect(badCodes(visitor.send(container([inner]), { seqNo: 7 }))).toEqual([34])
    expect(badCodes(visitor.send(text('call'), { msgId: messageIdAt(NOW - 1000), seqNo: 1 }))).toEqual([20])
    const lower = { ...inner, msgId: call - 4n }
    expect(badCodes(visitor.send(container([lower]), { msgId: call, seqNo: 0 }))).toEqual([19])
    expect(badCodes(visitor.send(gzipped(gzipped(text('x'))), { seqNo: 9 }))).toEqual([64])
  })

  test('is answered with 20 when it cannot be told from those that were forgotten; a call under way can be', () => {
    const visitor = new Visitor({ remembered: 10 }).greeted()
    const packets = Array.from({ length: 30 }, (_, i) => visitor.seal(text('call'), { seqNo: 2 * i + 1 }))
    visitor.sendPacket(packets[0]!)
    const [running] = visitor.events
    for (const packet of packets.slice(1)) visitor.sendPacket(packet)
    expect(visitor.session.hasForgotten).toBe(true)
    expect(running?.type).toBe('call')
    expect(badCodes(visitor.sendPacket(packets[0]!))).toEqual([])
    expect(visitor.events).toEqual([])
    expect(badCodes(visitor.send(text('late'), { msgId: messageIdAt(NOW) + 4n, seqNo: 1 }))).toEqual([20])
  })

  test.each([
    ['its msg_id is of the future', 17, { msgId: messageIdAt(NOW + 60_000) }, 60_000],
    ['its msg_id is old, and the clock is set back', 16, { msgId: messageIdAt(NOW - 310_000) }, -60_000],
  ])('is refused for good though it will fit later: %s', (_, code, head, later) => {
    const visitor = new Visitor().greeted()
    const packet = visitor.seal(text('call'), { ...head, seqNo: 1 })
    expect(badCodes(visitor.sendPacket(packet))).toEqual([code])
    visitor.now += later
    expect(badCodes(visitor.sendPacket(packet))).toEqual([code])
    expect(visitor.events).toEqual([])
  })

  test('for a salt that has not begun is refused for good, but taken with the right one', () => {
    const visitor = new Visitor({ saltPeriod: 60 }).greeted()
    const [next] = visitor.sessions.salts.future(NOW, 5).filter(({ validSince }) => validSince * 1000 > NOW)
    if (next === undefined) throw new Error('no salt to come')
    const head = { msgId: visitor.msgId(), seqNo: 1 }
    const packet = visitor.seal(text('call'), { ...head, salt: next.salt })
    expect(badCodes(visitor.sendPacket(packet))).toEqual([48])
    visitor.now = next.validSince * 1000
    expect(badCodes(visitor.sendPacket(packet))).toEqual([48])
    expect(visitor.events).toEqual([])
    visitor.now -= 1000
    expect(badCodes(visitor.send(text('call'), head))).toEqual([])
    expect(visitor.events.length).toBe(1)
  })

  test('after a session was forgotten its packets are refused for their salt', () => {
    const visitor = new Visitor().greeted()
    const packet = visitor.seal(text('call'), { seqNo: 1 })
    visitor.sendPacket(packet)
    visitor.sessions.forget(visitor.sessionId)
    expect(badCodes(visitor.sendPacket(packet))).toEqual([48])
  })
})

describe('a call that comes twice', () => {
  test('is executed once, and acknowledged or answered again', () => {
    const visitor = new Visitor().greeted()
    const packet = visitor.seal(text('call'), { seqNo: 1 })
    visitor.sendPacket(packet)
    const [event] = visitor.events
    if (event?.type !== 'call') throw new Error('no call')
    expect(visitor.sendPacket(packet)).toEqual([])
    expect(visitor.events).toEqual([])
    visitor.session.answer(event.msgId, text('answer'))
    const [answer] = visitor.poll()
    const [again] = visitor.sendPacket(packet)
    expect(again).toEqual(answer)
    visitor.send(service.writeIds(ids.MSGS_ACK, [answer!.msgId]))
    expect(visitor.sendPacket(packet)).toEqual([])
    expect(visitor.events).toEqual([])
  })

  test('in different wrappings is still one call', () => {
    const visitor = new Visitor().greeted()
    const inner = { msgId: visitor.msgId(), seqNo: 1, body: gzipped(text('call')) }
    visitor.send(inner.body, inner)
    expect(visitor.events).toEqual([{ type: 'call', msgId: inner.msgId, body: text('call') }])
    visitor.send(container([inner]))
    expect(visitor.events).toEqual([])
  })
})

describe('service', () => {
  test('at least three future salts, at most 64', () => {
    const visitor = new Visitor().greeted()
    for (const [asked, given] of [
      [1, 3],
      [10, 10],
      [1000, 64],
    ]) {
      const [answer] = visitor.send(service.writeGetFutureSalts(asked!))
      expect(service.readFutureSalts(new TlReader(answer!.body, 4)).salts.length).toBe(given)
    }
  })

  test('states of messages: received, answered, never seen', () => {
    const visitor = new Visitor().greeted()
    const missing = visitor.msgId()
    visitor.send(text('running'), { seqNo: 1 })
    visitor.send(text('answered'), { seqNo: 3 })
    const [event] = visitor.events
    if (event?.type !== 'call') throw new Error('no call')
    visitor.session.answerError(event.msgId, 400, 'NO')
    const running = event.msgId - 4n
    const question = service.writeIds(ids.MSGS_STATE_REQ, [running, event.msgId, missing, event.msgId + 400n])
    const state = visitor.send(question).at(-1)!
    const reader = new TlReader(state.body, 12)
    expect([...reader.bytes()]).toEqual([4 | 32, 4 | 32 | 64, 2, 3])
  })

  test('rpc_drop_answer says what became of the call', () => {
    const visitor = new Visitor().greeted()
    const drop = (msgId: bigint) => {
      const answer = visitor.send(service.writeOneLong(ids.RPC_DROP_ANSWER, msgId)).at(-1)!
      return new TlReader(answer.body, 12).uint()
    }
    visitor.send(text('running'), { seqNo: 1 })
    const [event] = visitor.events
    if (event?.type !== 'call') throw new Error('no call')
    expect(drop(event.msgId)).toBe(ids.RPC_ANSWER_DROPPED_RUNNING)
    expect(visitor.events).toEqual([{ type: 'cancelled', msgId: event.msgId }])
    expect(drop(event.msgId)).toBe(ids.RPC_ANSWER_UNKNOWN)
    visitor.send(text('answered'), { seqNo: 3 })
    const [other] = visitor.events
    if (other?.type !== 'call') throw new Error('no call')
    visitor.session.answer(other.msgId, text('answer'))
    visitor.poll()
    expect(drop(other.msgId)).toBe(ids.RPC_ANSWER_DROPPED)
  })

  test('a session is destroyed from another one, not from itself', () => {
    const visitor = new Visitor().greeted()
    visitor.sessionId = 43n
    visitor.greeted()
    const destroyed = (id: bigint) =>
      idsOf(visitor.send(service.writeOneLong(ids.DESTROY_SESSION, id))).at(-1)
    expect(destroyed(42n)).toBe(ids.DESTROY_SESSION_OK)
    expect(destroyed(42n)).toBe(ids.DESTROY_SESSION_NONE)
    expect(destroyed(43n)).toBe(ids.DESTROY_SESSION_NONE)
    expect(visitor.sessions.size).toBe(1)
  })

  test('messages are sent again on request, and what is not known is said to be unknown', () => {
    const visitor = new Visitor().greeted()
    visitor.session.push(text('update'))
    const [update] = visitor.poll()
    const again = visitor.send(service.writeIds(ids.MSG_RESEND_REQ, [update!.msgId, 5n]))
    expect(again).toContainEqual(update)
    expect(idsOf(again)).toContain(ids.MSGS_STATE_INFO)
  })

  test('http_wait is told to the driver', () => {
    const visitor = new Visitor().greeted()
    const body = new Uint8Array(16)
    const view = new DataView(body.buffer)
    ;[ids.HTTP_WAIT, 1, 2, 3000].forEach((value, i) => {
      view.setUint32(i * 4, value, true)
    })
    visitor.send(body)
    expect(visitor.events).toEqual([{ type: 'httpWait', maxDelay: 1, waitAfter: 2, maxWait: 3000 }])
  })
})

describe('what is not acknowledged', () => {
  test('is sent again after a minute on the same connection', () => {
    const visitor = new Visitor().greeted()
    visitor.session.push(text('update'))
    const [update] = visitor.poll()
    visitor.now += 59_000
    expect(visitor.poll().map(({ body }) => body)).not.toContainEqual(text('update'))
    visitor.now += 1_000
    expect(visitor.poll()).toContainEqual(update)
  })

  test('is bounded: the oldest updates are given up, answers never', () => {
    const visitor = new Visitor().greeted()
    visitor.send(text('call'), { seqNo: 1 })
    const [event] = visitor.events
    if (event?.type !== 'call') throw new Error('no call')
    visitor.session.answer(event.msgId, text('answer'))
    visitor.session.disconnected()
    let lost = 0
    for (let i = 0; i < 5000; i++) lost += visitor.session.push(text(`${i}`))
    expect(visitor.session.unacknowledged).toBe(4096)
    expect(lost).toBe(5000 - 4094)
    visitor.session.connected()
    expect(idsOf(visitor.poll())).toEqual(expect.arrayContaining([ids.NEW_SESSION_CREATED, ids.RPC_RESULT]))
  })

  test('goes out under a new msg_id when so much was sent since that the client may have forgotten it', () => {
    const visitor = new Visitor().greeted()
    visitor.session.push(text('first'))
    const [first] = visitor.poll()
    for (let i = 0; i < 600; i++) {
      visitor.session.push(text(`${i}`))
      visitor.poll()
    }
    visitor.session.disconnected()
    visitor.session.connected()
    const again = visitor.poll().find(({ body }) => new TlReader(body, 4).string() === 'first')
    expect(again?.msgId).toBeGreaterThan(first!.msgId)
    expect(visitor.session.renamed).toBeGreaterThan(0)
  })
})
