// A network of virtual time for hosts of thousands: a server that answers by TL what an idle account asks, behind connections
// without cryptography. What is tested on it is the host; the protocol has tests of its own.

import {
  type Clock,
  ConnectError,
  ConnectionHost,
  type ConnectLimits,
  type KeyExchangeCore,
  type Link,
  type LinkHandlers,
  type SessionCore,
  TimerWheel,
  VirtualClock,
} from '@telegram-mt/net'
import { parseTl, TableCodec } from '@telegram-mt/tl'
import { schemaText } from '../../packages/box/src/generated/schema.ts'
import type { LineAddress, Network } from '../../packages/client/src/host/network.ts'

type Bytes = Uint8Array
interface Message {
  id: number
  body: string
}

const packed = (messages: Message[]): Bytes => Buffer.from(JSON.stringify(messages))
const unpacked = (packet: Bytes): Message[] => JSON.parse(Buffer.from(packet).toString())

/** No call has this number. */
const ping: Message = { id: 0, body: '' }

/** Sends each call as it is, and again over the next connection if it was not answered. */
class PlainSession implements SessionCore {
  readonly sessionId = 1n
  readonly salts = []
  readonly timeOffset = 0
  readonly roundTrip = 20
  readonly resends = 0
  answered = false
  readonly #unanswered = new Map<number, Message>()
  #out: Message[] = []
  #lastId = 0

  call(body: Bytes | ((msgId: bigint, sessionId: bigint) => Bytes)): number {
    const id = ++this.#lastId
    const bytes = typeof body === 'function' ? body(1n, 1n) : body
    const message = { id, body: Buffer.from(bytes).toString('base64') }
    this.#unanswered.set(id, message)
    this.#out.push(message)
    return id
  }

  cancel(id: number): boolean {
    return this.#unanswered.delete(id)
  }

  connected(): void {
    this.answered = false
    this.#out = [ping, ...this.#unanswered.values()]
  }

  disconnected(): void {}

  dataSeen(): void {}

  probe(): void {
    this.#out.push(ping)
  }

  receive(packet: Bytes): ReturnType<SessionCore['receive']> {
    this.answered = true
    const results = unpacked(packet).flatMap(({ id, body }) =>
      this.#unanswered.delete(id)
        ? [{ type: 'result' as const, call: id, body: new Uint8Array(Buffer.from(body, 'base64')) }]
        : [],
    )
    return [{ type: 'pong', rtt: this.roundTrip }, ...results]
  }

  hold(): void {}

  poll(): ReturnType<SessionCore['poll']> {
    const packets = this.#out.length === 0 ? [] : [packed(this.#out)]
    this.#out = []
    return { packets, wakeAt: Number.POSITIVE_INFINITY, events: [] }
  }
}

class VirtualLink implements Link {
  readonly remote = 'the virtual server'
  readonly buffered = 0
  readonly #server: VirtualServer
  #handlers: LinkHandlers | undefined

  constructor(server: VirtualServer) {
    this.#server = server
    server.links.add(this)
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
  }

  send(packets: readonly Bytes[]): void {
    for (const packet of packets) {
      this.#server.later(() => {
        if (this.#server.mute) return
        const answers = unpacked(packet).map(({ id, body }) => ({
          id,
          body: id === ping.id ? '' : this.#server.answer(body),
        }))
        this.#server.later(() => this.#handlers?.onFrame({ type: 'packet', data: packed(answers) }))
      })
    }
  }

  close(): void {
    this.destroy()
  }

  destroy(): void {
    this.#handlers = undefined
    this.#server.links.delete(this)
  }

  /** "-404: the auth key is not known". */
  denyKey(): void {
    this.#handlers?.onFrame({ type: 'error', code: -404 })
  }

  cut(): void {
    const handlers = this.#handlers
    this.destroy()
    handlers?.onLinkClose(new ConnectError('STREAM_FAILED', 'the cable was pulled'))
  }
}

const codec = new TableCodec(parseTl(schemaText))
const encoded = (type: string, value: { _: string }): string => {
  const bytes = codec.encode(value as never)
  return type === '' ? '' : Buffer.from(bytes).toString('base64')
}

