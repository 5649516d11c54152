import { TlReader } from '@telegram-mt/tl'
import { describe, expect, test } from 'vitest'
import * as ids from './constructors.ts'
import { packetContent } from './container.ts'
import { openPacket } from './envelope.ts'
import * as service from './service-messages.ts'
import { Forger, text } from './wire.testing.ts'

const TEXT = 0x12345678

function online(): Forger {
  const forger = new Forger()
  forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
  return forger
}

function states(forger: Forger, ...info: number[]) {
  const asked = forger.last(ids.MSGS_STATE_REQ)
  return forger.receive(service.writeStateInfo(asked.msgId, Uint8Array.from(info)), { seqNo: 0 })
}

function textsOf(messages: readonly { body: Uint8Array }[]): string[] {
  return messages.flatMap(({ body }) =>
    new TlReader(body).uint() === TEXT ? [new TlReader(body, 4).string()] : [],
  )
}

describe('after a new connection', () => {
  test('nothing is sent again before the server has said what it has, but new calls are sent', () => {
    const forger = online()
    forger.call(text('a'))
    forger.call(text('b'))
    const [a, b] = forger.sent.slice(-2).map(({ msgId }) => msgId)
    const first = forger.reconnect()
    expect(textsOf(first)).toEqual([])
    expect(forger.last(ids.MSGS_STATE_REQ).body).toEqual(service.writeIds(ids.MSGS_STATE_REQ, [a!, b!]))
    forger.call(text('c'))
    expect(textsOf(forger.sent.slice(-1))).toEqual(['c'])
    states(forger, 4, 2)
    const resent = forger.pass(0)
    expect(textsOf(resent)).toEqual(['b'])
    expect(resent[0]?.msgId).toBe(b)
  })

  test('an answer that the server has is asked for', () => {
    const forger = online()
    forger.call(text('a'))
    const { msgId } = forger.last(TEXT)
    forger.reconnect()
    states(forger, 4 | 32 | 64)
    expect(forger.pass(0).map(({ body }) => body)).toContainEqual(
      service.writeIds(ids.MSG_RESEND_ANS_REQ, [msgId]),
    )
  })

  test('of what the server has forgotten, a call is sent anew, and one that must not run twice fails', () => {
    const forger = online()
    forger.call(text('again'))
    const once = forger.call(text('once'), { once: true })
    const { msgId } = forger.sent.at(-2)!
    forger.reconnect()
    expect(states(forger, 1, 1)).toEqual([
      { type: 'failed', call: once, error: expect.objectContaining({ code: 'CALL_UNCERTAIN' }) },
    ])
    const [resent, ...others] = forger.pass(0)
    expect(others).toEqual([])
    expect(textsOf([resent!])).toEqual(['again'])
    expect(resent?.msgId).not.toBe(msgId)
  })

  test('states that do not fit the question are refused, and asked for again', () => {
    const forger = online()
    forger.call(text('a'))
    forger.reconnect()
    expect(states(forger, 2, 2)).toEqual([
      { type: 'refused', error: expect.objectContaining({ code: 'SERVICE_MALFORMED' }) },
    ])
    const asked = forger.last(ids.MSGS_STATE_REQ).msgId
    forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
    forger.pass(5_000)
    forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
    forger.pass(5_000)
    forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
    forger.pass(5_000)
    expect(forger.last(ids.MSGS_STATE_REQ).msgId).not.toBe(asked)
  })

  test('a call that waits on the same connection is asked about after 15 s', () => {
    const forger = online()
    forger.call(text('slow'))
    for (let waited = 0; waited < 14_000; waited += 2000) {
      forger.pass(2000)
      forger.pong(forger.last(ids.PING_DELAY_DISCONNECT))
    }
    expect(forger.sent.some(({ body }) => new TlReader(body).uint() === ids.MSGS_STATE_REQ)).toBe(false)
    forger.pass(2000)
    expect(forger.last(ids.MSGS_STATE_REQ).body.length).toBe(20)
  })

  test('a call of which nothing is heard for a minute, though asked about, costs the connection', () => {
    const forger = online()
    forger.call(text('stuck'))
    for (let waited = 0; waited < 59_000; waited += 1000) {
      forger.pass(1000)
      forger.receive(text('other news'))
      expect(forger.events).not.toContainEqual(expect.objectContaining({ type: 'dead' }))
    }
    forger.pass(2000)
    expect(forger.events).toContainEqual({ type: 'dead', reason: 'CALL_STALLED' })
    expect(forger.client.callCount.inFlight).toBe(1)
  })
})

