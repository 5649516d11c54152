/**
 * A session that is carried by HTTP requests: what it has to say goes into the response to whichever request waits, one
 * packet to each (https://core.telegram.org/mtproto/transports#http). Requests come and go; this stays between them.
 */
import type { Duplex } from 'node:stream'
import { messageIdAt, type ServerEvent, sealPacket } from '@telegram-mt/mtproto'
import { Timer } from '@telegram-mt/net'
import type { Circumstances, PacketFault } from '../faults/fault-plan.ts'
import { FaultyOutlet } from '../faults/faulty-outlet.ts'
import type { BoxSession, Carrier } from '../keys/auth-key.ts'
import { type ConnectionHome, type ConnectionReport, nextNumber } from './connection.ts'

/** A request that waits for its response. */
export interface Waiting {
  respond(packet: Uint8Array): void
  /** The HTTP status in place of a packet. */
  refuse(status: number): void
  /** Cut off: there will be no response. */
  destroy(): void
}

/** ms, of http_wait: "If no http_wait is received, default values are used". */
interface Patience {
  maxDelay: number
  waitAfter: number
  maxWait: number
}

const DEFAULT_PATIENCE: Patience = { maxDelay: 0, waitAfter: 0, maxWait: 25_000 }
/** ms without a request after which the session counts as disconnected. */
const IDLE = 90_000
/** A container with no message in it: there was nothing to say. */
const NOTHING = new Uint8Array([0xdc, 0xf8, 0xf1, 0x73, 0, 0, 0, 0])

export class HttpSession implements Carrier {
  readonly number = nextNumber()
  readonly #home: ConnectionHome
  readonly #held: BoxSession
  readonly #onEnd: () => void
  readonly #openedAt: number
  readonly #waiting: { request: Waiting; until: number }[] = []
  /** Those that requests came over: they outlive them. */
  readonly #sockets = new Set<Duplex>()
  /** Packets that no request waited for. */
  readonly #packets: Uint8Array[] = []
  readonly #timer: Timer
  #patience = DEFAULT_PATIENCE
  /** When the first packet that waits was there, steady ms. */
  #sayingSince: number | undefined
  #requestedAt: number
  #flushing = false
  #ended = false
  #frozen = false
  #outlet: FaultyOutlet | undefined

