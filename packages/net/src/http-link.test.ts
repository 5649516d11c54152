import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { decodePlain, encodePlain, type Frame } from '@telegram-mt/mtproto'
import { TlReader, TlWriter } from '@telegram-mt/tl'
import { afterEach, describe, expect, it, test } from 'vitest'
import { httpDial } from './dial.node.ts'
import { connectHttp, type HttpOptions } from './http-link.node.ts'
import type { Link } from './link.ts'
import { parseProxyLink } from './proxy/proxy.ts'
import { connectServer, socksServer } from './proxy/proxy-servers.testing.ts'
import { random } from './real-server.testing.ts'
import { closeServer } from './tcp.node.ts'
import { certificate, privateKey } from './tls-identity.testing.ts'

const closing: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

interface Request {
  path: string | undefined
  host: string | undefined
  body: Uint8Array
  response: ServerResponse
  socket: Socket
}

/** Something that can be waited for. */
class Queue<Item> {
  readonly all: Item[] = []
  #taken = 0
  #wake = () => {}

  add(item: Item): void {
    this.all.push(item)
    this.#wake()
  }

  async next(): Promise<Item> {
    const at = this.#taken++
    for (;;) {
      const item = this.all[at]
      if (item !== undefined) return item
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

/** Requests wait in the queue until the test answers them. */
async function webServer(tls = false) {
  const requests = new Queue<Request>()
  const sockets = new Set<Socket>()
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () =>
      requests.add({
        path: request.url,
        host: request.headers.host,
        body: new Uint8Array(Buffer.concat(chunks)),
        response,
        socket: request.socket,
      }),
    )
  }
  const server = tls
    ? createHttpsServer({ key: privateKey, cert: certificate }, onRequest)
    : createServer(onRequest)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  closing.push(() => closeServer(server, sockets, 0))
  return { requests, sockets, port, url: `http${tls ? 's' : ''}://127.0.0.1:${port}/api` }
}

type Heard = Frame | { type: 'partial' } | { type: 'closed'; error: Error | undefined }

function listen(link: Link): Queue<Heard> {
  const heard = new Queue<Heard>()
  closing.push(() => link.destroy())
  link.start({
    onFrame: (frame) => heard.add(frame),
    onPartialFrame: () => {},
    onLinkClose: (error) => heard.add({ type: 'closed', error }),
  })
  return heard
}

async function linked(options: Partial<HttpOptions> = {}, tls = false) {
  const server = await webServer(tls)
  const link = await connectHttp(server.url, { random, ...options })
  return { ...server, link, heard: listen(link) }
}

const packet = (fill: number, length = 40) => new Uint8Array(length).fill(fill)
const closed = (code: string) => ({ type: 'closed', error: expect.objectContaining({ code }) })

test('each packet is a POST, several are under way, and each response is a packet', async () => {
  const { link, requests, heard, sockets, port } = await linked()
  expect(link.mustAsk).toBe(true)
  link.send([packet(1), packet(2)])
  link.send([packet(3)])
  expect(link.mustAsk).toBe(false)
  const [one, two, three] = [await requests.next(), await requests.next(), await requests.next()]
  expect(requests.all.map(({ body }) => body[0]).sort()).toEqual([1, 2, 3])
  expect(new Set(requests.all.map(({ path, host }) => `${host}${path}`))).toEqual(
    new Set([`127.0.0.1:${port}/api`]),
  )
  expect(link.buffered).toBe(0)
  const held = [one, two, three].find(({ body }) => body[0] === 1)
  for (const other of [one, two, three].filter((request) => request !== held)) other.response.end(packet(7))
  expect(await heard.next()).toEqual({ type: 'packet', data: packet(7) })
  expect(await heard.next()).toEqual({ type: 'packet', data: packet(7) })
  // The first one is still held, so the server can speak.
  expect(link.mustAsk).toBe(false)
  held?.response.end(packet(8, 1_000_000))
  const large = await heard.next()
  expect(large.type === 'packet' && Buffer.compare(large.data, packet(8, 1_000_000))).toBe(0)
  expect(link.mustAsk).toBe(true)
  // The sockets are kept for more.
  link.send([packet(4)])
  await requests.next()
  expect(sockets.size).toBe(3)
})

test('at most eight are under way; the others wait for a socket', async () => {
  const { link, requests } = await linked()
  for (let i = 0; i < 12; i++) link.send([packet(i)])
  for (let i = 0; i < 8; i++) await requests.next()
  expect(new Set(requests.all.map(({ socket }) => socket)).size).toBe(8)
  const [first] = requests.all
  // No answer, no request: the ninth comes for the answer to the first, on its socket.
  first?.response.end(packet(9))
  const { body, socket } = await requests.next()
  expect(body[0]).toBe(8)
  expect(socket).toBe(first?.socket)
  for (const { response } of requests.all.slice(1)) response.end(packet(9))
  for (let i = 0; i < 3; i++) await requests.next()
  expect(requests.all).toHaveLength(12)
})

describe('M10: HTTP responses that are no packets end the link', () => {
  it.each([
    [200, packet(1, 4 * 1024 * 1024 + 1028), closed('FRAME_TOO_LARGE')],
    [200, packet(1, 16), closed('FRAME_TOO_SHORT')],
    [200, packet(1, 41), closed('FRAME_LENGTH_UNALIGNED')],
    [204, packet(1, 0), closed('STREAM_FAILED')],
    [302, packet(1, 0), closed('STREAM_FAILED')],
  ])('%i', async (status, body, expected) => {
    const { link, requests, heard } = await linked()
    link.send([packet(1)])
    const { response } = await requests.next()
    response.writeHead(status, status === 302 ? { Location: 'http://127.0.0.1:1/api' } : {}).end(body)
    expect(await heard.next()).toEqual(expected)
  })

  it.each([429, 444, 403, 500])('status %i is a transport error', async (status) => {
    const { link, requests, heard } = await linked()
    link.send([packet(1)])
    ;(await requests.next()).response.writeHead(status).end('<html>no</html>')
    expect(await heard.next()).toEqual({ type: 'error', code: -status })
  })

  it('a response that breaks off', async () => {
    const { link, requests, heard } = await linked()
    link.send([packet(1)])
    const { response } = await requests.next()
    response.writeHead(200, { 'Content-Length': 100 }).write(packet(1))
    response.once('close', () => {})
    setImmediate(() => response.destroy())
    expect(await heard.next()).toEqual(closed('STREAM_FAILED'))
  })
})

describe('404, the word for an auth key that is not known', () => {
  const resPq = (request: Uint8Array, wrong = 0) => {
    const asked = new TlReader(decodePlain(request).body)
    expect(asked.uint()).toBe(0xbe7e8ef1)
    const nonce = asked.raw(16).slice()
    nonce[0] = (nonce[0] ?? 0) ^ wrong
    const answer = new TlWriter()
    answer.uint(0x05162463)
    answer.raw(nonce)
    answer.raw(packet(9, 16))
    return encodePlain(5n, answer.finish())
  }

  it('is believed of a server that then speaks MTProto', async () => {
    const { link, requests, heard } = await linked()
    link.send([packet(1)])
    ;(await requests.next()).response.writeHead(404).end()
    const probe = await requests.next()
    probe.response.end(resPq(probe.body))
    expect(await heard.next()).toEqual({ type: 'error', code: -404 })
  })

  it.each([
    ['another 404', (response: ServerResponse) => response.writeHead(404).end()],
    ['a web page', (response: ServerResponse) => response.end('<html>please log in to this network</html>')],
    ['another nonce', (response: ServerResponse, body: Uint8Array) => response.end(resPq(body, 1))],
    ['a packet that is cut off', (response: ServerResponse) => response.end(encodePlain(5n, packet(1, 4)))],
  ])('is not believed of one that answers with %s', async (_, answer) => {
    const { link, requests, heard } = await linked()
    link.send([packet(1)])
    ;(await requests.next()).response.writeHead(404).end('not found')
    const probe = await requests.next()
    answer(probe.response, probe.body)
    expect(await heard.next()).toEqual(closed('STREAM_FAILED'))
    expect(heard.all).toHaveLength(1)
  })

  it('says of a key exchange only that it has failed', async () => {
    const { link, requests, heard } = await linked()
    link.send([encodePlain(4n, packet(1, 20))])
    ;(await requests.next()).response.writeHead(404).end()
    expect(await heard.next()).toEqual({ type: 'error', code: -404 })
  })
})

test('a response without a body lets the next packet be held', async () => {
  const { link, requests } = await linked()
  link.send([packet(1)])
  const asked = new Promise<boolean>((resolve) => {
    link.start({
      onFrame: () => {},
      onPartialFrame: () => resolve(link.mustAsk === true),
      onLinkClose: () => {},
    })
  })
  ;(await requests.next()).response.end()
  expect(await asked).toBe(true)
})

test('a lost socket ends the link, and its other requests', async () => {
  const { link, requests, heard } = await linked()
  link.send([packet(1), packet(2)])
  const [one, two] = [await requests.next(), await requests.next()]
  const over = new Promise((resolve) => two.socket.once('close', resolve))
  one.socket.destroy()
  expect(await heard.next()).toEqual(closed('STREAM_FAILED'))
  await over
  link.send([packet(3)])
  expect(heard.all).toHaveLength(1)
})

test('closing sends what waits, destroying sends nothing more', async () => {
  const { link, requests, heard } = await linked()
  link.send([packet(1)])
  link.close()
  const { socket } = await requests.next()
  await new Promise((resolve) => (socket.destroyed ? resolve(0) : socket.once('close', resolve)))
  expect(heard.all).toEqual([])
})

test('over TLS', async () => {
  const { link, requests, heard } = await linked({ ca: certificate }, true)
  link.send([packet(1)])
  ;(await requests.next()).response.end(packet(2))
  expect(await heard.next()).toEqual({ type: 'packet', data: packet(2) })
})

test('a certificate that is not trusted', async () => {
  const { link, heard } = await linked({}, true)
  link.send([packet(1)])
  expect(await heard.next()).toEqual(closed('STREAM_FAILED'))
})

it.each([
  ['socks5', socksServer],
  ['http', connectServer],
] as const)('through a %s proxy, every socket of it', async (scheme, start) => {
  const proxy = await start({ username: 'me', password: 'secret' })
  closing.push(() => proxy.close())
  const { requests, port } = await webServer()
  const dial = httpDial({ random, proxy: parseProxyLink(`${scheme}://me:secret@127.0.0.1:${proxy.port}`) })
  const link = await dial({ host: '127.0.0.1', port, dc: 10_002 }, new AbortController().signal)
  const heard = listen(link)
  link.send([packet(1), packet(2)])
  for (const { response, path } of [await requests.next(), await requests.next()]) {
    expect(path).toBe('/api_test')
    response.end(packet(3))
  }
  await heard.next()
  await heard.next()
  expect(proxy.targets).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port}`])
})

test('not through an MTProxy, and not to a dead port', async () => {
  const { signal } = new AbortController()
  const proxy = parseProxyLink('tg://proxy?server=a.example&port=1&secret=00112233445566778899aabbccddeeff')
  await expect(httpDial({ random, proxy })({ host: 'b', port: 1, dc: 1 }, signal)).rejects.toMatchObject({
    code: 'PROXY_FAILED',
  })
  await expect(httpDial({ random })({ host: '127.0.0.1', port: 1, dc: 1 }, signal)).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
  })
})
