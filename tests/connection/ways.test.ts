/** The ways to a datacenter: transports, framings, and proxies of every kind, for the host and for single sessions. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Box } from '@telegram-mt/box'
import { ConfigurationError, ProxyLinkError, type Session, type TelegramOptions } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { connectServer, socksServer } from '../../packages/net/src/proxy/proxy-servers.testing.ts'
import { account, event, Inbox, later, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'

/** How the session's connections have come to the box. */
const ways = (box: Box, session: Session) =>
  box
    .connectionReports()
    .filter(({ sessions }) => sessions.some((one) => one.userId === session.userId))
    .map(({ via, transport, obfuscated }) => ({ via, transport, obfuscated }))

describe('a transport', () => {
  const cases: [Partial<TelegramOptions>, object][] = [
    [{}, { via: 'tcp', transport: 'intermediate', obfuscated: false }],
    [{ framing: 'abridged' }, { via: 'tcp', transport: 'abridged', obfuscated: false }],
    [{ framing: 'full' }, { via: 'tcp', transport: 'full', obfuscated: false }],
    [
      { framing: 'padded', obfuscated: true },
      { via: 'tcp', transport: 'padded', obfuscated: true },
    ],
    [{ transport: 'websocket' }, { via: 'websocket', transport: 'intermediate', obfuscated: true }],
    [{ transport: 'http' }, { via: 'http', transport: undefined, obfuscated: false }],
  ]
  // A second of computing, which on a busy machine takes as long as that lets it: the limit is for what hangs.
  test.each(cases)(
    '%j: login, messages pushed, a big file, another connection',
    { timeout: 120_000 },
    async (options, way) => {
      const box = await newBox()
      const telegram = newHost(box, { ...options, reconnect: { first: 1, most: 1, perAddress: [] } })
      const ann = await account(telegram, 'Ann', 2)
      const bob = await account(telegram, 'Bob', 1)
      const toBob = await usernameOf(bob)
      expect([...ways(box, ann), ...ways(box, bob)]).toEqual([way, way])

      const inbox = new Inbox(bob)
      await ann.sendMessage(toBob, 'one')
      await inbox.text('one')
      await ann.sendMessage(toBob, 'two')
      await inbox.text('two')

      const bytes = randomBytes(10 * 1024 * 1024 + 12_345)
      await ann.media.send(toBob, bytes, { fileName: 'big.bin', caption: 'big' })
      const { message } = await inbox.text('big')
      if (message._ !== 'message') throw new Error('no message')
      const got = await bob.media.download(message)
      expect(Buffer.compare(got, bytes)).toBe(0)
      expect(new Set(ways(box, bob).map((way) => JSON.stringify(way)))).toEqual(
        new Set([JSON.stringify(way)]),
      )

      const before = box.connectionReports().map(({ number }) => number)
      box.dropConnections()
      await ann.sendMessage(toBob, 'three')
      await inbox.text('three')
      expect(box.connectionReports().some(({ number }) => before.includes(number))).toBe(false)
      expect(inbox.messages.map(({ text }) => text)).toEqual(['one', 'two', 'big', 'three'])
      expect(box.calls.all('messages.sendMessage')).toHaveLength(3)
    },
  )

  test('each framing, plain and obfuscated, over TCP and WebSocket: a key, calls, what was sent is what comes', async () => {
    const box = await newBox()
    const about = 'ä'.repeat(500)
    for (const framing of ['abridged', 'intermediate', 'padded', 'full'] as const) {
      for (const way of [{}, { obfuscated: true }, { transport: 'websocket' }] as const) {
        const telegram = newHost(box, { framing, ...way })
        const session = await telegram.connect({ dc: 1 })
        const query = { _: 'help.getNearestDc' } as const
        expect(await Promise.all([session.invoke(query), session.invoke(query)])).toHaveLength(2)
        const [report] = box.connectionReports()
        const websocket = 'transport' in way
        expect(report).toMatchObject({
          via: websocket ? 'websocket' : 'tcp',
          transport: framing,
          obfuscated: websocket || 'obfuscated' in way,
        })
        // Longer than what the short form of a length can say.
        await expect(session.invoke({ _: 'auth.checkRecoveryPassword', code: about })).rejects.toMatchObject({
          status: 401,
        })
        expect(box.calls.all('auth.checkRecoveryPassword').at(-1)?.params).toMatchObject({ code: about })
        await telegram.close()
        while (box.connections > 0) await event((done) => setImmediate(done))
      }
    }
  })

  test.each([{ transport: 'pigeon' }, { framing: 'pigeon' }])('%j is refused', async (options) => {
    const box = await newBox()
    expect(() => newHost(box, options as never)).toThrow(/expected/)
  })
})

