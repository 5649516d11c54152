/** Many accounts on one host: they come back from an outage in turn, and none of them gets in the way of another. */
import { Telegram } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { later } from '../fixture.ts'
import { storageOf } from './stored-accounts.ts'
import { GET_CONFIG, mostPerSecond, virtualNetwork } from './virtual-network.ts'

describe('a thousand accounts', () => {
  test('start, and come back after an outage, without knocking all at once; none is forgotten', async () => {
    const perSecond = 50
    const { clock, server, network } = virtualNetwork({ connects: [{ count: perSecond, within: 1000 }] })
    const storage = await storageOf(1000)
    const options = { apiId: 1, apiHash: 'x', storage, printMessages: false }
    const telegram = new Telegram(
      { ...options, dcs: [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }] },
      network,
    )
    later(async () => {
      const closed = telegram.close()
      await clock.advance(10_000)
      await closed
    })
    let now = 0
    let everOnline = 0
    telegram.on('state', (_, state, before) => {
      if (state.name === 'online') everOnline++
      now += Number(state.name === 'online') - Number(before.name === 'online')
    })
    const sessions = await telegram.start()
    expect(sessions).toHaveLength(1000)
    const online = () => now === 1000
    expect(await clock.until(online)).toBeLessThan(25_000)
    expect(mostPerSecond(server.connects)).toBeLessThanOrEqual(perSecond)
    // The configuration was asked for once, for all of them.
    expect(server.asked.get(GET_CONFIG)).toBe(1)
    await clock.advance(20_000)

    server.connects.length = 0
    server.outage()
    await clock.advance(60_000)
    expect(telegram.metrics()).toMatchObject({ drops: 1000, sessions: { online: 0 } })
    // Each knows when it will try again, and why it must.
    const waiting = sessions.filter(({ state }) => state.name === 'waiting')
    expect(waiting.length).toBeGreaterThan(0)
    for (const { state } of waiting)
      expect(state).toMatchObject({ reason: expect.stringMatching(/refused|cable/) })
    expect(mostPerSecond(server.connects)).toBeLessThanOrEqual(perSecond)

    const before = server.connects.length
    server.down = false
    // 1,000 at 50 in a second, and the last waits up to 16 s before its next try.
    expect(await clock.until(online)).toBeLessThan(40_000)
    expect(mostPerSecond(server.connects)).toBeLessThanOrEqual(perSecond)
    // Nobody had to try twice.
    expect(server.connects.length - before).toBe(1000)
    expect(server.links.size).toBe(1000)
    expect(everOnline).toBe(2000)
    expect(telegram.metrics()).toMatchObject({
      connects: 2000,
      connectsWaiting: 0,
      sessions: { online: 1000 },
      roundTrip: 20,
    })
    const { pings, pingMilliseconds } = telegram.metrics()
    expect(pings).toBeGreaterThanOrEqual(2000)
    expect(pingMilliseconds).toBe(pings * 20)
    const text = telegram.prometheus().split('\n')
    expect(text).toContain('telegram_mt_round_trip_seconds 0.02')
    expect(text).toContain(`telegram_mt_ping_seconds_total ${pingMilliseconds / 1000}`)
  })
})

