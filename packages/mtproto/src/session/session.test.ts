import { describe, expect, test } from 'vitest'
import { Pair, text } from './wire.testing.ts'

describe('a client and a server', () => {
  test('a call is answered, the salts are learned on the way', () => {
    const pair = new Pair()
    pair.connect()
    const call = pair.client.call(text('hello'), pair.now)
    pair.wait(1)
    expect(pair.clientEvents).toContainEqual({ type: 'result', call, body: text('hello') })
    expect(pair.client.salts.length).toBeGreaterThan(2)
    expect(pair.client.callCount).toEqual({ inFlight: 0, queued: 0 })
  })

  test('many calls travel together, not more than 1,024 at a time, and are each answered once, in order', () => {
    const pair = new Pair()
    pair.connect()
    const texts = Array.from({ length: 3000 }, (_, i) => `call ${i}`)
    for (const value of texts) pair.client.call(text(value), pair.now)
    pair.now += 1
    pair.client.poll(pair.now)
    expect(pair.client.callCount).toEqual({ inFlight: 1024, queued: 1976 })
    pair.reconnect()
    expect(pair.results().toSorted()).toEqual(texts.toSorted())
    expect(pair.calls().length).toBe(3000)
  })

  test('large bodies travel compressed both ways', () => {
    const pair = new Pair()
    pair.connect()
    const long = 'x'.repeat(100_000)
    pair.client.call(text(long), pair.now)
    pair.now += 1
    const { packets } = pair.client.poll(pair.now)
    expect(packets.map((packet) => packet.length).every((length) => length < 3000)).toBe(true)
    for (const packet of packets) pair.toServer(packet)
    pair.run()
    expect(pair.results()).toEqual([long])
  })

  test('a call in flight survives a new connection and runs once', () => {
    const pair = new Pair()
    pair.connect()
    pair.answers = false
    pair.client.call(text('slow'), pair.now)
    pair.wait(1)
    pair.reconnect()
    pair.reconnect()
    const [msgId = 0n] = pair.calls()
    pair.session.answer(msgId, text('done'))
    pair.run()
    expect(pair.results()).toEqual(['done'])
    expect(pair.calls()).toEqual([msgId])
  })

  test('what the server never received is sent again, under the same msg_id', () => {
    const pair = new Pair()
    pair.connect()
    pair.client.call(text('lost'), pair.now)
    pair.now += 1
    pair.client.poll(pair.now)
    pair.reconnect()
    expect(pair.results()).toEqual(['lost'])
    expect(pair.calls().length).toBe(1)
  })

  test('an answer that was lost is sent again, without executing anew', () => {
    const pair = new Pair()
    pair.connect()
    pair.client.call(text('once'), pair.now)
    pair.now += 1
    for (const packet of pair.client.poll(pair.now).packets) pair.toServer(packet)
    pair.session.poll(pair.now)
    pair.reconnect()
    expect(pair.results()).toEqual(['once'])
    expect(pair.calls().length).toBe(1)
  })

  test('an update reaches the client once and is acknowledged', () => {
    const pair = new Pair()
    pair.connect()
    pair.session.push(text('news'))
    pair.run()
    pair.reconnect()
    pair.wait(31_000)
    expect(pair.clientEvents.filter((event) => event.type === 'update')).toEqual([
      { type: 'update', body: text('news') },
    ])
    expect(pair.session.unacknowledged).toBe(0)
  })

  test('a server that lost the session says so, and calls are sent anew', () => {
    const pair = new Pair()
    pair.connect()
    pair.answers = false
    const plain = pair.client.call(text('again'), pair.now)
    const once = pair.client.call(text('never again'), pair.now, { once: true })
    pair.wait(1)
    expect(pair.calls().length).toBe(2)
    pair.server.forgetAll()
    pair.answers = true
    pair.clientEvents.length = 0
    pair.reconnect()
    expect(pair.clientEvents).toContainEqual(expect.objectContaining({ type: 'newSession' }))
    expect(pair.clientEvents).toContainEqual({ type: 'result', call: plain, body: text('again') })
    expect(pair.clientEvents).toContainEqual({
      type: 'failed',
      call: once,
      error: expect.objectContaining({ code: 'CALL_UNCERTAIN' }),
    })
  })

  test('a cancelled call is dropped at the server and never answered', () => {
    const pair = new Pair()
    pair.connect()
    pair.answers = false
    const call = pair.client.call(text('forget it'), pair.now)
    pair.wait(1)
    pair.client.cancel(call, pair.now)
    pair.run()
    const [msgId = 0n] = pair.calls()
    expect(pair.serverEvents).toContainEqual({ type: 'cancelled', msgId })
    pair.session.answer(msgId, text('too late'))
    pair.wait(1)
    expect(pair.results()).toEqual([])
    expect(pair.client.callCount).toEqual({ inFlight: 0, queued: 0 })
  })

  test('a clock that is wrong by hours is set right by the first answer', () => {
    for (const timeOffset of [-7_200_000, 7_200_000]) {
      const pair = new Pair({ timeOffset })
      pair.connect()
      pair.client.call(text('what time is it'), pair.now)
      pair.wait(1)
      expect(pair.results()).toEqual(['what time is it'])
      expect(Math.abs(pair.client.timeOffset)).toBeLessThan(1000)
      expect(pair.clientEvents).toContainEqual({ type: 'time', timeOffset: pair.client.timeOffset })
    }
  })

  test('a change of salts costs one round trip and no call', () => {
    const pair = new Pair()
    pair.connect()
    pair.server.salts.expire()
    for (let i = 0; i < 20; i++) pair.client.call(text(`call ${i}`), pair.now)
    pair.wait(1)
    expect(pair.results().length).toBe(20)
    expect(pair.calls().length).toBe(20)
  })

  test('salts that change every half hour, for days, delay no call, also after a restart with those saved', () => {
    const before = new Pair()
    before.connect()
    const asked = () => before.clientEvents.filter(({ type }) => type === 'salts').length
    let calls = 0
    const call = (pair: Pair) => {
      const body = `call ${++calls}`
      pair.client.call(text(body), pair.now)
      pair.wait(1)
      expect(pair.results().at(-1)).toBe(body)
    }
    for (const end = before.now + 3 * 86_400_000; before.now < end; before.now += 300_000) call(before)
    expect(before.client.resends).toBe(0)
    // Ahead of time, for some hours at once.
    expect(asked()).toBeGreaterThan(5)
    expect(asked()).toBeLessThan(15)

    const { salts, timeOffset } = before.client
    expect(salts.length).toBeGreaterThan(3)
    const after = new Pair({ salts, timeOffset }, before)
    after.now = before.now + 1_800_000
    after.connect()
    call(after)
    expect(after.client.resends).toBe(0)
  })

  test('a connection that is doubted is asked at once, and given up in seconds if nothing comes back', () => {
    const pair = new Pair()
    pair.connect()
    pair.wait(10_000)
    const pongs = () => pair.clientEvents.filter(({ type }) => type === 'pong').length
    const before = pongs()
    pair.client.probe(pair.now)
    pair.run()
    expect(pongs()).toBe(before + 1)

    pair.client.probe(pair.now)
    expect(pair.client.poll(pair.now).packets).toHaveLength(1)
    const dead = () => pair.client.poll(pair.now).events.some(({ type }) => type === 'dead')
    const from = pair.now
    while (!dead()) pair.now += 100
    expect(pair.now - from).toBeLessThan(10_000)
  })

  test('a session that is idle for a day keeps its connection with a ping a minute, and little else', () => {
    const pair = new Pair()
    pair.connect()
    let packets = 0
    for (const end = pair.now + 86_400_000; pair.now < end; ) {
      const { packets: out, wakeAt, events } = pair.client.poll(pair.now)
      packets += out.length
      expect(events).toEqual([])
      for (const packet of out) pair.toServer(packet)
      pair.run()
      pair.now = Math.max(pair.now + 1, wakeAt)
    }
    expect(packets).toBeGreaterThan(1300)
    expect(packets).toBeLessThan(1600)
    expect(pair.client.kept.acks + pair.client.kept.calls).toBe(0)
  })
})
