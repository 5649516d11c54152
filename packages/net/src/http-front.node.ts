// The server's end of everything that begins as HTTP: WebSocket, and single requests for whoever wants to
// answer them. It has no port of its own by need: it can take over a connection on which a request has begun, so that one
// port speaks all transports, as Telegram's do.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import type { ByteStream, Listener, StreamHandlers } from './byte-stream.ts'
import { listenTcp } from './tcp.node.ts'
import { WebSocketStream, webSocketProtocol } from './websocket-stream.ts'

export interface HttpFrontOptions {
  /** A client has opened a WebSocket; `path` is that of its URL, e.g. `/apiws`. */
  onWebSocket: (stream: ByteStream, path: string) => void
  /** Any other request. Default: 404. */
  onRequest?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
}

const maxPayload = 8 << 20

export class HttpFront {
  readonly #server: Server

  /** Loads the HTTP and WebSocket code, which those who never serve do not need. */
  static async create(options: HttpFrontOptions): Promise<HttpFront> {
    const [{ createServer }, { WebSocketServer }] = await Promise.all([import('node:http'), import('ws')])
    const webSockets = new WebSocketServer({
      noServer: true,
      // What is carried is encrypted and does not shrink.
      perMessageDeflate: false,
      maxPayload,
      handleProtocols: (offered) => (offered.has(webSocketProtocol) ? webSocketProtocol : false),
    })
    return new HttpFront(createServer(), webSockets, options)
  }

  private constructor(server: Server, webSockets: WebSocketServer, options: HttpFrontOptions) {
    this.#server = server
    server.on('request', options.onRequest ?? notFound)
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const remote = socket instanceof StreamDuplex ? socket.remote : 'a WebSocket'
        options.onWebSocket(new WebSocketStream(webSocket, remote), pathOf(request))
      })
    })
    server.on('clientError', (_error, socket) => socket.destroy())
  }

  /**
   * Takes over a connection whose first bytes are `head`: all that the stream still brings, and its end, must be handed to
   * what is returned.
   */
  take(stream: ByteStream, head?: Uint8Array): StreamHandlers {
    const duplex = new StreamDuplex(stream)
    if (head !== undefined) duplex.onData(head)
    this.#server.emit('connection', duplex)
    return duplex
  }

  /** Listens on a port of its own. */
  listen(host: string, port: number): Promise<Listener> {
    return listenTcp({ host, port, onConnection: (stream) => stream.start(this.take(stream)) })
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').replace(/\?.*$/s, '')
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'Content-Length': 0, Connection: 'close' }).end()
}

/** A ByteStream as Node's HTTP code wants it. */
class StreamDuplex extends Duplex implements StreamHandlers {
  readonly #stream: ByteStream

  constructor(stream: ByteStream) {
    super()
    this.#stream = stream
    this.on('error', () => {})
  }

  get remote(): string {
    return this.#stream.remote
  }

  onData(chunk: Uint8Array): void {
    if (!this.destroyed) this.push(chunk)
  }

  onClose(error?: Error): void {
    if (error === undefined && !this.destroyed) this.push(null)
    this.destroy(error)
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#stream.write(chunk)
    done()
  }

  override _final(done: () => void): void {
    this.#stream.close()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream.destroy()
    done(error)
  }
}