describe('a datacenter that has moved', () => {
  test('is found again, though it is nobody’s home', async () => {
    const { clock, server, network } = virtualNetwork()
    const storage = await storageOf(2)
    const key = { kind: 'permanent', key: new Uint8Array(256).fill(9), authorized: true } as const
    for (const id of ['account 0', 'account 1']) {
      const owner = await storage.claim(id)
      await storage.write({ session: id, owner, writes: [{ type: 'authKey', dc: 2, ...key }] })
    }
    const dcs = [1, 2].map((id) => ({ id, addresses: [{ host: `10.0.0.${id}`, port: 4430 }] }))
    server.places = dcs.map(({ id }) => ({ id, ipAddress: `10.0.0.${id}`, port: 4430 }))
    const options = { apiId: 1, apiHash: 'x', storage, dcs, updateDcs: true, printMessages: false }
    const telegram = new Telegram(options, network)
    later(async () => {
      const closed = telegram.close()
      await clock.advance(1000)
      await closed
    })
    const sessions = await telegram.start()
    await clock.until(() => sessions.every(({ state }) => state.name === 'online'))
    await clock.advance(120_000)
    expect(server.asked.get(GET_CONFIG)).toBe(1)

    server.gone.add('10.0.0.2:4430')
    server.places = [{ id: 2, ipAddress: '10.0.0.22', port: 4430 }]
    const there = sessions[0]!.invoke({ _: 'updates.getState' }, { dc: 2 })
    await clock.until(() => server.tried.at(-1) === '10.0.0.22:4430')
    await clock.advance(100)
    expect(await there).toMatchObject({ _: 'updates.state' })
    expect(server.tried.filter((address) => address === '10.0.0.2:4430')).toHaveLength(3)
    expect(server.asked.get(GET_CONFIG)).toBe(2)
    // All sessions know it by now.
    const other = sessions[1]!.invoke({ _: 'updates.getState' }, { dc: 2 })
    await clock.advance(100)
    expect(await other).toMatchObject({ _: 'updates.state' })
    expect(server.tried.filter((address) => address.startsWith('10.0.0.2:'))).toHaveLength(3)
  })

  test('is known to the next start, which needs nobody to tell it', async () => {
    const { clock, server, network } = virtualNetwork()
    const storage = await storageOf(1)
    const place = { id: 1, ipAddress: '10.0.0.11', port: 4430 }
    server.places = [place]
    const run = async (test: boolean) => {
      // No `dcs`: those that Telegram publishes, until it says something else.
      const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage, test, printMessages: false }, network)
      server.tried.length = 0
      const [session] = await telegram.start()
      await clock.advance(1000)
      const state = session?.state.name
      await Promise.all([telegram.close(), clock.advance(1000)])
      return { state, tried: [...server.tried] }
    }
    expect(await run(false)).toEqual({ state: 'online', tried: ['149.154.175.50:443'] })
    expect(await run(false)).toEqual({ state: 'online', tried: ['10.0.0.11:4430'] })
    // The other environment has its own list, and the account is none of it.
    expect(await run(true)).toEqual({ state: undefined, tried: [] })
  })
})

describe('a connection for files', () => {
  test.each([
    [false, [1, -1]],
    [true, [10_001, -10_001]],
  ])('K5: says so by its number, and whether it is for tests (%s)', async (isTest, numbers) => {
    const { clock, server, network } = virtualNetwork()
    const storage = await storageOf(1, isTest)
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const options = { apiId: 1, apiHash: 'x', storage, dcs, test: isTest, printMessages: false }
    const telegram = new Telegram(options, network)
    later(async () => {
      await Promise.all([telegram.close(), clock.advance(1000)])
    })
    const [session] = await telegram.start()
    await clock.until(() => session!.state.name === 'online')
    const asked = session!.invoke({ _: 'updates.getState' }, { media: true })
    await clock.advance(1500)
    await asked
    expect(server.numbers).toEqual(numbers)
  })

  test('is closed when nothing was asked of it for 300 s, and made anew when it is needed', async () => {
    const { clock, server, network } = virtualNetwork()
    const storage = await storageOf(1)
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage, dcs, printMessages: false }, network)
    later(async () => {
      await Promise.all([telegram.close(), clock.advance(1000)])
    })
    const [session] = await telegram.start()
    await clock.until(() => session!.state.name === 'online')
    await clock.advance(100)
    expect(server.links.size).toBe(1)
    const ask = async () => {
      const answer = session!.invoke({ _: 'updates.getState' }, { media: true })
      await clock.advance(1500)
      return (await answer)._
    }
    expect(await ask()).toBe('updates.state')
    expect([server.links.size, session!.metrics().connections]).toEqual([2, 2])
    await clock.advance(290_000)
    expect(server.links.size).toBe(2)
    await clock.advance(10_000)
    expect([server.links.size, session!.metrics().connections]).toEqual([1, 1])
    expect(session!.metrics()).toMatchObject({ connects: 2, drops: 0 })
    expect(await ask()).toBe('updates.state')
    expect(server.links.size).toBe(2)
  })
})

