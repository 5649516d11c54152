import { randomBytes } from 'node:crypto'
import { type Frame, ServerFraming, TlsServerFraming } from '@telegram-mt/mtproto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Listener } from '../byte-stream.ts'
import { type TcpDialOptions, tcpDial } from '../dial.node.ts'
import type { Link } from '../link.ts'
import { listenTcp } from '../tcp.node.ts'
import { certificate } from '../tls-identity.testing.ts'
import { parseProxyLink } from './proxy.ts'
import {
  connectServer,
  type ProxyServerOptions,
  type RunningProxy,
  socksServer,
} from './proxy-servers.testing.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

/** A server that sends every packet back, in whatever transport the client speaks. */
async function echoServer(
  secrets?: Uint8Array[],
): Promise<{ listener: Listener; framings: ServerFraming[] }> {
  const framings: ServerFraming[] = []
  const listener = await listenTcp({
    onConnection(stream) {
      const framing = new ServerFraming({ random, secrets, secretRequired: secrets !== undefined })
      framings.push(framing)
      stream.start({
        onData(chunk) {
          try {
            for (const frame of framing.push(chunk)) {
              if (frame.type === 'packet') stream.write(framing.encode(frame.data))
            }
          } catch {
            stream.destroy()
          }
        },
        onClose() {},
      })
    },
  })
  open.push(listener)
  return { listener, framings }
}

async function proxyOf(kind: 'socks5' | 'http', options: ProxyServerOptions = {}): Promise<RunningProxy> {
  const proxy = await (kind === 'socks5' ? socksServer(options) : connectServer(options))
  open.push(proxy)
  return proxy
}

const never = new AbortController().signal

function dial(
  options: Partial<TcpDialOptions>,
  address: { host: string; port: number; dc?: number },
  signal = never,
): Promise<Link> {
  return tcpDial({ random, ...options })({ dc: 2, ...address }, signal)
}

/** Sends packets and resolves with as many that come back. */
function echoed(link: Link, packets: Uint8Array[]): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const back: Uint8Array[] = []
    link.start({
      onFrame(frame: Frame) {
        if (frame.type === 'packet') back.push(frame.data)
        if (back.length < packets.length) return
        link.close()
        resolve(back)
      },
      onPartialFrame() {},
      onLinkClose: (error) => reject(error ?? new Error('closed')),
    })
    link.send(packets)
  })
}

// Of the sizes that encrypted packets have: the padded transport finds out by them where its padding begins.
const packets = [24, 24 + 16 * 12_500, 56].map((size, i) => new Uint8Array(size).fill(i + 1))
const same = (back: Uint8Array[]) =>
  back.every((data, i) => Buffer.compare(data, packets[i] ?? new Uint8Array(0)) === 0)

describe.each(['socks5', 'http'] as const)('%s proxy', (type) => {
  const link = (port: number, login = '') => parseProxyLink(`${type}://${login}127.0.0.1:${port}`)

  it('carries packets both ways, with and without a password', async () => {
    const { listener } = await echoServer()
    const free = await proxyOf(type)
    expect(same(await echoed(await dial({ proxy: link(free.port) }, listener), packets))).toBe(true)
    expect(free.targets).toEqual([`127.0.0.1:${listener.port}`])
    const locked = await proxyOf(type, { username: 'me', password: 'p@ss:wörd' })
    const login = `me:${encodeURIComponent('p@ss:wörd')}@`
    expect(same(await echoed(await dial({ proxy: link(locked.port, login) }, listener), packets))).toBe(true)
  })

  it('lets the proxy resolve names', async () => {
    const { listener } = await echoServer()
    const proxy = await proxyOf(type)
    const named = { host: 'localhost', port: listener.port }
    expect(same(await echoed(await dial({ proxy: link(proxy.port) }, named), packets))).toBe(true)
    expect(proxy.targets).toEqual([`localhost:${listener.port}`])
  })

  it('says that the password is wrong, without repeating it', async () => {
    const proxy = await proxyOf(type, { username: 'me', password: 'right' })
    for (const login of ['', 'me:hunter2@']) {
      const failure = await dial({ proxy: link(proxy.port, login) }, { host: 'a.example', port: 443 }).catch(
        (e) => e,
      )
      // A SOCKS proxy that is not offered a password can only say that no method suits it.
      const code = type === 'socks5' && login === '' ? /PROXY_(AUTH_)?FAILED/ : /PROXY_AUTH_FAILED/
      expect(failure.code).toMatch(code)
      expect(JSON.stringify([failure, String(failure), failure.cause])).not.toContain('hunter2')
      expect(String(failure)).toContain(`${type}://127.0.0.1:${proxy.port}`)
    }
  })

  it('says that the proxy refused or could not reach the target', async () => {
    const refusing = await proxyOf(type, { refuse: true })
    await expect(
      dial({ proxy: link(refusing.port) }, { host: 'a.example', port: 443 }),
    ).rejects.toMatchObject({
      code: 'PROXY_REFUSED',
    })
    const gone = await listenTcp({ onConnection: () => {} })
    await gone.close()
    const proxy = await proxyOf(type)
    await expect(dial({ proxy: link(proxy.port) }, gone)).rejects.toMatchObject({ code: 'PROXY_REFUSED' })
    await expect(dial({ proxy: link(gone.port) }, gone)).rejects.toMatchObject({ code: 'PROXY_FAILED' })
  })

  it('can be given up in the middle of the handshake', async () => {
    const proxy = await proxyOf(type, { silent: true })
    const abort = new AbortController()
    const attempt = dial({ proxy: link(proxy.port) }, { host: 'a.example', port: 443 }, abort.signal)
    setImmediate(() => abort.abort(new Error('given up')))
    await expect(attempt).rejects.toThrow('given up')
  })

  it('fails by name when the proxy hangs up or talks nonsense', async () => {
    for (const words of ['', 'nonsense\r\n\r\n']) {
      const bad = await listenTcp({
        onConnection(stream) {
          stream.write(new TextEncoder().encode(words))
          stream.close()
        },
      })
      open.push(bad)
      await expect(dial({ proxy: link(bad.port) }, { host: 'a.example', port: 443 })).rejects.toMatchObject({
        code: 'PROXY_FAILED',
      })
    }
  })
})