describe('a proxy', () => {
  const secret = '00112233445566778899aabbccddeeff'
  const domain = Buffer.from('example.org').toString('hex')

  test.each([
    ['plain', secret],
    ['padded', `dd${secret}`],
    ['fake TLS', `ee${secret}${domain}`],
  ])('MTProxy, %s, by its link', async (_, secret) => {
    const box = await newBox()
    const { host, port } = await box.proxy({ secret })
    const telegram = newHost(box, { proxy: `tg://proxy?server=${host}&port=${port}&secret=${secret}` })
    const session = await account(telegram, 'Bob', 3)
    expect(ways(box, session)).toMatchObject([{ via: 'proxy' }])
    expect(session.proxy).toBe(`mtproxy://${host}:${port}`)
    expect(session.proxy).not.toContain(secret)
    // Another datacenter, for files, is reached through it as well.
    await session.invoke(
      { _: 'upload.saveFilePart', fileId: 1n, filePart: 0, bytes: new Uint8Array(8) },
      { dc: 2, media: true },
    )
    expect(ways(box, session).every(({ via }) => via === 'proxy')).toBe(true)
  })

  test.each([
    ['socks5', socksServer],
    ['http', connectServer],
  ] as const)('%s with a password', async (scheme, start) => {
    const proxy = await start({ username: 'me', password: 'p:w' })
    later(() => proxy.close())
    const box = await newBox()
    const telegram = newHost(box, { proxy: `${scheme}://me:p%3Aw@127.0.0.1:${proxy.port}` })
    await account(telegram, 'Cid', 1)
    const { host, port } = box.dcs[0]!
    expect(new Set(proxy.targets)).toEqual(new Set([`${host}:${port}`]))
  })

  test('that refuses the password is why the session does not connect; no password is shown', async () => {
    const proxy = await socksServer({ username: 'me', password: 'right' })
    later(() => proxy.close())
    const box = await newBox()
    const telegram = newHost(box)
    const link = `socks5://me:wrong-one@127.0.0.1:${proxy.port}`
    const error = await telegram.connect({ dc: 1, proxy: link, timeout: 400 }).catch((e: unknown) => e)
    expect(error).toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: expect.stringMatching(/refused the user name/),
    })
    expect(String(error)).not.toContain('wrong-one')
    const { host, port } = box.dcs[0]!
    expect(String(error)).toContain(
      `datacenter 1 (${host}:${port}) through a proxy: socks5://127.0.0.1:${proxy.port} `,
    )
    expect(box.connections).toBe(0)
  })

  test('that cannot carry the transport is refused at once, and nothing is kept of the session', async () => {
    const box = await newBox()
    const telegram = newHost(box, { transport: 'websocket' })
    const proxy = `tg://proxy?server=127.0.0.1&port=1&secret=${'00'.repeat(16)}`
    await expect(telegram.connect({ dc: 1, id: 'ann', proxy })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
    expect(telegram.sessions()).toEqual([])
    const session = await telegram.connect({ dc: 1, id: 'ann', lazy: true })
    expect(() => session.setProxy(proxy)).toThrow(ConfigurationError)
    expect(session.proxy).toBeUndefined()
  })

  test('of one session alone, changed while it runs', async () => {
    const [one, two] = await Promise.all([socksServer(), connectServer()])
    later(() => Promise.all([one.close(), two.close()]))
    const box = await newBox()
    const telegram = newHost(box)
    const straight = await telegram.connect({ dc: 1 })
    const session = await telegram.connect({
      dc: 1,
      proxy: { type: 'socks5', host: '127.0.0.1', port: one.port },
    })
    expect([straight.proxy, session.proxy]).toEqual([undefined, `socks5://127.0.0.1:${one.port}`])
    expect(one.targets).toHaveLength(1)
    session.setProxy(`http://127.0.0.1:${two.port}`)
    await session.invoke({ _: 'help.getNearestDc' })
    expect(two.targets).toHaveLength(1)
    session.setProxy(null)
    await session.invoke({ _: 'help.getNearestDc' })
    expect([one.targets.length, two.targets.length]).toEqual([1, 1])
  })

  test('of one session is used again after a restart, and so is going without', async () => {
    const proxy = await socksServer({ username: 'me', password: 'not-to-be-seen' })
    later(() => proxy.close())
    const box = await newBox()
    const folder = tempDir()
    const logged: unknown[] = []
    const log = (details: object, message: string) => logged.push(details, message)
    const options = {
      storage: `${folder}/accounts.db`,
      storageKey: 'a passphrase',
      logger: { debug: log, info: log, warn: log, error: log },
    }
    const first = newHost(box, options)
    const link = `tg://socks?server=127.0.0.1&port=${proxy.port}&user=me&pass=not-to-be-seen`
    const session = await first.connect({ id: 'own', dc: 1, proxy: link })
    await first.connect({ id: 'without', dc: 1, proxy: null })
    await first.connect({ id: 'as the host', dc: 1, proxy: link }).then((one) => one.setProxy(undefined))
    await session.connect()
    await first.close()
    expect(inspect(logged, { depth: 10 })).not.toContain('not-to-be-seen')
    for (const file of readdirSync(folder))
      expect(readFileSync(join(folder, file)).includes('not-to-be-seen')).toBe(false)

    const hosts = await connectServer()
    later(() => hosts.close())
    const second = newHost(box, { ...options, proxy: `http://127.0.0.1:${hosts.port}` })
    const byId = new Map((await second.start()).map((one) => [one.id, one]))
    expect([...byId].map(([id, one]) => [id, one.proxy])).toEqual(
      expect.arrayContaining([
        ['own', `socks5://127.0.0.1:${proxy.port}`],
        ['without', undefined],
        ['as the host', `http://127.0.0.1:${hosts.port}`],
      ]),
    )
    const before = proxy.targets.length
    for (const one of byId.values()) await one.connect()
    expect([proxy.targets.length - before, hosts.targets.length]).toEqual([1, 1])
    expect(box.connectionReports()).toHaveLength(3)
  })

  test('for each session by a function; without an answer nobody goes without one', async () => {
    const proxy = await socksServer()
    later(() => proxy.close())
    const box = await newBox()
    let known = false
    const asked: string[] = []
    const telegram = newHost(box, {
      proxy: ({ id }) => {
        asked.push(id)
        if (id === 'free') return undefined
        if (!known) throw new Error('the list of proxies is not there yet')
        return `socks5://127.0.0.1:${proxy.port}`
      },
    })
    await telegram.connect({ id: 'free', dc: 1 })
    const session = await telegram.connect({ id: 'bound', dc: 1, lazy: true })
    const waiting = new Promise<string>((resolve) =>
      session.on('state', (state) => state.name === 'waiting' && resolve(state.reason)),
    )
    const connected = session.connect()
    expect(await waiting).toMatch(/not there yet/)
    expect(box.connections).toBe(1)
    known = true
    await connected
    expect(proxy.targets).toHaveLength(1)
    expect(new Set(asked)).toEqual(new Set(['free', 'bound']))
  })

  test('whose link is none is refused at once, and its secret not repeated', async () => {
    const box = await newBox()
    const link = `tg://proxy?server=a.example&port=0&secret=${secret}`
    expect(() => newHost(box, { proxy: link })).toThrow(ProxyLinkError)
    const session = await newHost(box).connect({ dc: 1 })
    expect(() => session.setProxy(link)).toThrow(/port from 1 to 65535/)
    await session.invoke({ _: 'help.getNearestDc' })
  })
})
