import { describe, expect, it, vi } from 'vitest'
import type { ConnectionEvent } from './connection-events.ts'
import type { ConnectionHostOptions } from './connection-host.ts'
import { CallError, CallTimeout, ConnectionClosed, ServerUnproven } from './errors.ts'
import { bytes, FakeServer, fakeHost, someKey, text } from './fake-peer.testing.ts'
import { SessionConnection, type SessionConnectionOptions } from './session-connection.ts'
import { VirtualClock } from './virtual-clock.ts'

type Address = { host: string; port: number }

/** No limit for one address: the back-off alone decides. */
const unpaced = { limits: { perKey: [] } }

function setup(
  options: Partial<SessionConnectionOptions<Address>> = {},
  hostOptions: Partial<ConnectionHostOptions> = {},
) {
  const clock = new VirtualClock()
  const server = new FakeServer(clock)
  const { host, sessions } = fakeHost(clock, hostOptions)
  const events: ConnectionEvent[] = []
  const connection = new SessionConnection<Address>({
    host,
    name: 'alice',
    dc: 2,
    addresses: () => [{ host: 'dc2', port: 443 }],
    dial: server.dial,
    key: someKey,
    onEvent: (event) => void events.push(event),
    ...options,
  })
  const states = () => events.flatMap((event) => (event.type === 'state' ? [event.state.name] : []))
  const online = () => clock.until(() => connection.state.name === 'online')
  const call = async (body: string, callOptions = {}) => text(await connection.call(bytes(body), callOptions))
  return { clock, server, host, sessions, events, connection, states, online, call }
}

/** The promise's end as a value, so that a rejection before it is looked at is not unhandled. */
function outcome<T>(promise: Promise<T>): { value?: T; error?: unknown } {
  const end: { value?: T; error?: unknown } = {}
  promise.then(
    (value) => {
      end.value = value
    },
    (error: unknown) => {
      end.error = error
    },
  )
  return end
}