describe('http proxy over TLS', () => {
  it('is spoken to over TLS, and believed only with a certificate that is trusted', async () => {
    const { listener } = await echoServer()
    const server = await proxyOf('http', { tls: true })
    const proxy = parseProxyLink(`https://localhost:${server.port}`)
    await expect(dial({ proxy }, listener)).rejects.toMatchObject({
      code: 'PROXY_FAILED',
      message: expect.stringContaining('self-signed'),
    })
    if (proxy.type !== 'http') throw new Error('an HTTP proxy was expected')
    for (const host of ['localhost', '127.0.0.1']) {
      const trusted = { ...proxy, host, ca: certificate }
      expect(same(await echoed(await dial({ proxy: trusted }, listener), packets))).toBe(true)
    }
    expect(server.targets).toHaveLength(2)
  })
})

describe('MTProxy', () => {
  const secret = random(16)
  const hex = Buffer.from(secret).toString('hex')

  it.each([
    ['', 'intermediate'],
    ['dd', 'padded'],
  ])('speaks obfuscated with the secret (%s) and names the DC', async (prefix, name) => {
    const { listener, framings } = await echoServer([secret])
    const proxy = parseProxyLink(`tg://proxy?server=127.0.0.1&port=${listener.port}&secret=${prefix}${hex}`)
    const link = await dial({ proxy }, { host: 'never.asked', port: 1, dc: -10_002 })
    expect(same(await echoed(link, packets))).toBe(true)
    expect(framings[0]?.transport).toMatchObject({ name, obfuscated: true, dc: -10_002, secret })
  })

  it('dresses as TLS when the secret says so (ee)', async () => {
    const domain = 'www.example.com'
    const framings: TlsServerFraming[] = []
    const listener = await listenTcp({
      onConnection(stream) {
        const framing = new TlsServerFraming({ random, secrets: [secret], now: Date.now() })
        framings.push(framing)
        stream.start({
          onData(chunk) {
            for (const frame of framing.push(chunk)) {
              if (frame.type === 'write') stream.write(frame.data)
              if (frame.type === 'packet') stream.write(framing.encode(frame.data))
            }
          },
          onClose() {},
        })
      },
    })
    open.push(listener)
    const tls = `ee${hex}${Buffer.from(domain).toString('hex')}`
    const proxy = parseProxyLink(`https://t.me/proxy?server=127.0.0.1&port=${listener.port}&secret=${tls}`)
    const link = await dial({ proxy }, { host: 'never.asked', port: 1, dc: 4 })
    expect(same(await echoed(link, packets))).toBe(true)
    expect(framings[0]?.transport).toMatchObject({ name: 'padded', dc: 4 })
  })

  it('is hung up on with the wrong secret', async () => {
    const { listener } = await echoServer([random(16)])
    const proxy = parseProxyLink(`tg://proxy?server=127.0.0.1&port=${listener.port}&secret=${hex}`)
    await expect(echoed(await dial({ proxy }, listener), packets)).rejects.toThrow()
  })
})

describe('without a proxy', () => {
  it.each([
    ['abridged', false],
    ['abridged', true],
    ['intermediate', true],
    ['padded', true],
    ['full', false],
  ] as const)('speaks %s, obfuscated: %s', async (transport, obfuscated) => {
    const { listener, framings } = await echoServer()
    const link = await dial({ transport, obfuscated }, listener)
    expect(same(await echoed(link, packets))).toBe(true)
    expect(framings[0]?.transport).toMatchObject({ name: transport, obfuscated })
  })

  it('uses the secret that an address wants', async () => {
    const secret = random(16)
    const { listener, framings } = await echoServer([secret])
    const link = await tcpDial({ random })({ host: listener.host, port: listener.port, dc: 2, secret }, never)
    expect(same(await echoed(link, packets))).toBe(true)
    expect(framings[0]?.transport).toMatchObject({ name: 'padded', dc: 2, secret })
  })

  it('ends the link when what comes is no frame', async () => {
    const listener = await listenTcp({
      onConnection(stream) {
        stream.start({ onData: () => stream.write(new Uint8Array(64).fill(0x7f)), onClose() {} })
      },
    })
    open.push(listener)
    const link = await dial({ obfuscated: false }, listener)
    await expect(echoed(link, packets)).rejects.toMatchObject({ code: expect.stringMatching(/^FRAME_/) })
  })
})
