// TCP through node:net: connect with a limit of time and an abort signal, and listen.

import { connect, createServer, type OnReadOpts, type Server, type Socket } from 'node:net'
import type { ByteStream, Listener, StreamHandlers } from './byte-stream.ts'
import { abortReason, ConnectError } from './errors.ts'

export interface TcpAddress {
  /** IPv4 or IPv6 literal, or a host name. */
  host: string
  port: number
}

export interface TcpOptions {
  signal?: AbortSignal | undefined
  /** Milliseconds until the attempt fails with CONNECT_TIMEOUT. Default: as long as the signal allows. */
  timeout?: number | undefined
  /** Small packets go out at once. Default true: MTProto gathers on its own. */
  noDelay?: boolean | undefined
  /** TCP keep-alive after so many idle milliseconds. Default off: MTProto pings on its own. */
  keepAlive?: number | undefined
}

// What all sockets made here read into, one after the other: each would else take new memory of this size for every read,
// to give most of it back.
const readInto = new Uint8Array(64 * 1024)

/** What a socket has read, copied out at its true size. */
class Intake {
  receiver: ((chunk: Uint8Array) => void) | undefined
  readonly onread: OnReadOpts = {
    buffer: readInto,
    callback: (length) => {
      this.receiver?.(readInto.slice(0, length))
      return true
    },
  }
}

/** A ByteStream over a connected socket, also one that a proxy library has made. */
export class TcpStream implements ByteStream {
  readonly #socket: Socket
  readonly #intake: Intake | undefined
  readonly remote: string
  #handlers: StreamHandlers | undefined
  #error: Error | undefined
  #ended = false

  /** @param intake of a socket that was made with one; others tell what they have read by events */
  constructor(socket: Socket, remote: string, intake?: Intake) {
    this.#socket = socket
    this.#intake = intake
    this.remote = remote
    socket.on('error', (error) => {
      this.#error = new ConnectError('STREAM_FAILED', `${remote}: ${error.message}`, error)
    })
    socket.on('close', () => this.#end())
  }

  get buffered(): number {
    return this.#socket.writableLength
  }

  start(handlers: StreamHandlers): void {
    this.#handlers = handlers
    if (this.#ended) {
      handlers.onClose(this.#error)
      return
    }
    if (this.#intake === undefined) {
      // No Buffer leaves this file: its `slice` is a view, where everyone else's is a copy.
      this.#socket.on('data', (chunk: Buffer) =>
        this.#take(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)),
      )
    } else this.#intake.receiver = (chunk) => this.#take(chunk)
    this.#socket.resume()
  }

  write(data: Uint8Array): void {
    if (!this.#socket.writable) return
    this.#socket.write(data)
  }

  close(): void {
    this.#socket.destroySoon()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #take(chunk: Uint8Array): void {
    if (!this.#ended) this.#handlers?.onData(chunk)
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#handlers?.onClose(this.#error)
  }
}

/** `host:port`, with brackets around an IPv6 literal. */
export function hostPort(address: TcpAddress): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

/**
 * Opens a TCP connection.
 * @throws ConnectError CONNECT_FAILED, CONNECT_TIMEOUT; the signal's reason when aborted
 */
export async function connectTcp(address: TcpAddress, options: TcpOptions = {}): Promise<TcpStream> {
  const intake = new Intake()
  const socket = await connectSocket(address, options, intake.onread)
  return new TcpStream(socket, hostPort(address), intake)
}

/** The socket beneath `connectTcp`, for what speaks to a proxy first. It is not read from yet. */
export function connectSocket(
  address: TcpAddress,
  options: TcpOptions = {},
  onread?: OnReadOpts,
): Promise<Socket> {
  const { signal, timeout } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortReason(signal))
      return
    }
    const socket = connect({
      host: address.host,
      port: address.port,
      noDelay: options.noDelay ?? true,
      keepAlive: options.keepAlive !== undefined,
      keepAliveInitialDelay: options.keepAlive ?? 0,
      autoSelectFamily: true,
      ...(onread && { onread }),
    })
    const timer = timeout === undefined ? undefined : setTimeout(() => fail(timedOut()), timeout)
    const timedOut = () =>
      new ConnectError('CONNECT_TIMEOUT', `${hostPort(address)}: no connection in ${timeout} ms`)
    const onAbort = () => fail(signal ? abortReason(signal) : timedOut())
    const onError = (error: Error) =>
      fail(new ConnectError('CONNECT_FAILED', `${hostPort(address)}: ${reasonOf(error)}`, error))
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    const fail = (error: Error) => {
      settle()
      socket.off('error', onError)
      socket.destroy()
      reject(error)
    }
    signal?.addEventListener('abort', onAbort)
    // Never without a listener: an error between two owners of the socket must not end the process.
    socket.on('error', ignore)
    socket.once('error', onError)
    socket.once('connect', () => {
      settle()
      socket.off('error', onError)
      socket.pause()
      resolve(socket)
    })
  })
}

function ignore(): void {}

// When several addresses of a name failed, Node's error has an empty message and the errors inside.
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : error.name
}

export interface ListenOptions {
  /** Default 127.0.0.1. */
  host?: string | undefined
  /** Default 0: any free port. */
  port?: number | undefined
  /** Called with each accepted connection; it starts to read when started. */
  onConnection: (stream: ByteStream) => void
}

/** Listens for TCP connections. Rejects with the system's error (EADDRINUSE, EACCES, …) when it cannot. */
export function listenTcp(options: ListenOptions): Promise<Listener> {
  const host = options.host ?? '127.0.0.1'
  const open = new Set<Socket>()
  // Paused: what comes before the stream is started waits in the socket.
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    const remote = hostPort({ host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 })
    options.onConnection(new TcpStream(socket, remote))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port: options.port ?? 0 }, () => {
      server.off('error', reject)
      const bound = server.address()
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0
      resolve({ host, port, close: (grace = 1000) => closeServer(server, open, grace) })
    })
  })
}

/** Stops a server; sockets that have not ended by themselves after `grace` ms are destroyed. */
export function closeServer(server: Server, open: ReadonlySet<Socket>, grace: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      for (const socket of open) socket.destroy()
    }, grace)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    for (const socket of open) socket.destroySoon()
  })
}