describe('after code 20, which an adversary can cause by repeating an old packet', () => {
  function turnedAway(options?: { once: boolean }) {
    const forger = online()
    const call = forger.call(text('call'), options)
    const { msgId, seqNo } = forger.last(TEXT)
    forger.receive(service.writeBadMessage(msgId, seqNo, 20), { seqNo: 0 })
    return { forger, call, msgId, sent: forger.pass(0) }
  }

  test.each([{ once: false }, { once: true }])('a call is not sent again, but asked about: %o', (options) => {
    const { forger, msgId, sent } = turnedAway(options)
    expect(textsOf(sent)).toEqual([])
    expect(forger.last(ids.MSGS_STATE_REQ).body).toEqual(service.writeIds(ids.MSGS_STATE_REQ, [msgId]))
    expect(states(forger, 4)).toEqual([])
    expect(textsOf(forger.pass(0))).toEqual([])
    expect(forger.client.callCount.inFlight).toBe(1)
  })

  test.each([1, 2, 3])(
    'in state %i it is sent under a new msg_id, as the old one is taken no more',
    (state) => {
      const { forger, msgId } = turnedAway()
      states(forger, state)
      const [again] = forger.pass(0)
      expect(again?.body).toEqual(text('call'))
      expect(again?.msgId).not.toBe(msgId)
    },
  )

  test.each([1, 2, 3])(
    'in state %i one that must not run twice fails: the session may be another',
    (state) => {
      const { forger, call } = turnedAway({ once: true })
      expect(states(forger, state)).toEqual([
        { type: 'failed', call, error: expect.objectContaining({ code: 'CALL_UNCERTAIN' }) },
      ])
      expect(textsOf(forger.pass(0))).toEqual([])
    },
  )
})

test('a large upload on a slow line is not taken for a stalled call', () => {
  const forger = online()
  forger.call(forger.random(1_000_000), { gzip: false })
  for (let waited = 0; waited < 120_000; waited += 1000) {
    forger.pass(1000)
    forger.client.dataSeen(forger.now)
  }
  expect(forger.events).not.toContainEqual(expect.objectContaining({ type: 'dead' }))
  for (let waited = 0; waited < 70_000; waited += 1000) {
    forger.pass(1000)
    forger.client.dataSeen(forger.now)
  }
  expect(forger.events).toContainEqual({ type: 'dead', reason: 'CALL_STALLED' })
})

describe('calls whose order matters', () => {
  test('are wrapped to follow those that have not ended', () => {
    const forger = online()
    const a = forger.client.call(text('a'), forger.now)
    const b = forger.client.call(text('b'), forger.now, { after: a })
    forger.client.call(text('c'), forger.now, { after: [a, b] })
    const [first, second, third] = forger.pass(1)
    expect(first?.body).toEqual(text('a'))
    expect(second?.body).toEqual(service.wrapAfter([first!.msgId], text('b')))
    expect(new TlReader(third!.body).uint()).toBe(ids.INVOKE_AFTER_MSGS)
    expect(third?.body).toEqual(service.wrapAfter([first!.msgId, second!.msgId], text('c')))
    forger.receive(service.writeResult(first!.msgId, text('done')))
    forger.receive(service.writeResult(second!.msgId, text('done')))
    forger.call(text('d'), { after: [a, b] })
    expect(forger.sent.at(-1)?.body).toEqual(text('d'))
  })

  test('fail with the one that they follow', () => {
    const forger = online()
    const a = forger.client.call(text('a'), forger.now)
    forger.pass(1)
    const { msgId } = forger.last(TEXT)
    const b = forger.client.call(text('b'), forger.now, { after: a })
    const c = forger.client.call(text('c'), forger.now, { after: b })
    forger.receive(service.writeResult(msgId, service.writeError(400, 'BROKEN')))
    forger.pass(1)
    expect(forger.events.slice(-3)).toEqual([
      { type: 'error', call: a, code: 400, message: 'BROKEN' },
      { type: 'error', call: b, code: 400, message: 'MSG_WAIT_FAILED' },
      { type: 'error', call: c, code: 400, message: 'MSG_WAIT_FAILED' },
    ])
    expect(textsOf(forger.sent)).toEqual(['a'])
  })

  test('are held back while it is not known whether the one that they follow arrived', () => {
    const forger = online()
    const a = forger.call(text('a'))
    const { msgId } = forger.last(TEXT)
    forger.reconnect()
    forger.call(text('b'), { after: a })
    expect(forger.sent.at(-1)?.body).not.toEqual(service.wrapAfter([msgId], text('b')))
    states(forger, 4 | 32)
    forger.pass(1)
    expect(forger.sent.at(-1)?.body).toEqual(service.wrapAfter([msgId], text('b')))
  })

  test('wait anew when the one that they follow had to be sent under another msg_id', () => {
    const forger = online()
    const a = forger.call(text('a'))
    const old = forger.last(TEXT)
    const b = forger.call(text('b'), { after: a })
    const follower = forger.last(ids.INVOKE_AFTER_MSG)
    forger.receive(service.writeBadSalt(old.msgId, old.seqNo, 9n), { seqNo: 0 })
    forger.pass(1)
    const renewed = forger.last(TEXT)
    expect(renewed.msgId).not.toBe(old.msgId)
    forger.receive(service.writeResult(follower.msgId, service.writeError(400, 'MSG_WAIT_FAILED')))
    forger.pass(1)
    expect(forger.last(ids.INVOKE_AFTER_MSG).body).toEqual(service.wrapAfter([renewed.msgId], text('b')))
    forger.receive(service.writeResult(forger.last(ids.INVOKE_AFTER_MSG).msgId, text('done')))
    expect(forger.events.at(-1)).toEqual({ type: 'result', call: b, body: text('done') })
  })
})

