import { afterEach, describe, expect, it } from 'vitest'
import type { ConnectionEvent } from './connection-events.ts'
import { ConnectionHost } from './connection-host.ts'
import { mtprotoCores } from './core.ts'
import { type DialAddress, type TcpDialOptions, tcpDial } from './dial.node.ts'
import { CallError } from './errors.ts'
import { publicKeys, RealServer, random, said, say } from './real-server.testing.ts'
import { SessionConnection, type SessionConnectionOptions } from './session-connection.ts'

const closing: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function setup(
  dialOptions: Partial<TcpDialOptions> = {},
  options: Partial<SessionConnectionOptions<DialAddress>> = {},
) {
  const server = new RealServer()
  const address: DialAddress = { ...(await server.listen()), dc: 2 }
  closing.push(() => server.close())
  // Reconnects at once: what is tested here are sockets, not waiting.
  const host = new ConnectionHost({
    cores: mtprotoCores({ publicKeys, random }),
    limits: { connects: [], perKey: [] },
    backoff: { first: 1, most: 1 },
  })
  const events: ConnectionEvent[] = []
  let wake = () => {}
  const connection = new SessionConnection<DialAddress>({
    host,
    name: 'alice',
    dc: 2,
    addresses: () => [address],
    dial: tcpDial({ random, ...dialOptions }),
    onEvent: (event) => {
      events.push(event)
      wake()
    },
    ...options,
  })
  closing.push(() => connection.close())
  const until = async (done: () => boolean) => {
    while (!done()) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const call = async (text: string, callOptions = {}) => said(await connection.call(say(text), callOptions))
  return { server, address, host, connection, events, until, call }
}

describe('SessionConnection over real sockets', () => {
  it.each([
    ['abridged', false],
    ['intermediate', true],
    ['padded', true],
    ['full', false],
  ] as const)(
    'makes a key, calls and is told updates in %s (obfuscated: %s)',
    async (transport, obfuscated) => {
      const t = await setup({ transport, obfuscated })
      expect(await t.call('hello')).toBe('hello')
      await expect(t.call('fail please')).rejects.toThrow(new CallError(400, 'TEXT_INVALID'))
      const long = 'long '.repeat(40_000)
      expect(await t.call(long, { gzip: false })).toBe(long)
      t.server.push('news')
      await t.until(() => t.events.some((event) => event.type === 'update'))
      const update = t.events.find((event) => event.type === 'update')
      expect(said(update?.body ?? new Uint8Array(0))).toBe('news')
      expect(t.server.exchanges).toBe(1)
    },
  )

  it('goes on with a saved key and makes no new one', async () => {
    const t = await setup()
    await t.call('first')
    const made = t.events.find((event) => event.type === 'authKey')
    t.connection.close()
    const again = new SessionConnection<DialAddress>({
      host: t.host,
      name: 'alice again',
      dc: 2,
      addresses: () => [t.address],
      dial: tcpDial({ random }),
      key: made?.key,
      onEvent: () => {},
    })
    closing.push(() => again.close())
    expect(said(await again.call(say('second')))).toBe('second')
    expect(t.server.exchanges).toBe(1)
  })

  it('makes a permanent key and a temporary one over the same link, and lives under the temporary one', async () => {
    const t = await setup({}, { permanentFirst: true, expiresIn: 3600 })
    expect(await t.call('hello')).toBe('hello')
    expect([t.server.exchanges, t.server.accepted]).toEqual([2, 1])
    const keys = t.events.flatMap((event) => (event.type === 'authKey' ? [event.key] : []))
    expect(keys.map(({ expiresAt }) => expiresAt !== undefined)).toEqual([false, true])
    // What comes after a drop is the session under the temporary key: neither is made again.
    t.server.cutAll()
    expect(await t.call('hello again')).toBe('hello again')
    expect(t.server.exchanges).toBe(2)
  })

  it('whose link is lost between the two keys makes the temporary one over the next', async () => {
    let permanent = 0
    const t = await setup(
      {},
      {
        permanentFirst: true,
        expiresIn: 3600,
        onEvent: (event) => {
          if (event.type !== 'authKey' || event.key.expiresAt !== undefined) return
          permanent++
          t.server.cutAll()
        },
      },
    )
    expect(await t.call('hello')).toBe('hello')
    expect([permanent, t.server.exchanges, t.server.accepted]).toEqual([1, 2, 2])
  })

  it('ends every call with its result, executed once, though the socket is cut again and again', async () => {
    const t = await setup()
    await t.call('warm up')
    let seen = 0
    t.server.fault = () => {
      seen++
      if (seen % 23 === 0) return 'cutBefore'
      return seen % 17 === 0 ? 'cutAfter' : undefined
    }
    const texts = Array.from({ length: 300 }, (_, i) => `call ${i}`)
    const answers: string[] = []
    // In waves, so that cuts come while some are sent, some waiting and some answered.
    for (let at = 0; at < texts.length; at += 30) {
      const wave = texts.slice(at, at + 30).map((text) => t.call(text))
      answers.push(...(await Promise.all(wave)))
    }
    expect(answers).toEqual(texts)
    expect(t.server.executed.toSorted()).toEqual(['warm up', ...texts].toSorted())
    expect(t.server.accepted).toBeGreaterThan(5)
    expect(t.server.exchanges).toBe(1)
    expect(t.events.filter((event) => event.type === 'newSession')).toHaveLength(1)
  })

  it('receives updates that were sent while it was away', async () => {
    const t = await setup()
    await t.call('hello')
    t.server.cutAll()
    await t.until(() => t.connection.state.name === 'waiting')
    t.server.push('while you were out')
    await t.until(() => t.events.some((event) => event.type === 'update'))
    expect(t.server.accepted).toBe(2)
  })

  it('comes back when the server is started again on its port, and ends the call that waited', async () => {
    const t = await setup()
    await t.call('hello')
    await t.server.close()
    await t.until(() => t.connection.state.name === 'waiting')
    const waiting = t.call('are you there?')
    const next = new RealServer()
    for (const [id, sessions] of t.server.keys) next.keys.set(id, sessions)
    await next.listen(t.address.port)
    closing.push(() => next.close())
    expect(await waiting).toBe('are you there?')
    expect(next.exchanges).toBe(0)
  })

  it('is told when the server does not know the key, and makes another when asked', async () => {
    const t = await setup()
    await t.call('hello')
    t.server.keys.clear()
    const end = t.call('who am I?')
    await t.until(() => t.events.some((event) => event.type === 'authKeyUnknown'))
    t.connection.useKey(undefined)
    expect(await end).toBe('who am I?')
    expect(t.server.exchanges).toBe(2)
  })

  it('refuses a server whose key is not known', async () => {
    const t = await setup()
    const host = new ConnectionHost({
      cores: mtprotoCores({ publicKeys: [], random }),
      limits: { connects: [], perKey: [] },
      backoff: { first: 1, most: 1 },
    })
    const connection = new SessionConnection<DialAddress>({
      host,
      name: 'bob',
      dc: 2,
      addresses: () => [t.address],
      dial: tcpDial({ random }),
      onEvent: () => {},
    })
    await expect(connection.call(say('x'))).rejects.toMatchObject({
      code: 'SERVER_UNPROVEN',
      cause: { code: 'SERVER_KEY_UNKNOWN', cause: { name: 'KeyExchangeError' } },
    })
  })

  it('asks the server to drop the answer of an aborted call', async () => {
    const t = await setup()
    t.server.fault = (text) => (text === 'slow' ? 'hold' : undefined)
    const abort = new AbortController()
    const slow = t.call('slow', { signal: abort.signal })
    await t.call('marker')
    abort.abort(new Error('never mind'))
    await expect(slow).rejects.toThrow('never mind')
    await t.call('after')
    const running = [...t.server.keys.values()].flatMap((sessions) => [...sessions.all()])
    expect(running).toHaveLength(1)
    expect(t.connection.pendingCalls).toBe(0)
  })

  it('carries the calls of many sessions at once', async () => {
    const t = await setup()
    const sessions = Array.from({ length: 20 }, (_, i) => {
      const connection = new SessionConnection<DialAddress>({
        host: t.host,
        name: `session ${i}`,
        dc: 2,
        addresses: () => [t.address],
        dial: tcpDial({ random }),
        onEvent: () => {},
      })
      closing.push(() => connection.close())
      return connection
    })
    const answers = await Promise.all(sessions.map((connection, i) => connection.call(say(`from ${i}`))))
    expect(answers.map(said)).toEqual(sessions.map((_, i) => `from ${i}`))
    expect(t.server.exchanges).toBe(20)
  })
})