  constructor(home: ConnectionHome, held: BoxSession, onEnd: () => void) {
    this.#home = home
    this.#held = held
    this.#onEnd = onEnd
    this.#openedAt = home.now()
    this.#requestedAt = home.wheel.clock.monotonic()
    this.#timer = new Timer(() => this.flush())
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  report(): ConnectionReport {
    const { key, sessionId } = this.#held
    return {
      number: this.number,
      dc: this.#home.dc,
      via: 'http',
      transport: undefined,
      obfuscated: false,
      remote: 'HTTP',
      openedAt: this.#openedAt,
      sessions: [{ sessionId, authKeyId: key.owner.id, userId: key.owner.userId }],
    }
  }

  circumstances(): Circumstances {
    return {
      dc: this.#home.dc,
      connection: this.number,
      via: 'http',
      transport: undefined,
      userId: this.#held.key.owner.userId,
    }
  }

  /** A request has brought a packet, and waits. */
  requested(request: Waiting, wait: Extract<ServerEvent, { type: 'httpWait' }> | undefined): void {
    this.#patience = wait ?? DEFAULT_PATIENCE
    this.#requestedAt = this.#home.wheel.clock.monotonic()
    this.#waiting.push({ request, until: this.#requestedAt + this.#patience.maxWait })
    this.flushSoon()
  }

  /** A request came over this socket, which is cut with the session. */
  over(socket: Duplex): void {
    if (this.#sockets.has(socket)) return
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Its client has hung up. */
  gone(request: Waiting): void {
    const at = this.#waiting.findIndex((waiting) => waiting.request === request)
    if (at >= 0) this.#waiting.splice(at, 1)
    // Whoever was kept in the dark has given up: what comes now is another connection, so to speak.
    if (this.#frozen && this.#waiting.length === 0) this.destroy()
  }

  flushSoon(): void {
    if (this.#flushing || this.#ended) return
    this.#flushing = true
    this.#home.flushSoon(this)
  }

  flush(): void {
    this.#flushing = false
    if (this.#ended || this.#frozen) return
    const { wheel } = this.#home
    const steady = wheel.clock.monotonic()
    const now = this.#home.now()
    const { packets, wakeAt } = this.#held.session.poll(now)
    for (const packet of packets) this.#send(packet)
    this.#sayingSince = this.#packets.length === 0 ? undefined : (this.#sayingSince ?? steady)
    const delay = Math.min(this.#patience.maxDelay, this.#patience.waitAfter)
    const sayAt = this.#sayingSince === undefined ? Number.POSITIVE_INFINITY : this.#sayingSince + delay
    if (steady >= sayAt) this.#respond()
    while ((this.#waiting[0]?.until ?? Number.POSITIVE_INFINITY) <= steady) {
      this.#waiting.shift()?.request.respond(this.#nothing(now))
    }
    if (this.#waiting.length === 0 && steady - this.#requestedAt > IDLE) {
      this.destroy()
      return
    }
    const next = Math.min(
      wakeAt - now,
      (this.#waiting[0]?.until ?? this.#requestedAt + IDLE + 1) - steady,
      this.#waiting.length > 0 ? sayAt - steady : Number.POSITIVE_INFINITY,
    )
    wheel.start(this.#timer, next)
  }

  release(): void {
    // Another connection carries the session now; requests that wait are answered with nothing.
    this.#end((request) => request.respond(this.#nothing(this.#home.now())))
  }

  destroy(): void {
    const sockets = [...this.#sockets]
    this.#end((request) => request.destroy())
    for (const socket of sockets) socket.destroy()
    this.#held.lost(this)
  }

  freeze(): void {
    // Requests that wait go on waiting, and so do all that join them.
    this.#frozen = true
  }

  arm(fault: PacketFault): void {
    this.#faultyOutlet().arm(fault)
  }

  #respond(): void {
    while (this.#waiting.length > 0) {
      const packet = this.#packets.shift()
      if (packet === undefined) break
      this.#waiting.shift()?.request.respond(packet)
    }
    if (this.#packets.length === 0) this.#sayingSince = undefined
  }

  #send(packet: Uint8Array): void {
    if (this.#outlet === undefined && this.#home.faults.isEmpty) this.#packets.push(packet)
    else this.#faultyOutlet().send(packet, this.#held.key.sessions.key)
  }

  #faultyOutlet(): FaultyOutlet {
    const { wheel, random, faults } = this.#home
    this.#outlet ??= new FaultyOutlet({
      outlet: {
        encode: (packet) => packet,
        write: (packet) => {
          this.#packets.push(packet)
          this.flushSoon()
        },
        destroy: () => this.destroy(),
        refuse: (transportError) => {
          // As far as it is a status.
          const status = transportError <= -400 ? -transportError : 400
          for (const { request } of this.#waiting.splice(0)) request.refuse(status)
        },
      },
      faults,
      circumstances: () => this.circumstances(),
      wheel,
      random,
      now: () => this.#home.now(),
    })
    return this.#outlet
  }

  #nothing(now: number): Uint8Array {
    const { session, key } = this.#held
    const head = {
      salt: key.sessions.salts.current(now),
      sessionId: session.sessionId,
      msgId: messageIdAt(now) | 1n,
      seqNo: 0,
    }
    return sealPacket(key.sessions.key, 'server', head, NOTHING, this.#home.random)
  }

  #end(tell: (request: Waiting) => void): void {
    if (this.#ended) return
    this.#ended = true
    this.#home.wheel.cancel(this.#timer)
    for (const { request } of this.#waiting.splice(0)) tell(request)
    this.#onEnd()
  }
}