describe('the end of a call', () => {
  test('comes once: a second answer and one for nobody are acknowledged and dropped', () => {
    const forger = online()
    forger.call(text('a'))
    const { msgId } = forger.last(TEXT)
    const answer = service.writeResult(msgId, text('done'))
    expect(forger.receive(answer).length).toBe(1)
    expect(forger.receive(answer)).toEqual([])
    expect(forger.receive(service.writeResult(4n, text('for nobody')))).toEqual([])
    expect(forger.client.kept.acks).toBe(3)
  })

  test('is an error event when the server says so, and a failure when it cannot be read', () => {
    const forger = online()
    const a = forger.call(text('a'))
    const error = service.writeError(420, 'FLOOD_WAIT_3')
    expect(forger.receive(service.writeResult(forger.last(TEXT).msgId, error))).toEqual([
      { type: 'error', call: a, code: 420, message: 'FLOOD_WAIT_3' },
    ])
    const b = forger.call(text('b'))
    expect(forger.receive(service.writeResult(forger.last(TEXT).msgId, error.subarray(0, 8)))).toEqual([
      { type: 'failed', call: b, error: expect.objectContaining({ code: 'ANSWER_INVALID' }) },
    ])
  })

  test('a cancelled call that was not sent yet never is, and one that was is dropped at the server', () => {
    const forger = online()
    const unsent = forger.client.call(text('unsent'), forger.now)
    forger.client.cancel(unsent, forger.now)
    expect(textsOf(forger.pass(1))).toEqual([])
    const sent = forger.call(text('sent'))
    const { msgId } = forger.last(TEXT)
    forger.client.cancel(sent, forger.now)
    expect(forger.pass(0).map(({ body }) => body)).toEqual([service.writeOneLong(ids.RPC_DROP_ANSWER, msgId)])
    expect(forger.receive(service.writeResult(msgId, text('too late')))).toEqual([])
    forger.client.cancel(sent, forger.now)
    expect(forger.pass(0)).toEqual([])
  })

  test('a body that is not one TL object is refused at once', () => {
    const forger = online()
    for (const size of [0, 3, 5, 5_000_000]) {
      expect(() => forger.client.call(new Uint8Array(size), forger.now)).toThrow(
        expect.objectContaining({ code: 'CALL_INVALID' }),
      )
    }
  })
})

test('what else was in a rejected packet is sent again: acknowledgements, the ping, questions', () => {
  const forger = new Forger({ salts: [] })
  const update = forger.msgId(3n)
  forger.receive(text('update'), { msgId: update })
  forger.now += 40_000
  const { packets } = forger.client.poll(forger.now)
  const rejected = openPacket(packets[0]!, forger.key, 'client')
  expect(packetContent(rejected).messages.length).toBeGreaterThan(1)
  forger.receive(service.writeBadSalt(rejected.msgId, rejected.seqNo, 9n), { seqNo: 0 })
  const again = forger.pass(0).map(({ body }) => body)
  expect(again).toContainEqual(service.writeIds(ids.MSGS_ACK, [update]))
  expect(again.map((body) => new TlReader(body).uint())).toContain(ids.PING_DELAY_DISCONNECT)
})