describe('SessionConnection: calls', () => {
  it('connects by the first call and resolves it with its result', async () => {
    const t = setup()
    const answer = outcome(t.call('ping'))
    await t.clock.advance(100)
    expect(answer).toEqual({ value: 'did ping' })
    expect(t.states()).toEqual(['connecting', 'opened', 'online'])
    expect(t.connection.pendingCalls).toBe(0)
  })

  it('writes all that was called in one turn at once', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    await t.clock.advance(100)
    t.server.writes.length = 0
    const all = Array.from({ length: 20 }, (_, i) => outcome(t.call(`call ${i}`)))
    await t.clock.advance(100)
    expect(t.server.writes).toEqual([20])
    expect(all.map((end) => end.value)).toEqual(Array.from({ length: 20 }, (_, i) => `did call ${i}`))
  })

  it('rejects with the error of the server', async () => {
    const t = setup()
    t.server.reply = ({ id = 0 }) => ({ type: 'error', id, code: 420, text: 'FLOOD_WAIT_30' })
    const end = outcome(t.call('x'))
    await t.clock.advance(100)
    expect(end.error).toBeInstanceOf(CallError)
    expect(end.error).toMatchObject({ code: 'CALL_ERROR', errorCode: 420, errorMessage: 'FLOOD_WAIT_30' })
  })

  it('ends by the deadline, online or not, and asks to drop the answer', async () => {
    const t = setup()
    t.server.reply = () => undefined
    const end = outcome(t.call('slow', { deadline: 5000 }))
    await t.clock.advance(4990)
    expect(end).toEqual({})
    await t.clock.advance(50)
    expect(end.error).toBeInstanceOf(CallTimeout)
    expect(t.server.dropped).toEqual([1])

    const offline = setup()
    offline.server.refuses = () => true
    const never = outcome(offline.call('x', { deadline: 5000 }))
    await offline.clock.advance(5000)
    expect(never.error).toMatchObject({ code: 'CALL_TIMEOUT', deadline: 5000 })
    expect(offline.connection.pendingCalls).toBe(0)
  })

  it('ends by the signal with its reason, and asks to drop the answer', async () => {
    const t = setup()
    t.server.reply = () => undefined
    const abort = new AbortController()
    const end = outcome(t.call('x', { signal: abort.signal }))
    await t.clock.advance(100)
    abort.abort(new Error('the user left'))
    await t.clock.advance(100)
    expect(end.error).toMatchObject({ message: 'the user left' })
    expect(t.server.dropped).toEqual([1])
    await expect(t.call('y', { signal: abort.signal })).rejects.toThrow('the user left')
    expect(t.connection.pendingCalls).toBe(0)
  })

  it('passes on which call a call must follow, if that one has not ended', async () => {
    const t = setup()
    const first = t.connection.call(bytes('first'))
    const second = t.connection.call(bytes('second'), { after: first })
    expect([...(t.sessions[0]?.unanswered.values() ?? [])].map((message) => message.code)).toEqual([
      undefined,
      1,
    ])
    await t.clock.advance(100)
    await second
    void t.connection.call(bytes('third'), { after: first })
    expect([...(t.sessions[0]?.unanswered.values() ?? [])].map((message) => message.code)).toEqual([
      undefined,
    ])
  })

  it('survives drops in the middle of calls: each ends with its result, executed once', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    const ends = Array.from({ length: 10 }, (_, i) => outcome(t.call(`call ${i}`)))
    // The first half are executed, and their answers lost with the link.
    let seen = 0
    const { reply } = t.server
    t.server.reply = (message, link) => {
      if (++seen === 5) t.clock.after(1, () => link.cut())
      return reply(message, link)
    }
    await t.clock.until(() => ends.every((end) => end.value !== undefined || end.error !== undefined), 60_000)
    expect(ends.map((end) => end.value)).toEqual(Array.from({ length: 10 }, (_, i) => `did call ${i}`))
    expect(t.server.executed).toHaveLength(10)
    expect(t.server.connects.length).toBe(2)
    expect(t.sessions).toHaveLength(1)
    expect(t.sessions[0]?.downs).toHaveLength(1)
    const once = ['connecting', 'opened', 'online']
    expect(t.states()).toEqual([...once, 'waiting', ...once])
  })

  it('fails what has not ended, and what comes later, once it is closed', async () => {
    const t = setup()
    t.server.reply = () => undefined
    const end = outcome(t.call('x'))
    await t.clock.advance(100)
    t.connection.close()
    t.connection.close()
    await t.clock.settle()
    expect(end.error).toBeInstanceOf(ConnectionClosed)
    await expect(t.call('y')).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    expect(t.server.links.size).toBe(0)
    expect(t.host.wheel.size).toBe(0)
    await t.clock.advance(1_000_000)
    expect(t.server.connects).toHaveLength(1)
    expect(t.states().filter((state) => state === 'closed')).toHaveLength(1)
  })

  it('keeps calls while paused, and connects again for the next', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    t.connection.pause()
    expect(t.connection.state.name).toBe('idle')
    expect(t.server.links.size).toBe(0)
    const end = outcome(t.call('again'))
    await t.clock.advance(5000)
    expect(end.value).toBe('did again')
    expect(t.sessions).toHaveLength(1)
  })
})

