// Packets over HTTP: each is the body of a POST, and what the server has to say comes in the responses, one packet
// to each (https://core.telegram.org/mtproto/transports#http). The server speaks only when asked, so it is always given one
// request to hold; several others are under way at the same time.

import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { DEFAULT_MAX_PACKET, FramingError, isPlain } from '@telegram-mt/mtproto'
import { ConnectError, toError } from './errors.ts'
import { LinkAgent, type SocketOptions } from './http-agent.node.ts'
import { HttpProbe } from './http-probe.ts'
import type { Link, LinkHandlers } from './link.ts'
import { openSocket } from './proxy/open-socket.node.ts'
import type { HttpProxy, SocksProxy } from './proxy/proxy.ts'

export interface HttpOptions {
  signal?: AbortSignal | undefined
  proxy?: SocksProxy | HttpProxy | undefined
  /** Certificates to trust in place of the system's, PEM; for servers of one's own. */
  ca?: string | undefined
  random: (length: number) => Uint8Array
}

/** Requests under way at a time: one is held by the server, the others carry packets that are answered soon. */
const mostRequests = 8
/** Milliseconds without a byte after which a request is lost: longer than the server may hold one. */
const silence = 40_000
/** A plain message without body; shorter than that is no packet. */
const shortestPacket = 20
const keyUnknown = 404

/**
 * Opens a link to an `http:` or `https:` URL.
 * @throws ConnectError CONNECT_FAILED, PROXY_…; the signal's reason when aborted
 */
export async function connectHttp(url: string, options: HttpOptions): Promise<HttpLink> {
  const { signal, proxy, ca, random } = options
  const { protocol, hostname, port, host, pathname, search } = new URL(url)
  const secure = protocol === 'https:'
  const target = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 443 : 80)),
  }
  const sockets: SocketOptions = { target, secure, proxy, ca }
  const socket = await openSocket(target, proxy, signal)
  return new HttpLink(new LinkAgent(sockets, socket), { host, path: pathname + search, random })
}

interface Post {
  readonly packet: Uint8Array
  readonly onAnswer: (status: number, body: Uint8Array) => void
  /** Undefined while it waits for its turn. */
  request: ClientRequest | undefined
}

export class HttpLink implements Link {
  readonly remote: string
  readonly #agent: LinkAgent
  readonly #path: string
  readonly #random: (length: number) => Uint8Array
  readonly #waiting: Post[] = []
  readonly #underway = new Set<Post>()
  #handlers: LinkHandlers | undefined
  /** The one that the server may hold. */
  #held: Post | undefined
  #buffered = 0
  #closing = false
  #ended = false

  constructor(
    agent: LinkAgent,
    where: { host: string; path: string; random: (length: number) => Uint8Array },
  ) {
    this.#agent = agent
    this.remote = where.host
    this.#path = where.path
    this.#random = where.random
  }

  get buffered(): number {
    return this.#buffered
  }

  get mustAsk(): boolean {
    return this.#held === undefined
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
  }

  send(packets: readonly Uint8Array[]): void {
    for (const packet of packets) {
      const post = this.#post(packet, (status, body) => this.#onAnswer(packet, status, body))
      this.#held ??= post
    }
  }

  close(): void {
    this.#handlers = undefined
    this.#closing = true
    this.#endWhenSent()
  }

  destroy(): void {
    this.#handlers = undefined
    this.#end()
  }

