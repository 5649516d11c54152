// Small proxies on real loopback sockets, written from the RFCs, for the tests of the proxy clients.

import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { closeServer } from '../tcp.node.ts'
import { certificate, privateKey } from '../tls-identity.testing.ts'

export interface ProxyServerOptions {
  username?: string
  password?: string
  /** Answer no request, but keep the socket. */
  silent?: boolean
  /** Refuse every target. */
  refuse?: boolean
  /** Speak TLS to the client (HTTP only). */
  tls?: boolean
}

export interface RunningProxy {
  port: number
  /** Targets asked for. */
  targets: string[]
  close(): Promise<void>
}

async function run(server: Server | HttpServer, targets: string[]): Promise<RunningProxy> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  return { port, targets, close: () => closeServer(server, open, 0) }
}

function tunnel(from: Socket, host: string, port: number, established: () => void, failed: () => void): void {
  const to = connect({ host, port })
  to.once('connect', () => {
    established()
    from.pipe(to).pipe(from)
  })
  to.once('error', failed)
  from.once('close', () => to.destroy())
  to.once('close', () => from.destroy())
}

/** Reads exactly as many bytes as asked for, in turn. */
class ByteReader {
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  async take(length: number): Promise<Buffer> {
    for (;;) {
      const chunk: Buffer | null = length === 0 ? Buffer.alloc(0) : this.#socket.read(length)
      if (chunk !== null) return chunk
      await new Promise((resolve) => this.#socket.once('readable', resolve))
    }
  }
}

/** SOCKS5: RFC 1928, RFC 1929. */
export function socksServer(options: ProxyServerOptions = {}): Promise<RunningProxy> {
  const targets: string[] = []
  const server = createServer((socket) => {
    if (!options.silent) void serveSocks(socket, options, targets)
  })
  return run(server, targets)
}

async function serveSocks(socket: Socket, options: ProxyServerOptions, targets: string[]): Promise<void> {
  const reader = new ByteReader(socket)
  const [, count = 0] = await reader.take(2)
  const methods = await reader.take(count)
  const wanted = options.username === undefined ? 0 : 2
  if (!methods.includes(wanted)) {
    socket.end(Buffer.from([5, 255]))
    return
  }
  socket.write(Buffer.from([5, wanted]))
  if (wanted === 2) {
    const [, userLength = 0] = await reader.take(2)
    const user = (await reader.take(userLength)).toString()
    const [passLength = 0] = await reader.take(1)
    const pass = (await reader.take(passLength)).toString()
    const right = user === options.username && pass === options.password
    socket.write(Buffer.from([1, right ? 0 : 1]))
    if (!right) {
      socket.end()
      return
    }
  }
  const [, , , kind = 0] = await reader.take(4)
  let host: string
  if (kind === 1) host = [...(await reader.take(4))].join('.')
  else if (kind === 3) host = (await reader.take((await reader.take(1))[0] ?? 0)).toString()
  else host = (await reader.take(16)).toString('hex').replace(/(.{4})(?!$)/g, '$1:')
  const port = (await reader.take(2)).readUInt16BE()
  targets.push(`${host}:${port}`)
  const reply = (status: number) => socket.write(Buffer.from([5, status, 0, 1, 0, 0, 0, 0, 0, 0]))
  if (options.refuse) {
    reply(2)
    return
  }
  tunnel(
    socket,
    host,
    port,
    () => reply(0),
    () => reply(5),
  )
}

/** HTTP CONNECT: RFC 9110, 9.3.6. */
export function connectServer(options: ProxyServerOptions = {}): Promise<RunningProxy> {
  const targets: string[] = []
  const server = options.tls ? createHttpsServer({ cert: certificate, key: privateKey }) : createHttpServer()
  server.on('connect', (request, socket: Socket) => {
    if (options.silent) return
    const expected = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`
    if (options.username !== undefined && request.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n')
      return
    }
    const { hostname, port } = new URL(`http://${request.url}`)
    targets.push(request.url ?? '')
    if (options.refuse) socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
    else {
      const bad = () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      const host = hostname.replace(/^\[|\]$/g, '')
      tunnel(
        socket,
        host,
        Number(port || 80),
        () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'),
        bad,
      )
    }
  })
  return run(server, targets)
}
