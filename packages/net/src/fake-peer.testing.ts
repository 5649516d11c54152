// A network without sockets and a protocol without cryptography, to test the rules of a connection alone. The
// fake session sends each call as a packet, and after a reconnect sends again what was not answered; the fake server
// executes a call once, however often it comes.

import {
  type CallBody,
  type CallId,
  type CallOptions,
  type Frame,
  type KeyExchangeStep,
  type Salt,
  SecurityError,
  ServerKeyUnknown,
  type SessionEvent,
} from '@telegram-mt/mtproto'
import { ConnectionHost, type ConnectionHostOptions } from './connection-host.ts'
import type { KeyExchangeCore, SessionCore, SessionKey } from './core.ts'
import { ConnectError } from './errors.ts'
import type { Link, LinkHandlers } from './link.ts'
import { TimerWheel } from './timer-wheel.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface Message {
  type: string
  id?: number
  text?: string
  code?: number
}

export const encode = (message: Message): Uint8Array => new TextEncoder().encode(JSON.stringify(message))
export const decode = (packet: Uint8Array): Message => JSON.parse(new TextDecoder().decode(packet))
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (body: Uint8Array): string => new TextDecoder().decode(body)

export const someKey: SessionKey = { authKey: new Uint8Array(256).fill(7), salts: [], timeOffset: 0 }

export class FakeSession implements SessionCore {
  readonly key: SessionKey
  readonly unanswered = new Map<CallId, Message>()
  readonly ups: number[] = []
  readonly downs: number[] = []
  /** Silence of this many ms is death; checked by the clock that the connection gives. */
  deadAfter = 135_000
  pings = 0
  #out: Message[] = []
  #nextId = 1
  #lastHeard = 0
  #lastSent = 0

  constructor(key: SessionKey) {
    this.key = key
  }

  readonly sessionId = 1n
  readonly roundTrip = 20
  readonly resends = 0
  answered = false
  readonly salts: Salt[] = []
  readonly timeOffset = 0

  call(body: Uint8Array | CallBody, _now: number, options?: CallOptions): CallId {
    if (typeof body === 'function') throw new Error('a body of bytes was expected')
    const id = this.#nextId++
    const message = {
      type: 'call',
      id,
      text: text(body),
      ...(typeof options?.after === 'number' ? { code: options.after } : {}),
    }
    this.unanswered.set(id, message)
    this.#out.push(message)
    return id
  }

  cancel(call: CallId): boolean {
    this.unanswered.delete(call)
    this.#out.push({ type: 'drop', id: call })
    return true
  }

  connected(now: number): void {
    this.ups.push(now)
    this.#lastHeard = now
    this.#lastSent = now
    this.answered = false
    this.#out = [{ type: 'ping' }, ...this.unanswered.values()]
  }

  disconnected(now: number): void {
    this.downs.push(now)
  }

  receive(packet: Uint8Array, now: number): SessionEvent[] {
    this.#lastHeard = now
    const { type, id = 0, text: body = '', code = 0 } = decode(packet)
    if (type === 'forged') throw new SecurityError('DECRYPTION_FAILED', 'forged packet')
    if (type !== 'update') this.answered = true
    if (type === 'update') return [{ type: 'update', body: bytes(body) }]
    if (type === 'pong' || !this.unanswered.delete(id)) return []
    return type === 'error'
      ? [{ type: 'error', call: id, code, message: body }]
      : [{ type: 'result', call: id, body: bytes(body) }]
  }

  hold(): void {}

  dataSeen(now: number): void {
    this.#lastHeard = now
  }

  probe(): void {
    this.pings++
    this.#out.push({ type: 'ping' })
  }

