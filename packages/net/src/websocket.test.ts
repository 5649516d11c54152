import { createServer as createTlsServer } from 'node:tls'
import { ServerFraming } from '@telegram-mt/mtproto'
import { afterEach, describe, expect, it } from 'vitest'
import type { ByteStream } from './byte-stream.ts'
import { ConnectionHost } from './connection-host.ts'
import { mtprotoCores } from './core.ts'
import { type DialAddress, webSocketDial } from './dial.node.ts'
import { HttpFront } from './http-front.node.ts'
import type { Dial } from './link.ts'
import { parseProxyLink } from './proxy/proxy.ts'
import { socksServer } from './proxy/proxy-servers.testing.ts'
import { publicKeys, RealServer, random, said, say } from './real-server.testing.ts'
import { SessionConnection } from './session-connection.ts'
import { listenTcp, TcpStream } from './tcp.node.ts'
import { certificate, privateKey } from './tls-identity.testing.ts'
import { connectWebSocket } from './websocket.node.ts'
import { telegramWebSocketUrl } from './websocket-stream.ts'

const closing: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function webSocketServer() {
  const server = new RealServer()
  const paths: string[] = []
  const front = await HttpFront.create({
    onWebSocket: (stream, path) => {
      paths.push(path)
      server.accept(stream)
    },
  })
  const listener = await front.listen('127.0.0.1', 0)
  closing.push(() => listener.close(0))
  closing.push(() => server.close())
  return { server, paths, address: { host: listener.host, port: listener.port, dc: 2 } }
}

function connect(address: DialAddress, dial: Dial<DialAddress>) {
  const host = new ConnectionHost({
    cores: mtprotoCores({ publicKeys, random }),
    limits: { connects: [], perKey: [] },
    backoff: { first: 1, most: 1 },
  })
  const connection = new SessionConnection<DialAddress>({
    host,
    name: 'alice',
    dc: 2,
    addresses: () => [address],
    dial,
    onEvent: () => {},
  })
  closing.push(() => connection.close())
  return async (text: string) => said(await connection.call(say(text), { gzip: false }))
}

/** Resolves with all bytes, and the error if any, when the stream is over. */
function everything(stream: ByteStream): Promise<{ text: string; error: Error | undefined }> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    stream.start({
      onData: (chunk) => chunks.push(chunk),
      onClose: (error) => resolve({ text: Buffer.concat(chunks).toString(), error }),
    })
  })
}

const bytes = (text: string) => new TextEncoder().encode(text)