describe('one account among others', () => {
  test('that somebody waits for need not wait for a thousand that only come back', async () => {
    const { clock, server, network } = virtualNetwork()
    const storage = await storageOf(1000)
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage, dcs, printMessages: false }, network)
    later(() => telegram.close())
    const sessions = await telegram.start()
    await clock.advance(1000)
    const online = () => sessions.filter(({ state }) => state.name === 'online').length
    // Ten in five seconds: the last of them would be there after eight minutes.
    expect(online()).toBe(10)
    const [connected, called] = [sessions[998]!, sessions[999]!]
    const ends = Promise.all([
      connected.connect(),
      called.invoke({ _: 'updates.getState' }, { timeout: 30_000 }),
    ])
    expect(
      await clock.until(() => connected.state.name === 'online' && called.state.name === 'online'),
    ).toBeLessThan(5100)
    await clock.advance(100)
    expect((await ends)[1]).toMatchObject({ _: 'updates.state' })
    // Nobody else has lost more than two places by it, and the rate is what it was.
    expect(online()).toBeGreaterThan(10)
    await clock.advance(20_000)
    expect(mostPerSecond(server.connects)).toBeLessThanOrEqual(10)
    expect(sessions.slice(0, 40).every(({ state }) => state.name === 'online')).toBe(true)
  })

  test('that cannot be reached holds up neither the start nor the end of another', async () => {
    const { clock, server, network } = virtualNetwork()
    const storage = await storageOf(3)
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage, dcs, printMessages: false }, network)
    later(() => telegram.close())
    await telegram.start({ connect: false })
    const [first, second] = telegram.sessions()
    server.down = true
    const waiting = first!.connect({ timeout: 60_000 }).catch((error: unknown) => error)
    await clock.advance(10_000)
    server.down = false
    const connected = second!.connect()
    await clock.advance(100)
    await connected
    expect(second!.state.name).toBe('online')
    await Promise.all([second!.close(), clock.advance(10)])
    expect(second!.state.name).toBe('closed')
    expect(first!.state.name).not.toBe('closed')
    await clock.advance(60_000)
    expect(await waiting).toBe(first)
    expect(first!.state.name).toBe('online')
  })

  test('that cannot be taken over is reported, and the others start', async () => {
    const { clock, network } = virtualNetwork()
    const storage = await storageOf(3)
    const claim = storage.claim.bind(storage)
    storage.claim = (id) => (id === 'account 1' ? Promise.reject(new Error('another has it')) : claim(id))
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage, dcs, printMessages: false }, network)
    later(() => telegram.close())
    const corrupt: string[] = []
    telegram.on('corrupt', (id, error) => corrupt.push(`${id}: ${error.message}`))
    const sessions = await telegram.start()
    await clock.until(() => sessions.every(({ state }) => state.name === 'online'))
    expect(corrupt).toEqual(['account 1: another has it'])
    expect(sessions.map(({ id }) => id)).toEqual(['account 0', 'account 2'])
  })

  test('whose peer breaks every key exchange waits a minute, says why, and tries again', async () => {
    const { clock, server, network } = virtualNetwork()
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', dcs, printMessages: false }, network)
    const { wheel } = network.connections
    const session = await telegram.connect({ dc: 1, lazy: true })
    const connected = session.connect({ timeout: 600_000 }).catch((error: unknown) => error)
    await clock.until(() => server.connects.length === 5)
    await clock.until(() => session.state.name === 'waiting' && session.state.until - wheel.now() > 50_000)
    expect(session.state).toMatchObject({ reason: expect.stringMatching(/^5 key exchanges failed in a row/) })
    // The session is not closed, and the call was not sent: it ends with what has happened.
    await expect(session.invoke({ _: 'help.getConfig' })).rejects.toMatchObject({
      name: 'ServerUnproven',
      code: 'SERVER_UNPROVEN',
    })
    await clock.advance(59_000)
    expect(server.connects).toHaveLength(5)
    await clock.until(() => server.connects.length === 6)
    expect(session.state.name).toBe('connecting')
    await clock.until(() => server.connects.length === 10)
    await clock.until(() => session.state.name === 'waiting' && session.state.until - wheel.now() > 50_000)
    // Another network may lead to the server.
    session.networkChanged()
    await clock.advance(5000)
    expect(server.connects.length).toBeGreaterThan(10)
    await clock.until(() => server.connects.length === 15)
    await clock.until(() => session.state.name === 'waiting' && session.state.until - wheel.now() > 50_000)
    server.elsewhere()
    await clock.advance(5000)
    expect(server.connects.length).toBeGreaterThan(15)
    await Promise.all([telegram.close(), clock.advance(10_000)])
    expect(await connected).toMatchObject({ code: 'SESSION_CLOSED' })
    expect(wheel.size).toBe(0)
  })

  test('whose key is denied by who breaks every key exchange waits a minute, unless the network changes', async () => {
    const { clock, server, network } = virtualNetwork()
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const storage = await storageOf(1)
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', dcs, storage, printMessages: false }, network)
    const { wheel } = network.connections
    const [session] = await telegram.start()
    await clock.until(() => session!.state.name === 'online')
    for (const link of [...server.links]) link.denyKey()
    const held = () => session!.state.name === 'waiting' && session!.state.until - wheel.now() > 50_000
    // Each asks the datacenter to prove itself, which here it cannot.
    for (const change of [() => server.elsewhere(), () => session!.networkChanged()]) {
      await clock.until(held)
      const knocks = server.connects.length
      await clock.advance(5000)
      expect(server.connects).toHaveLength(knocks)
      change()
      await clock.advance(5000)
      expect(server.connects.length).toBeGreaterThan(knocks)
    }
    await clock.until(held)
    await Promise.all([telegram.close(), clock.advance(10_000)])
    expect(wheel.size).toBe(0)
  })

  /** An account with forward secrecy, of a network on which no key can be made. */
  async function unprovenAccount(storage: Awaited<ReturnType<typeof storageOf>>) {
    const { clock, server, network } = virtualNetwork()
    const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
    const secret = { perfectForwardSecrecy: true, printMessages: false }
    const telegram = new Telegram({ apiId: 1, apiHash: 'x', dcs, storage, ...secret }, network)
    later(async () => {
      await Promise.all([telegram.close(), clock.advance(10_000)])
    })
    const { wheel } = network.connections
    return { clock, server, wheel, telegram }
  }

  test('waits that minute with forward secrecy, too, each time', async () => {
    const { clock, server, wheel, telegram } = await unprovenAccount(await storageOf(1))
    const [session] = await telegram.start()
    const call = session!.invoke({ _: 'help.getConfig' }).catch((error: unknown) => error)
    const held = () => session!.state.name === 'waiting' && session!.state.until - wheel.now() > 50_000
    for (const knocks of [5, 10, 15]) {
      await clock.until(() => server.connects.length === knocks)
      await clock.until(held)
      expect(session!.state).toMatchObject({
        reason: expect.stringMatching(/^5 key exchanges failed in a row/),
      })
      await clock.advance(59_000)
      expect(server.connects).toHaveLength(knocks)
    }
    session!.networkChanged()
    await clock.advance(5000)
    expect(server.connects.length).toBeGreaterThan(15)
    await clock.until(() => server.connects.length === 20)
    await clock.until(held)
    server.elsewhere()
    await clock.advance(5000)
    expect(server.connects.length).toBeGreaterThan(20)
    // An account that has its permanent key waits for the server.
    await Promise.all([telegram.close(), clock.advance(10_000)])
    expect(await call).toMatchObject({ code: 'CONNECTION_CLOSED' })
    expect(wheel.size).toBe(0)
  })

  test('waits that minute when its next temporary key cannot be made, and stays online', async () => {
    const storage = await storageOf(1)
    const { clock, server, wheel, telegram } = await unprovenAccount(storage)
    const owner = await storage.claim('account 0')
    const temporary = { dc: 1, kind: 'temporary', key: new Uint8Array(256).fill(7) } as const
    // Due to be renewed since half an hour.
    const expiresAt = wheel.now() + 1_800_000
    await storage.write({
      session: 'account 0',
      owner,
      writes: [{ type: 'authKey', ...temporary, expiresAt }],
    })
    const [session] = await telegram.start()
    await clock.until(() => session!.state.name === 'online')
    for (const knocks of [5, 10]) {
      // One is the account's own.
      await clock.until(() => server.connects.length === knocks + 1)
      await clock.advance(59_000)
      expect(server.connects).toHaveLength(knocks + 1)
    }
    expect(session!.state.name).toBe('online')
  })

  test('that has no key yet is told by its calls, with forward secrecy, too', async () => {
    const { clock, telegram } = await unprovenAccount(await storageOf(0))
    const session = await telegram.connect({ dc: 1, lazy: true })
    const call = session.invoke({ _: 'help.getConfig' }).catch((error: unknown) => error)
    await clock.advance(30_000)
    expect(await call).toMatchObject({ code: 'SERVER_UNPROVEN' })
  })
})