/** What `help.getConfig` says of where the datacenters are. */
interface Place {
  id: number
  ipAddress: string
  port: number
}
const config = (dcOptions: readonly Place[]) =>
  encoded('Config', {
    _: 'config',
    date: 1000,
    expires: 4600,
    thisDc: 1,
    dcOptions: dcOptions.map((place) => ({ _: 'dcOption', ...place })),
  } as { _: string })

export const GET_CONFIG = 0xc4f9186b
const state = { pts: 1, qts: 0, date: 1_700_000_000, seq: 1, unreadCount: 0 }
/** By the ids of the methods, wherever they stand: most calls are wrapped. */
const answers: [id: number, body: string][] = [
  // users.getUsers: nothing is known of anybody.
  [0x0d91a548, Buffer.from('15c4b51c00000000', 'hex').toString('base64')],
  [0xedd4882a, encoded('updates.State', { _: 'updates.state', ...state } as { _: string })],
  [
    0x19c2f763,
    encoded('updates.Difference', { _: 'updates.differenceEmpty', date: 1, seq: 1 } as { _: string }),
  ],
]

export class VirtualServer {
  readonly clock: VirtualClock
  readonly links = new Set<VirtualLink>()
  /** When each connect came, ms. */
  readonly connects: number[] = []
  /** Methods that were asked, by their ids. */
  readonly asked = new Map<number, number>()
  /** Where the datacenters are, as it tells. */
  places: readonly Place[] = []
  /** Each address that was tried, `host:port`. */
  readonly tried: string[] = []
  /** What each of those was said to be: the datacenter's number as a key exchange and a proxy are told it. */
  readonly numbers: number[] = []
  /** Addresses where nobody listens. */
  readonly gone = new Set<string>()
  down = false
  /** It takes connects and packets, and answers nothing. */
  mute = false
  /** To be called when the machine has come to another network. */
  elsewhere = () => {}
  delay = 20

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  later(fn: () => void): void {
    this.clock.after(this.delay, fn)
  }

  answer(body: string): string {
    const bytes = Buffer.from(body, 'base64')
    for (const [id, answer] of [[GET_CONFIG, config(this.places)] as const, ...answers]) {
      const pattern = Buffer.alloc(4)
      pattern.writeUInt32LE(id)
      if (!bytes.includes(pattern)) continue
      this.asked.set(id, (this.asked.get(id) ?? 0) + 1)
      return answer
    }
    throw new Error(`the virtual server does not know what to answer to ${bytes.toString('hex')}`)
  }

  connect({ host, port, dc }: LineAddress, signal: AbortSignal): Promise<Link> {
    const address = `${host}:${port}`
    this.connects.push(this.clock.monotonic())
    this.tried.push(address)
    this.numbers.push(dc)
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      this.later(() => {
        if (this.down || this.gone.has(address)) reject(new ConnectError('CONNECT_FAILED', 'refused'))
        else if (!signal.aborted) resolve(new VirtualLink(this))
      })
    })
  }

  /** Cuts all links, and refuses all others until it is over. */
  outage(): void {
    this.down = true
    for (const link of [...this.links]) link.cut()
  }
}

/** Park and Miller's generator, so that a run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

export function virtualNetwork(limits: ConnectLimits = {}): {
  clock: VirtualClock
  server: VirtualServer
  network: Network
} {
  const clock = new VirtualClock()
  const server = new VirtualServer(clock)
  const wheel = new TimerWheel(clock satisfies Clock)
  // No keys are made here: whoever tries finds a peer that breaks the protocol.
  const exchange = (): KeyExchangeCore => ({
    deadline: Number.POSITIVE_INFINITY,
    start: () => packed([]),
    receive: () => {
      throw new Error('the peer broke the exchange')
    },
  })
  const connections = new ConnectionHost({
    wheel,
    random: seeded(42),
    limits,
    cores: { createSession: () => new PlainSession(), createKeyExchange: exchange },
  })
  const network: Network = {
    connections,
    dial: () => (address, signal) => server.connect(address, signal),
    watch: (onChange) => {
      server.elsewhere = onChange
      return () => {
        server.elsewhere = () => {}
      }
    },
    systemVersion: 'virtual',
  }
  return { clock, server, network }
}

/** The most connects within any second. */
export function mostPerSecond(times: readonly number[]): number {
  let most = 0
  let from = 0
  for (let to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= 1000) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}