describe('SessionConnection: reconnecting', () => {
  it('tries the addresses in turn, then waits longer after each round', async () => {
    const t = setup({
      addresses: () => [
        { host: 'v4', port: 443 },
        { host: 'v6', port: 443 },
        { host: 'v4', port: 80 },
      ],
    })
    t.server.refuses = () => true
    t.connection.start()
    await t.clock.advance(60_000)
    expect(t.server.connects.slice(0, 6).map((connect) => connect.to)).toEqual([
      'v4:443',
      'v6:443',
      'v4:80',
      'v4:443',
      'v6:443',
      'v4:80',
    ])
    const rounds = t.server.connects.filter((connect) => connect.to === 'v4:443').map((connect) => connect.at)
    const gaps = rounds.slice(1).map((at, i) => at - (rounds[i] ?? 0))
    // Half of 1, 2, 4, 8, 16, 16 s, but never more than one connect to an address in 1 s, two in 4 s, three in 8 s.
    expect(gaps[0]).toBeGreaterThanOrEqual(1000)
    for (const gap of gaps.slice(5)) expect(gap).toBeGreaterThan(7900)
    for (const gap of gaps) expect(gap).toBeLessThan(9000)
    t.server.refuses = (to) => to !== 'v6:443'
    await t.online()
    expect(t.connection.state).toEqual({ name: 'online', address: 'v6:443' })
  })

  it('says when it tries again, and why', async () => {
    const t = setup({}, unpaced)
    t.server.refuses = () => true
    t.connection.start()
    await t.clock.until(() => t.connection.state.name === 'waiting')
    expect(t.connection.state).toMatchObject({
      name: 'waiting',
      until: t.host.wheel.now() + 500,
      reason: { code: 'CONNECT_FAILED', message: 'dc2:443 refused' },
    })
  })

  it('gives up a connect that takes too long', async () => {
    const t = setup({
      addresses: () => [
        { host: 'hole', port: 1 },
        { host: 'good', port: 2 },
      ],
    })
    t.server.swallows = (to) => to === 'hole:1'
    t.connection.start()
    await t.online()
    expect(t.clock.monotonic()).toBeGreaterThanOrEqual(10_000)
    expect(t.clock.monotonic()).toBeLessThan(10_100)
    expect(t.events).toContainEqual(
      expect.objectContaining({
        state: expect.objectContaining({ reason: expect.objectContaining({ code: 'CONNECT_TIMEOUT' }) }),
      }),
    )
  })

  it('notices a dead link through the session and makes a new one', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    for (const link of t.server.links) link.answer = () => {}
    await t.clock.until(() => t.server.connects.length === 2, 200_000)
    expect(t.sessions[0]?.pings).toBeGreaterThan(2)
    // For people.
    expect(t.connection.obstacle?.message).toBe('dc2:443: nothing was heard for too long')
    await t.online()
    expect(t.clock.monotonic()).toBeLessThan(140_000)
    // The new link works: nothing more happens for an hour.
    await t.clock.advance(3_600_000)
    expect(t.server.connects).toHaveLength(2)
  })

  it('is online when the server has answered, not when the link is open', async () => {
    const addresses = [
      { host: 'portal', port: 1 },
      { host: 'good', port: 2 },
    ]
    const t = setup({ addresses: () => addresses })
    t.server.alive = false
    const answer = outcome(t.call('hello'))
    t.server.reply = (_message, link) => {
      // Whatever it pushes says nothing of whether what we send arrives.
      link.answer({ type: 'update', text: 'news' })
      return undefined
    }
    await t.clock.advance(100_000)
    expect(t.states()).toEqual(['connecting', 'opened'])
    expect(t.events).toContainEqual({ type: 'update', body: bytes('news') })
    // It is given up as an address that does not lead to the server: the next one is tried without a pause.
    await t.clock.until(() => t.server.connects.length === 2)
    t.server.reply = ({ id = 0 }: { id?: number }) => ({ type: 'result', id, text: 'there' })
    const at = t.clock.monotonic()
    await t.online()
    expect(t.clock.monotonic() - at).toBeLessThan(50)
    expect(t.server.connects.map(({ to }) => to)).toEqual(['portal:1', 'good:2'])
    expect(answer).toEqual({ value: 'there' })
  })

  it('says how long the address must be left alone, too: it connects as soon as it says so', async () => {
    const t = setup()
    t.connection.start()
    const waits: number[] = []
    const late: number[] = []
    for (let i = 0; i < 4; i++) {
      await t.online()
      t.server.outage()
      const { state } = t.connection
      const until = state.name === 'waiting' ? (state.until ?? 0) : 0
      waits.push(until - t.host.wheel.now())
      await t.clock.until(() => t.server.connects.length === i + 2)
      late.push(t.host.wheel.now() - until)
    }
    // Once in 1 s, twice in 4 s, three times in 8 s.
    for (const [i, least] of [900, 2900, 3900, 0].entries()) expect(waits[i]).toBeGreaterThan(least)
    expect(Math.max(...late)).toBeLessThanOrEqual(20)
    expect(t.events.some(({ type }) => type === 'held')).toBe(false)
  })

  it('tells when it has to wait for its turn among the others of the host', async () => {
    const t = setup({}, { limits: { connects: [{ count: 1, within: 5000 }] } })
    t.host.limiter.connect('somebody else')
    t.connection.start()
    await t.clock.advance(4000)
    expect(t.connection.state.name).toBe('connecting')
    expect(t.events.map(({ type }) => type)).toEqual(['state', 'held'])
    await t.online()
  })

  it('starts the back-off anew only after a steady connection', async () => {
    const t = setup({}, unpaced)
    t.connection.start()
    const waits: number[] = []
    for (let i = 0; i < 6; i++) {
      await t.online()
      const said = outcome(t.call('hello'))
      await t.clock.until(() => said.value !== undefined)
      if (i === 4) await t.clock.advance(11_000)
      t.server.outage()
      const { state } = t.connection
      if (state.name === 'waiting') waits.push((state.until ?? 0) - t.host.wheel.now())
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 500, 1000])
  })

  it('tries at once when the network has changed or the machine has slept', async () => {
    const t = setup()
    t.server.refuses = () => true
    t.connection.start()
    await t.clock.advance(60_000)
    await t.clock.until(() => t.connection.state.name === 'waiting')
    const before = t.server.connects.length
    t.server.refuses = () => false
    t.connection.networkChanged()
    await t.online()
    expect(t.server.connects).toHaveLength(before + 1)
    const link = [...t.server.links][0]
    t.clock.jumpWall(3_600_000)
    await t.clock.until(() => link?.open === false, 40_000)
    await t.online()
    expect(t.server.connects).toHaveLength(before + 2)
  })

  it('asks for a sign of life, or tries at once, when the machine has other addresses', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    const { pings } = t.sessions[0]!
    t.host.addressesChanged()
    await t.clock.advance(50)
    // What is open may be as good as before.
    expect([t.sessions[0]!.pings, t.server.connects.length]).toEqual([pings + 1, 1])

    t.server.refuses = () => true
    t.server.outage()
    await t.clock.advance(60_000)
    const { connects } = t.server
    const before = connects.length
    await t.clock.until(() => connects.length > before && t.connection.state.name === 'waiting')
    expect(t.connection.state).toMatchObject({ until: t.host.wheel.now() + 8000 })
    t.server.refuses = () => false
    t.host.addressesChanged()
    await t.clock.advance(100)
    expect(t.connection.state.name).toBe('online')
    t.connection.close()
    t.host.addressesChanged()
    await t.clock.advance(100)
    expect(t.connection.state.name).toBe('closed')
  })

  it('backs off on −429, and goes on after other transport errors', async () => {
    for (const code of [-429, -444, -403]) {
      const addresses = [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ]
      const t = setup({ addresses: () => addresses }, unpaced)
      t.connection.start()
      await t.online()
      for (const link of t.server.links) link.frame({ type: 'error', code })
      await t.clock.until(() => t.connection.state.name === 'waiting')
      expect(t.connection.state).toMatchObject({
        until: t.host.wheel.now() + 500,
        reason: { code: 'TRANSPORT_ERROR' },
      })
      await t.online()
    }
  })

  it('makes a new link when the peer breaks the protocol, and says so', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    for (const link of t.server.links) link.answer({ type: 'forged' })
    await t.clock.until(() => t.connection.state.name === 'waiting')
    expect(t.events).toContainEqual(
      expect.objectContaining({
        type: 'fault',
        error: expect.objectContaining({ message: 'forged packet' }),
      }),
    )
    await t.online()
    expect(t.server.links.size).toBe(1)
  })

  it('is not harmed by a handler that throws', async () => {
    let thrown = 0
    const t = setup({
      onEvent: () => {
        thrown++
        throw new Error('a bug of the owner')
      },
    })
    const end = outcome(t.call('x'))
    await t.clock.advance(100)
    for (const link of t.server.links) link.answer({ type: 'update', text: 'u' })
    await t.clock.advance(100)
    expect(end.value).toBe('did x')
    expect(thrown).toBeGreaterThanOrEqual(6)
  })

  it('waits when there is no address, and uses one as soon as it is known', async () => {
    const addresses: Address[] = []
    const t = setup({ addresses: () => addresses })
    t.connection.start()
    await t.clock.advance(10_000)
    expect(t.connection.state).toMatchObject({ name: 'waiting', reason: { code: 'CONNECT_FAILED' } })
    addresses.push({ host: 'new', port: 443 })
    await t.online()
  })
})