test('over HTTP one request may be held for what the server has to say, and all others are answered soon', () => {
  const forger = online()
  forger.client.disconnected(forger.now)
  forger.client.connected(forger.now, { http: true })
  const held = service.writeHttpWait(0, 0, 25_000)
  const brief = service.writeHttpWait(0, 0, 30)
  const waits = () =>
    forger.client.poll(forger.now).packets.map((packet) => {
      const { messages } = packetContent(openPacket(packet, forger.key, 'client'))
      return messages
        .filter(({ body }) => new TlReader(body).uint() === ids.HTTP_WAIT)
        .map(({ body }) => body)
    })
  forger.client.hold(25_000, forger.now)
  expect(waits()).toEqual([[held]])
  // Nothing to say, nothing to ask for.
  expect(waits()).toEqual([])
  for (let i = 0; i < 3; i++) forger.client.call(text('a'), forger.now)
  forger.now += 1
  expect(waits()).toEqual([[brief]])
  forger.client.hold(25_000, forger.now)
  for (let i = 0; i < 3; i++) forger.client.call(text('b'.repeat(40_000)), forger.now, { gzip: false })
  forger.now += 1
  expect(waits()).toEqual([[held], [brief], [brief]])
  // And nothing of this over a connection on which both sides may speak.
  forger.client.disconnected(forger.now)
  forger.client.connected(forger.now)
  expect(waits().flat()).toEqual([])
})

test('a body that must name its own message is made when the msg_id is known', () => {
  const forger = online()
  forger.client.call((msgId, sessionId) => text(`${msgId} of ${sessionId}`), forger.now)
  const [message] = forger.pass(1)
  expect(message?.body).toEqual(text(`${message?.msgId} of ${forger.client.sessionId}`))
})

test('a large answer that the server only mentions is asked for, and one that is known is acknowledged', () => {
  const forger = online()
  forger.call(text('a'))
  const { msgId } = forger.last(TEXT)
  forger.receive(service.writeDetailedInfo(msgId, 991n, 5000), { seqNo: 0 })
  expect(forger.pass(0).map(({ body }) => body)).toEqual([service.writeIds(ids.MSG_RESEND_REQ, [991n])])
  const seen = forger.msgId(3n)
  forger.receive(text('update'), { msgId: seen })
  forger.receive(service.writeNewDetailedInfo(seen, 5000), { seqNo: 0 })
  forger.pass(30_000)
  expect(forger.last(ids.MSGS_ACK).body).toEqual(service.writeIds(ids.MSGS_ACK, [seen, seen]))
})

test('the server may ask what became of its messages, and for ours again', () => {
  const forger = online()
  const seen = forger.msgId(3n)
  forger.receive(text('update'), { msgId: seen })
  const question = forger.msgId(3n)
  forger.receive(service.writeIds(ids.MSGS_STATE_REQ, [seen, seen - 4n, seen + (1n << 40n)]), {
    msgId: question,
    seqNo: 0,
  })
  const answer = service.writeStateInfo(question, Uint8Array.of(4, 2, 3))
  expect(forger.pass(0).map(({ body }) => body)).toContainEqual(answer)
  forger.call(text('a'))
  const { msgId } = forger.last(TEXT)
  forger.receive(service.writeIds(ids.MSG_RESEND_REQ, [msgId]), { seqNo: 0 })
  const [resent] = forger.pass(0)
  expect(resent).toMatchObject({ msgId, body: text('a') })
})

test('service messages that cannot be read harm no neighbour', () => {
  const forger = online()
  for (const id of [
    ids.BAD_SERVER_SALT,
    ids.PONG,
    ids.NEW_SESSION_CREATED,
    ids.FUTURE_SALTS,
    ids.RPC_RESULT,
  ]) {
    expect(forger.receive(service.writeBare(id), { seqNo: id === ids.RPC_RESULT ? 1 : 0 })).toEqual([
      { type: 'refused', error: expect.objectContaining({ code: 'SERVICE_MALFORMED' }) },
    ])
  }
})