  poll(now: number): { packets: Uint8Array[]; wakeAt: number; events: SessionEvent[] } {
    const dead = now - this.#lastHeard >= this.deadAfter
    if (now - this.#lastSent >= 30_000) {
      this.pings++
      this.#out.push({ type: 'ping' })
    }
    const packets = this.#out.map(encode)
    if (packets.length > 0) this.#lastSent = now
    this.#out = []
    const events: SessionEvent[] = dead ? [{ type: 'dead', reason: 'SILENT' }] : []
    return { packets, wakeAt: Math.min(this.#lastSent + 30_000, this.#lastHeard + this.deadAfter), events }
  }
}

class FakeExchange implements KeyExchangeCore {
  deadline = Number.POSITIVE_INFINITY

  start(now: number): Uint8Array {
    this.deadline = now + 6000
    return encode({ type: 'reqPq' })
  }

  receive(packet: Uint8Array, now: number): KeyExchangeStep {
    const { type } = decode(packet)
    if (type === 'resPq') {
      this.deadline = now + 4000
      return { type: 'send', packet: encode({ type: 'reqDh' }) }
    }
    if (type === 'stranger') throw new ServerKeyUnknown([-1n])
    if (type !== 'dhOk') throw new Error('the peer broke the exchange')
    return { type: 'done', fingerprint: 1n, authKey: new Uint8Array(256), serverSalt: 5n, timeOffset: 1500 }
  }
}

/** A link whose server end is a FakeServer. */
class FakeLink implements Link {
  readonly remote: string
  readonly buffered = 0
  readonly server: FakeServer
  #handlers: LinkHandlers | undefined

  constructor(server: FakeServer, remote: string) {
    this.server = server
    this.remote = remote
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
  }

  send(packets: readonly Uint8Array[]): void {
    this.server.writes.push(packets.length)
    for (const packet of packets) this.server.later(() => this.server.receive(this, decode(packet)))
  }

  close(): void {
    this.#leave()
  }

  destroy(): void {
    this.#leave()
  }

  /** From the server. */
  answer(message: Message): void {
    this.frame({ type: 'packet', data: encode(message) })
  }

  frame(frame: Frame): void {
    this.server.later(() => this.#handlers?.onFrame(frame))
  }

  /** The network or the server ends it. */
  cut(error?: Error): void {
    const handlers = this.#handlers
    this.#leave()
    handlers?.onLinkClose(error)
  }

  get open(): boolean {
    return this.#handlers !== undefined
  }

  #leave(): void {
    this.#handlers = undefined
    this.server.links.delete(this)
  }
}

export type { FakeLink }

export class FakeServer {
  readonly clock: VirtualClock
  readonly links = new Set<FakeLink>()
  /** When each connect came, and to which address. */
  readonly connects: { at: number; to: string }[] = []
  readonly executed: string[] = []
  readonly dropped: number[] = []
  /** Packets in each write. */
  readonly writes: number[] = []
  readonly #done = new Map<number, Message>()
  /** Milliseconds that a message is under way. */
  delay = 10
  /** Addresses that refuse, or swallow, connects. */
  refuses: (to: string) => boolean = () => false
  swallows: (to: string) => boolean = () => false
  /** It answers pings. */
  alive = true
  /** Answers to calls; undefined: none. */
  reply: (message: Message, link: FakeLink) => Message | undefined = ({ id = 0, text: body = '' }) => ({
    type: 'result',
    id,
    text: `did ${body}`,
  })
  exchange: (message: Message, link?: FakeLink) => Message | undefined = ({ type }) => ({
    type: type === 'reqPq' ? 'resPq' : 'dhOk',
  })

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  readonly dial = (address: { host: string; port: number }, signal: AbortSignal): Promise<Link> => {
    const to = `${address.host}:${address.port}`
    this.connects.push({ at: this.clock.monotonic(), to })
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      if (this.swallows(to)) return
      this.later(() => {
        if (this.refuses(to)) reject(new ConnectError('CONNECT_FAILED', `${to} refused`))
        if (this.refuses(to) || signal.aborted) return
        const link = new FakeLink(this, to)
        this.links.add(link)
        resolve(link)
      })
    })
  }

  later(fn: () => void): void {
    this.clock.after(this.delay, fn)
  }

  receive(link: FakeLink, message: Message): void {
    if (!this.links.has(link)) return
    if (message.type === 'drop') this.dropped.push(message.id ?? 0)
    else if (message.type === 'ping') {
      if (this.alive) link.answer({ type: 'pong' })
    } else if (message.type === 'call') this.#execute(link, message)
    else {
      const answer = this.exchange(message, link)
      if (answer !== undefined) link.answer(answer)
    }
  }

  /** Cuts all links. */
  outage(): void {
    for (const link of [...this.links]) link.cut(new ConnectError('STREAM_FAILED', 'the cable was pulled'))
  }

  #execute(link: FakeLink, message: Message): void {
    const id = message.id ?? 0
    const known = this.#done.get(id)
    if (known === undefined) this.executed.push(message.text ?? '')
    const answer = known ?? this.reply(message, link)
    if (answer === undefined) return
    this.#done.set(id, answer)
    if (this.links.has(link)) link.answer(answer)
  }
}

export function fakeHost(clock: VirtualClock, options: Partial<ConnectionHostOptions> = {}) {
  const sessions: FakeSession[] = []
  const host = new ConnectionHost({
    wheel: new TimerWheel(clock),
    random: () => 0.5,
    cores: {
      createSession: (key) => {
        const session = new FakeSession(key)
        sessions.push(session)
        return session
      },
      createKeyExchange: () => new FakeExchange(),
    },
    ...options,
  })
  return { host, sessions }
}
