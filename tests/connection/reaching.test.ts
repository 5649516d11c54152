/** When a session is connected: not when somebody takes the connect, but when the datacenter has answered. */
import type { ConnectLimits } from '@telegram-mt/net'
import { ServerKeyUnknownError, type Session, Telegram } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { event, later, newBox, newHost } from '../fixture.ts'
import { storageOf } from './stored-accounts.ts'
import { virtualNetwork } from './virtual-network.ts'

const names = (session: Session) => {
  const told: string[] = []
  session.on('state', ({ name }) => told.push(name))
  return told
}

/** Accounts on a network of virtual time. */
async function accounts(count: number, limits: ConnectLimits = {}) {
  const { clock, server, network } = virtualNetwork(limits)
  const dcs = [{ id: 1, addresses: [{ host: 'dc1', port: 443 }] }]
  const storage = await storageOf(count)
  const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage, dcs, printMessages: false }, network)
  later(async () => {
    await Promise.all([telegram.close(), clock.advance(10_000)])
  })
  const sessions = await telegram.start({ connect: false })
  return { clock, server, telegram, sessions }
}

async function oneAccount() {
  const { clock, server, sessions } = await accounts(1)
  const [session] = sessions
  if (session === undefined) throw new Error('no session')
  return { clock, server, session }
}

test('who waits too long is told how many stand in the line of the host, and what makes it', async () => {
  const { clock, sessions } = await accounts(4, { connects: [{ count: 1, within: 5000 }] })
  const ends = sessions.map((session) =>
    session.connect({ timeout: 9000 }).then(
      () => 'connected',
      (error: Error) => error.message,
    ),
  )
  await clock.advance(20_000)
  const refused = expect.stringMatching(
    /^no connection to datacenter 1 in 9000 ms: no answer yet; 2 of this host's connects wait .*connectLimit/,
  )
  expect(await Promise.all(ends)).toEqual(['connected', 'connected', refused, refused])
})

test('a session that waits for its next try is not counted as a connection', async () => {
  const { clock, server, telegram, sessions } = await accounts(2)
  await Promise.all([...sessions.map((session) => session.connect()), clock.advance(10_000)])
  expect(telegram.metrics()).toMatchObject({ sessions: { online: 2 }, connections: 2 })
  server.outage()
  await clock.until(() => sessions.every(({ state }) => state.name === 'waiting'))
  expect(telegram.metrics()).toMatchObject({ sessions: { waiting: 2 }, connections: 0 })
  expect(telegram.prometheus()).toContain('\ntelegram_mt_connections 0\n')
})

describe('a session', () => {
  test('is not online with somebody who takes the connect and answers nothing', async () => {
    const { clock, server, session } = await oneAccount()
    const told = names(session)
    server.mute = true
    const end = session.connect({ timeout: 60_000 }).catch((error: unknown) => error)
    await clock.advance(60_000)
    expect(server.links.size).toBe(1)
    expect(await end).toMatchObject({ code: 'CONNECT_TIMEOUT' })
    expect(told).toEqual(['connecting'])
    expect(session.metrics()).toMatchObject({ connects: 0, state: 'connecting' })

    server.mute = false
    server.outage()
    server.down = false
    await clock.until(() => session.state.name === 'online')
    expect(told).toEqual(['connecting', 'waiting', 'connecting', 'online'])
    expect(session.metrics()).toMatchObject({ connects: 1, drops: 0, failedConnects: 1 })
  })

  test('asks for what it missed with the first packet: to be sure of the server costs no round trip', async () => {
    const { clock, server, session } = await oneAccount()
    const connected = session.connect()
    // One to connect, one for the question, one for the answer.
    await clock.advance(3 * server.delay)
    expect(session.state.name).toBe('online')
    const getState = 0xedd4882a
    expect(server.asked.get(getState)).toBe(1)
    await Promise.all([connected, clock.advance(1_000)])
  })

  test('that waits tries at once when the machine has come to another network', async () => {
    const { clock, server, session } = await oneAccount()
    await Promise.all([session.connect(), clock.advance(100)])
    server.outage()
    // Until it waits longest.
    await clock.advance(60_000)
    const left = () => (session.state.name === 'waiting' ? session.state.until - clock.wall() : 0)
    await clock.until(() => left() > 3_000)
    server.down = false
    server.elsewhere()
    await clock.advance(100)
    expect(session.state.name).toBe('online')
    // And one that is online stays so.
    const { connects } = session.metrics()
    server.elsewhere()
    await clock.advance(60_000)
    expect(session.metrics()).toMatchObject({ connects, state: 'online' })
  })

  test('that meets servers whose keys the host does not know says so at once, and which they are', async () => {
    const [box, other] = [await newBox(), await newBox()]
    const telegram = newHost(box, { publicKeys: [other.publicKey] })
    const error = await telegram.connect({ dc: 1 }).catch((thrown: unknown) => thrown)
    const { host, port } = box.dcs[0]!
    expect(error).toBeInstanceOf(ServerKeyUnknownError)
    const { code, offered, known, message } = error as ServerKeyUnknownError
    expect(code).toBe('SERVER_KEY_UNKNOWN')
    const hex = (ids: readonly bigint[]) =>
      ids.map((id) => BigInt.asUintN(64, id).toString(16).padStart(16, '0'))
    expect([hex(offered), hex(known)]).toEqual([[box.fingerprint], [other.fingerprint]])
    expect(message).toContain(`datacenter 1 (${host}:${port}) offers`)
    expect(message).toContain(box.fingerprint)
    expect(telegram.sessions()).toEqual([])
  })

  test.each([false, true])(
    'so do its calls, which were not sent (forward secrecy: %s)',
    async (perfectForwardSecrecy) => {
      const [box, other] = [await newBox(), await newBox()]
      const reconnect = { first: 1, most: 1, perAddress: [] }
      const telegram = newHost(box, { publicKeys: [other.publicKey], reconnect, perfectForwardSecrecy })
      const session = await telegram.connect({ dc: 1, lazy: true })
      const error = await session.invoke({ _: 'help.getConfig' }).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ServerKeyUnknownError)
      expect((error as ServerKeyUnknownError).message).toContain(box.fingerprint)
      expect(session.state).toMatchObject({
        name: 'waiting',
        reason: expect.stringMatching(/^5 key exchanges failed/),
      })
      expect(session.metrics().methods['help.getConfig']?.errors).toEqual({ SERVER_KEY_UNKNOWN: 1 })
      expect(box.calls.count).toBe(0)
    },
  )

  test('that meets an impostor goes on trying, and is connected when an address leads to the server', async () => {
    const [box, impostor] = [await newBox(), await newBox()]
    const telegram = newHost(box, { reconnect: { first: 200, most: 200, perAddress: [] } })
    const { host, port } = impostor.dcs[0]!
    const home = telegram.dcs.get(1).addresses
    telegram.dcs.set(1, [{ host, port }])
    const session = await telegram.connect({ dc: 1, lazy: true })
    const waiting = event<string>((listener) =>
      session.on('state', (state) => {
        if (state.name === 'waiting') listener(state.reason)
      }),
    )
    await expect(session.connect()).rejects.toMatchObject({ code: 'SERVER_KEY_UNKNOWN' })
    expect(await waiting).toContain(impostor.fingerprint)
    telegram.dcs.set(1, [{ host, port }, ...home])
    await session.connect()
    expect(session.state.name).toBe('authorizing')
    expect(box.connections).toBe(1)
    expect(impostor.calls.count).toBe(0)
  })
})