describe('SessionConnection: auth keys', () => {
  it('makes a key when there is none, tells it, and sends the calls made before', async () => {
    const t = setup({ key: undefined })
    const ends = [outcome(t.call('a')), outcome(t.call('b'))]
    const gone = new AbortController()
    const left = outcome(t.call('c', { signal: gone.signal }))
    gone.abort(new Error('left'))
    await t.clock.advance(200)
    expect(ends.map((end) => end.value)).toEqual(['did a', 'did b'])
    expect(left.error).toMatchObject({ message: 'left' })
    expect(t.states()).toEqual(['connecting', 'exchangingKeys', 'online'])
    const key = t.events.find((event) => event.type === 'authKey')
    expect(key).toMatchObject({ key: { timeOffset: 1500, salts: [{ salt: 5n }] } })
    expect(t.server.executed).toEqual(['a', 'b'])
  })

  it('begins the exchange anew when an answer does not come in time', async () => {
    const t = setup({ key: undefined })
    const { exchange } = t.server
    t.server.exchange = () => undefined
    t.connection.start()
    await t.clock.until(() => t.connection.state.name === 'waiting')
    expect(t.clock.monotonic()).toBeLessThan(6100)
    expect(t.connection.state).toMatchObject({ reason: { code: 'KEY_EXCHANGE_TIMEOUT' } })
    t.server.exchange = exchange
    await t.online()
  })

  it('says that who answers is not the server when no address leads to another', async () => {
    const addresses = [
      { host: 'hostile', port: 1 },
      { host: 'down', port: 2 },
      { host: 'good', port: 3 },
    ]
    const t = setup({ key: undefined, addresses: () => addresses })
    const { exchange } = t.server
    t.server.exchange = (message, link) =>
      link?.remote === 'hostile:1' ? { type: 'stranger' } : exchange(message)
    t.server.refuses = (to) => to !== 'hostile:1'
    t.connection.start()
    const reasons = () =>
      t.events.flatMap((event) =>
        event.type === 'state' && event.state.name === 'waiting' ? [event.state.reason] : [],
      )
    await t.clock.until(() => reasons().length === 3)
    expect(reasons()).toMatchObject([
      { code: 'KEY_EXCHANGE_FINGERPRINT' },
      { code: 'CONNECT_FAILED' },
      // What was worst in this round of addresses, not what came last.
      {
        code: 'SERVER_KEY_UNKNOWN',
        message: "hostile:1: none of the server's RSA keys (ffffffffffffffff) is known",
        cause: { code: 'KEY_EXCHANGE_FINGERPRINT', offered: [-1n] },
      },
    ])
    t.server.refuses = (to) => to === 'down:2'
    await t.online()
    // It is forgotten as soon as an address leads to the server.
    t.server.refuses = () => true
    t.server.outage()
    await t.clock.until(() => reasons().length === 9)
    expect(reasons().slice(5)).toMatchObject(Array(4).fill({ name: 'ConnectError' }))
    expect(
      reasons()
        .slice(5)
        .filter(({ message }) => message.includes('RSA')),
    ).toEqual([])
  })

  it('stops after five exchanges with strangers, and says so', async () => {
    const t = setup({ key: undefined })
    t.server.exchange = () => ({ type: 'stranger' })
    const end = outcome(t.call('x'))
    await t.clock.until(() => t.connection.state.name === 'closed')
    expect(end.error).toMatchObject({
      code: 'SERVER_UNPROVEN',
      message: expect.stringContaining("dc2:443: none of the server's RSA keys (ffffffffffffffff) is known"),
      cause: { code: 'SERVER_KEY_UNKNOWN' },
    })
  })

  it('stops after five exchanges in which the peer broke the protocol', async () => {
    const t = setup({ key: undefined })
    t.server.exchange = () => ({ type: 'nonsense' })
    const end = outcome(t.call('x'))
    await t.clock.until(() => t.connection.state.name === 'closed')
    expect(t.server.connects).toHaveLength(5)
    expect(end.error).toBeInstanceOf(ServerUnproven)
    expect(t.host.wheel.size).toBe(0)
  })

  it('stops after five exchanges that the server refused', async () => {
    const t = setup({ key: undefined })
    t.server.exchange = () => {
      for (const link of t.server.links) link.frame({ type: 'error', code: -444 })
      return undefined
    }
    const end = outcome(t.call('x'))
    await t.clock.until(() => t.connection.state.name === 'closed')
    expect(t.server.connects).toHaveLength(5)
    expect(end.error).toMatchObject({ code: 'SERVER_UNPROVEN', cause: { code: 'TRANSPORT_ERROR' } })
  })

  it('makes no more than 50 keys at once, and gives the places back', async () => {
    const clock = new VirtualClock()
    const server = new FakeServer(clock)
    const { host } = fakeHost(clock, { limits: { connects: [] } })
    const connections = Array.from(
      { length: 120 },
      (_, i) =>
        new SessionConnection<Address>({
          host,
          name: `session ${i}`,
          dc: 2,
          addresses: () => [{ host: 'dc2', port: 443 }],
          dial: server.dial,
          onEvent: () => {},
        }),
    )
    let most = 0
    let failing = 40
    const { exchange } = server
    server.exchange = (message) => {
      most = Math.max(most, connections.filter((c) => c.state.name === 'exchangingKeys').length)
      return failing-- > 0 ? { type: 'nonsense' } : exchange(message)
    }
    for (const connection of connections) connection.start()
    await clock.until(() => connections.every((connection) => connection.state.name === 'online'))
    expect(most).toBe(50)
    expect(host.limiter.waiting).toBe(0)
  })

  it('holds still when the server does not know the key, until its owner decides', async () => {
    const t = setup()
    t.connection.start()
    await t.online()
    t.server.reply = () => undefined
    const end = outcome(t.call('x'))
    await t.clock.advance(100)
    for (const link of t.server.links) link.frame({ type: 'error', code: -404 })
    await t.clock.advance(3_600_000)
    expect(t.events.at(-1)).toEqual({ type: 'authKeyUnknown' })
    expect(t.connection.state).toMatchObject({ name: 'waiting', reason: { code: 'TRANSPORT_ERROR' } })
    expect(t.connection.state).not.toHaveProperty('until')
    t.connection.networkChanged()
    await t.clock.advance(10_000)
    expect(t.server.connects).toHaveLength(1)
    expect(end).toEqual({})

    t.server.reply = ({ id = 0 }) => ({ type: 'result', id, text: 'by the new key' })
    t.connection.useKey(undefined)
    await t.clock.advance(10_000)
    expect(end.value).toBe('by the new key')
    expect(t.sessions).toHaveLength(2)
  })

  it('lets the owner close it in any event', async () => {
    const kinds = ['connecting', 'exchangingKeys', 'authKey', 'online', 'update', 'waiting'] as const
    for (const kind of kinds) {
      const closing = vi.fn()
      const t = setup({
        key: undefined,
        onEvent: (event) => {
          if ((event.type === 'state' ? event.state.name : event.type) !== kind) return
          closing()
          t.connection.close()
        },
      })
      const end = outcome(t.call('x'))
      await t.clock.advance(1000)
      for (const link of t.server.links) link.answer({ type: 'update', text: 'u' })
      await t.clock.advance(1000)
      t.server.outage()
      await t.clock.advance(100_000)
      expect(closing, kind).toHaveBeenCalledOnce()
      expect(t.connection.state.name).toBe('closed')
      expect(t.server.links.size, kind).toBe(0)
      expect(t.host.wheel.size, kind).toBe(0)
      expect(end.value !== undefined || end.error !== undefined, kind).toBe(true)
    }
  })
})
