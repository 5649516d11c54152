/**
 * MTProto over single HTTP requests: each brings one packet as its body, each response has one
 * (https://core.telegram.org/mtproto/transports#http).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DEFAULT_MAX_PACKET, isPlain, packetKeyId, ServerKeyExchange } from '@telegram-mt/mtproto'
import type { BoxSession } from '../keys/auth-key.ts'
import { AuthKey } from '../keys/auth-key.ts'
import type { ConnectionHome } from './connection.ts'
import { HttpSession, type Waiting } from './http-session.ts'

/** `/api`, and what browsers are to use: `/apiw`, `/apiw1`; with `_test` for test DCs. */
const PATH = /^\/apiw?1?(_test)?$/
/** Key exchanges under way. */
const MAX_EXCHANGES = 1000

export class HttpRequests {
  readonly #home: ConnectionHome
  readonly #sessions = new Map<BoxSession, HttpSession>()
  /** By the client's nonce, as the connection says nothing about whose request it is. */
  readonly #exchanges = new Map<string, ServerKeyExchange>()

  constructor(home: ConnectionHome) {
    this.#home = home
  }

  get sessions(): Iterable<HttpSession> {
    return this.#sessions.values()
  }

  onRequest(request: IncomingMessage, response: ServerResponse): void {
    // Web pages of any origin may ask, as at Telegram.
    response.setHeader('Access-Control-Allow-Origin', '*')
    const path = (request.url ?? '/').replace(/\?.*$/s, '')
    if (request.method !== 'POST' || !PATH.test(path)) {
      respond(response, request.method === 'OPTIONS' ? 200 : 404)
      return
    }
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > DEFAULT_MAX_PACKET) request.destroy()
      else chunks.push(chunk)
    })
    request.on('end', () => this.#take(new Uint8Array(Buffer.concat(chunks)), response))
    request.on('error', () => {})
  }

  destroyAll(): void {
    for (const session of [...this.#sessions.values()]) session.destroy()
  }

  #take(packet: Uint8Array, response: ServerResponse): void {
    try {
      if (packet.length < 24) respond(response, 404)
      else if (isPlain(packet)) this.#onPlain(packet, response)
      else this.#onEncrypted(packet, response)
    } catch (error) {
      this.#home.onRefused(error, 'HTTP')
      response.destroy()
    }
  }

  #onEncrypted(packet: Uint8Array, response: ServerResponse): void {
    const { keys, dc, wheel, faults } = this.#home
    const now = this.#home.now()
    const key = keys.find(packetKeyId(packet), dc, now)
    if (key === undefined) {
      respond(response, 404)
      return
    }
    const where = { dc, connection: undefined, via: 'http', transport: undefined, userId: undefined } as const
    if (faults.watchesArrivals && this.#home.isLost(packet, key.sessions.key, where)) {
      response.destroy()
      return
    }
    const { session, events } = key.sessions.receive(packet, now)
    const held = key.hold(session)
    key.usedAt = wheel.clock.monotonic()
    const carrier = this.#carrierOf(held)
    held.heard(carrier, key.usedAt)
    if (response.socket !== null) carrier.over(response.socket)
    const waiting: Waiting = {
      respond: (answer) => respond(response, 200, answer),
      refuse: (status) => respond(response, status),
      destroy: () => response.destroy(),
    }
    response.on('close', () => carrier.gone(waiting))
    carrier.requested(
      waiting,
      events.find((event) => event.type === 'httpWait'),
    )
    for (const event of events) {
      if (event.type === 'call') this.#home.onCall(held, event)
      else if (event.type === 'cancelled') this.#home.onDropped(held, event.msgId)
      else if (event.type === 'destroySession' && event.sessionId !== session.sessionId)
        key.forget(event.sessionId)
    }
  }

  #carrierOf(held: BoxSession): HttpSession {
    const known = this.#sessions.get(held)
    if (known !== undefined) return known
    const made = new HttpSession(this.#home, held, () => this.#sessions.delete(held))
    this.#sessions.set(held, made)
    return made
  }

  #onPlain(packet: Uint8Array, response: ServerResponse): void {
    const { dc, rsaKey, random, keys } = this.#home
    const now = this.#home.now()
    // auth_key_id, msg_id, length, constructor: then comes the nonce, in every request of an exchange.
    const nonce = Buffer.from(packet.subarray(24, 40)).toString('hex')
    const exchange = this.#exchanges.get(nonce) ?? new ServerKeyExchange({ key: rsaKey, dc, random })
    this.#exchanges.delete(nonce)
    const { packets, error, done } = exchange.receive(packet, now)
    if (done === undefined && error === undefined) this.#remember(nonce, exchange)
    if (done !== undefined) keys.add(AuthKey.made(done, this.#home, now))
    const [answer] = packets
    if (answer === undefined) respond(response, Math.abs(error ?? 404))
    else respond(response, 200, answer)
  }

  #remember(nonce: string, exchange: ServerKeyExchange): void {
    this.#exchanges.set(nonce, exchange)
    for (const oldest of this.#exchanges.keys()) {
      if (this.#exchanges.size <= MAX_EXCHANGES) break
      this.#exchanges.delete(oldest)
    }
  }
}

function respond(response: ServerResponse, status: number, body?: Uint8Array): void {
  if (response.destroyed || response.headersSent) return
  response
    .writeHead(status, { 'Content-Type': 'application/octet-stream', 'Content-Length': body?.length ?? 0 })
    .end(body)
}