describe('WebSocket', () => {
  it('carries a session: key exchange, calls, a drop', async () => {
    const { server, paths, address } = await webSocketServer()
    const call = connect(address, webSocketDial({ random }))
    expect(await call('hello')).toBe('hello')
    const long = 'long '.repeat(100_000)
    expect(await call(long)).toBe(long)
    server.cutAll()
    expect(await call('again')).toBe('again')
    expect(server.exchanges).toBe(1)
    expect(paths).toEqual(['/apiws', '/apiws'])
  })

  it('goes through a proxy', async () => {
    const { address } = await webSocketServer()
    const proxy = await socksServer()
    closing.push(() => proxy.close())
    const call = connect(
      address,
      webSocketDial({ random, proxy: parseProxyLink(`socks5://127.0.0.1:${proxy.port}`) }),
    )
    expect(await call('hello')).toBe('hello')
    expect(proxy.targets).toEqual([`127.0.0.1:${address.port}`])
  })

  it('is encrypted with TLS at a wss: address', async () => {
    const server = new RealServer()
    const front = await HttpFront.create({ onWebSocket: (stream) => server.accept(stream) })
    const tls = createTlsServer({ cert: certificate, key: privateKey }, (socket) => {
      const stream = new TcpStream(socket, 'tls')
      stream.start(front.take(stream))
    })
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve))
    const bound = tls.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    closing.push(() => new Promise<void>((resolve) => tls.close(() => resolve())))
    closing.push(() => server.close())
    const url = () => `wss://localhost:${port}/apiws`
    const address = { host: 'localhost', port, dc: 2 }
    expect(await connect(address, webSocketDial({ random, url, ca: certificate }))('hello')).toBe('hello')
    await expect(connectWebSocket(url())).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringContaining('self-signed'),
    })
  })

  it('shares one port with TCP', async () => {
    const server = new RealServer()
    const front = await HttpFront.create({ onWebSocket: (stream) => server.accept(stream) })
    const listener = await listenTcp({
      onConnection(stream) {
        // The first bytes tell what is spoken; a real server then goes on with its own framing.
        const framing = new ServerFraming({ random })
        let handlers: ReturnType<HttpFront['take']> | undefined
        stream.start({
          onData(chunk) {
            if (handlers !== undefined) return handlers.onData(chunk)
            for (const frame of framing.push(chunk)) {
              if (frame.type === 'foreign') handlers = front.take(stream, frame.data)
            }
          },
          onClose: (error) => handlers?.onClose(error),
        })
      },
    })
    closing.push(() => listener.close(0))
    closing.push(() => server.close())
    const call = connect({ host: listener.host, port: listener.port, dc: 2 }, webSocketDial({ random }))
    expect(await call('hello')).toBe('hello')
  })

  it('brings all that was written before a close in good order, to both sides', async () => {
    let accept = (_stream: ByteStream) => {}
    const accepted = new Promise<ByteStream>((resolve) => {
      accept = resolve
    })
    const front = await HttpFront.create({ onWebSocket: accept })
    const listener = await front.listen('127.0.0.1', 0)
    closing.push(() => listener.close(0))
    const client = await connectWebSocket(`ws://127.0.0.1:${listener.port}/apiws`)
    const server = await accepted
    server.write(bytes('early, '))
    server.write(bytes('late'))
    client.write(bytes('one, '))
    client.write(bytes('two'))
    const atServer = everything(server)
    const atClient = everything(client)
    client.close()
    client.write(bytes('too late'))
    expect(await atServer).toEqual({ text: 'one, two', error: undefined })
    expect(await atClient).toEqual({ text: 'early, late', error: undefined })
  })

  it('says by name what went wrong', async () => {
    const front = await HttpFront.create({ onWebSocket: () => {} })
    const listener = await front.listen('127.0.0.1', 0)
    const nonsense = await listenTcp({
      onConnection(stream) {
        stream.write(bytes('nonsense\r\n\r\n'))
        stream.close()
      },
    })
    closing.push(() => nonsense.close(0))
    await expect(connectWebSocket(`ws://127.0.0.1:${nonsense.port}/apiws`)).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    })
    const address = { host: '127.0.0.1', port: listener.port, dc: 2 }
    const plain = await fetch(`http://127.0.0.1:${listener.port}/`)
    expect(plain.status).toBe(404)
    const abort = new AbortController()
    const attempt = connectWebSocket(`ws://127.0.0.1:${listener.port}/apiws`, { signal: abort.signal })
    abort.abort(new Error('given up'))
    await expect(attempt).rejects.toThrow('given up')
    await listener.close(0)
    await expect(connectWebSocket(`ws://127.0.0.1:${listener.port}/apiws`)).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
    })
    const mtproxy = parseProxyLink(`tg://proxy?server=a&port=1&secret=${'00'.repeat(16)}`)
    const refused = webSocketDial({ random, proxy: mtproxy })(address, abort.signal)
    await expect(refused).rejects.toMatchObject({ code: 'PROXY_FAILED' })
  })

  it('knows where Telegram serves it', () => {
    expect(telegramWebSocketUrl(2)).toBe('wss://venus.web.telegram.org/apiws')
    expect(telegramWebSocketUrl(4, { media: true, test: true })).toBe(
      'wss://vesta-1.web.telegram.org/apiws_test',
    )
    expect(() => telegramWebSocketUrl(6)).toThrow(RangeError)
  })
})