  #post(packet: Uint8Array, onAnswer: Post['onAnswer']): Post {
    const post: Post = { packet, onAnswer, request: undefined }
    this.#buffered += packet.length
    this.#waiting.push(post)
    this.#next()
    return post
  }

  #next(): void {
    while (this.#underway.size < mostRequests && !this.#ended) {
      const post = this.#waiting.shift()
      if (post === undefined) return
      this.#underway.add(post)
      post.request = this.#request(post)
    }
  }

  #request(post: Post): ClientRequest {
    const { packet, onAnswer } = post
    const sent = request({
      agent: this.#agent,
      method: 'POST',
      path: this.#path,
      // The agent knows the address; this is what the server is told.
      setHost: false,
      headers: {
        Host: this.remote,
        'Content-Type': 'application/octet-stream',
        'Content-Length': packet.length,
      },
      timeout: silence,
    })
    sent.once('finish', () => {
      this.#buffered -= packet.length
      if (this.#closing) this.#endWhenSent()
    })
    sent.on('timeout', () =>
      this.#fail(new ConnectError('LINK_DEAD', `${this.remote}: a request was not answered`)),
    )
    // Also when it was only its socket that the server did not want to keep: what became of a packet is found out after
    // the next connect, as over every other link.
    sent.on('error', (error) => this.#fail(connectError(this.remote, error)))
    sent.on('response', (response) =>
      this.#read(response, (body) => {
        if (this.#held === post) this.#held = undefined
        onAnswer(response.statusCode ?? 0, body)
      }),
    )
    sent.once('close', () =>
      // Its socket is free for the next one only after this event.
      process.nextTick(() => {
        this.#underway.delete(post)
        this.#next()
      }),
    )
    sent.end(packet)
    return sent
  }

  #read(response: IncomingMessage, onBody: (body: Uint8Array) => void): void {
    const chunks: Buffer[] = []
    let length = 0
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > DEFAULT_MAX_PACKET) {
        this.#fail(
          new FramingError('FRAME_TOO_LARGE', `HTTP: more than ${DEFAULT_MAX_PACKET} bytes in a response`),
        )
      } else {
        chunks.push(chunk)
        this.#handlers?.onPartialFrame()
      }
    })
    response.on('end', () => {
      // A copy, as no Buffer leaves this file: its `slice` is a view, where everyone else's is a copy.
      if (!this.#ended) onBody(new Uint8Array(Buffer.concat(chunks, length)))
    })
    response.on('error', (error) => this.#fail(connectError(this.remote, error)))
  }

  #onAnswer(packet: Uint8Array, status: number, body: Uint8Array): void {
    const handlers = this.#handlers
    if (handlers === undefined) return
    // The word for a lost auth key is also that of any web server in between: a session is not given up for it before the
    // other end was seen to speak MTProto.
    if (status === keyUnknown && !isPlain(packet)) this.#probe()
    else if (status >= 400) handlers.onFrame({ type: 'error', code: -status })
    else if (status !== 200)
      this.#fail(new ConnectError('STREAM_FAILED', `${this.remote} answered with status ${status}`))
    else if (body.length === 0) handlers.onPartialFrame()
    else if (body.length < shortestPacket)
      this.#fail(new FramingError('FRAME_TOO_SHORT', `HTTP: a packet of ${body.length} bytes`))
    else if (body.length % 4 !== 0)
      this.#fail(new FramingError('FRAME_LENGTH_UNALIGNED', `HTTP: a packet of ${body.length} bytes`))
    else handlers.onFrame({ type: 'packet', data: body })
  }

  #probe(): void {
    const probe = new HttpProbe(this.#random)
    this.#post(probe.packet, (status, body) => {
      if (status === 200 && probe.isAnsweredBy(body))
        this.#handlers?.onFrame({ type: 'error', code: -keyUnknown })
      else this.#fail(new ConnectError('STREAM_FAILED', `${this.remote} speaks HTTP, but not MTProto`))
    })
  }

  #fail(error: Error): void {
    if (this.#ended) return
    const handlers = this.#handlers
    this.#handlers = undefined
    this.#end()
    handlers?.onLinkClose(error)
  }

  #endWhenSent(): void {
    if (this.#waiting.length > 0) return
    for (const { request } of this.#underway) if (request?.writableFinished !== true) return
    this.#end()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#held = undefined
    for (const { request } of this.#underway) request?.destroy()
    this.#underway.clear()
    this.#agent.destroy()
  }
}

function connectError(remote: string, error: unknown): Error {
  if (error instanceof ConnectError) return error
  return new ConnectError('STREAM_FAILED', `${remote}: ${toError(error).message}`, error)
}
