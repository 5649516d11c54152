/** One client's connection to a datacenter: from bytes to calls, and from answers and updates back to bytes. */
import type { RsaPrivateKey } from '@telegram-mt/crypto'
import {
  isPlain,
  type PacketKey,
  packetKeyId,
  type ServerEvent,
  ServerFraming,
  ServerKeyExchange,
  type TlsServerFrame,
} from '@telegram-mt/mtproto'
import { type ByteStream, type StreamHandlers, Timer, type TimerWheel } from '@telegram-mt/net'
import type { Circumstances, FaultPlan, PacketFault } from '../faults/fault-plan.ts'
import { FaultyOutlet } from '../faults/faulty-outlet.ts'
import type { BoxSession, Carrier } from '../keys/auth-key.ts'
import { AuthKey } from '../keys/auth-key.ts'
import type { AuthKeyTable } from '../keys/auth-key-table.ts'
import type { Flushable } from './flush-queue.ts'
import { quickAckToken } from './quick-ack.ts'

/** What a connection needs of its datacenter. */
export interface ConnectionHome {
  readonly dc: number
  readonly rsaKey: RsaPrivateKey
  readonly keys: AuthKeyTable
  readonly nativeLayer: number
  readonly wheel: TimerWheel
  readonly faults: FaultPlan
  readonly random: (length: number) => Uint8Array
  /** The server's clock, milliseconds since the epoch. */
  now(): number
  onCall(session: BoxSession, call: Extract<ServerEvent, { type: 'call' }>): void
  /** The client does not want the answer to a call that is under way. */
  onDropped(session: BoxSession, msgId: bigint): void
  /** Whether what has come in is to be lost before anybody has noticed, and the connection with it. */
  isLost(packet: Uint8Array, key: PacketKey, where: Circumstances): boolean
  /** Something is to be sent: `flush` is to be called when this turn's events are done. */
  flushSoon(one: Flushable): void
  /** HTTP on this port: who takes the connection over from here. */
  onHttp(stream: ByteStream, data: Uint8Array): StreamHandlers
  /** A client sent what cannot be taken, and was cut off. */
  onRefused(error: unknown, remote: string): void
  onClosed(connection: Connection): void
}

/** How bytes become packets: ServerFraming, or TlsServerFraming. */
export type Framing = Pick<ServerFraming, 'encode' | 'encodeError' | 'encodeQuickAck' | 'transport'> & {
  push(chunk: Uint8Array): TlsServerFrame[]
}

/** A connection as the control port shows it. */
export interface ConnectionReport {
  number: number
  dc: number
  via: Circumstances['via']
  transport: string | undefined
  obfuscated: boolean | undefined
  remote: string
  /** ms since the epoch, by the box's clock. */
  openedAt: number
  sessions: { sessionId: bigint; authKeyId: bigint; userId: number | undefined }[]
}

/** Transport errors: https://core.telegram.org/mtproto/mtproto-transports#transport-errors */
const UNKNOWN_KEY = -404
/** ms between two steps of a key exchange, at most. */
const EXCHANGE_PATIENCE = 60_000
/** Bytes that may wait for a client that does not read, before it is cut off. */
const MAX_BUFFERED = 32 * 1024 * 1024

let lastNumber = 0

/** Connections and requests are numbered in one row. */
export function nextNumber(): number {
  return ++lastNumber
}

export class Connection implements StreamHandlers, Carrier {
  readonly number = nextNumber()
  readonly via: Circumstances['via']
  readonly openedAt: number
  readonly #home: ConnectionHome
  readonly #stream: ByteStream
  #framing: Framing
  #exchange: ServerKeyExchange | undefined
  #exchangedAt = 0
  readonly #sessions = new Set<BoxSession>()
  readonly #timer: Timer
  /** "ping_delay_disconnect … the server will close the connection" when nothing comes for so long (ms). */
  #patience = Number.POSITIVE_INFINITY
  #heardAt: number
  #closed = false
  #flushing = false
  /** Who speaks on it instead: it turned out to be HTTP. */
  #successor: StreamHandlers | undefined
  /** Faults: nothing is answered; the clock is wrong by this much (ms); packets go through an outlet that damages them. */
  #mute = false
  #skew = 0
  #outlet: FaultyOutlet | undefined

  constructor(
    home: ConnectionHome,
    stream: ByteStream,
    via: Circumstances['via'],
    framing: Framing = new ServerFraming({ random: home.random }),
  ) {
    this.#home = home
    this.#stream = stream
    this.via = via
    this.#framing = framing
    this.#timer = new Timer(() => this.flush())
    this.#heardAt = home.wheel.clock.monotonic()
    this.openedAt = home.now()
  }

  get remote(): string {
    return this.#stream.remote
  }

  get dc(): number {
    return this.#home.dc
  }

  report(): ConnectionReport {
    const transport = this.#framing.transport
    return {
      number: this.number,
      dc: this.dc,
      via: this.via,
      transport: transport?.name,
      obfuscated: transport?.obfuscated,
      remote: this.remote,
      openedAt: this.openedAt,
      sessions: [...this.#sessions].map(({ sessionId, key }) => ({
        sessionId,
        authKeyId: key.owner.id,
        userId: key.owner.userId,
      })),
    }
  }

  circumstances(): Circumstances {
    let userId: number | undefined
    for (const { key } of this.#sessions) userId = key.owner.userId ?? userId
    return {
      dc: this.dc,
      connection: this.number,
      via: this.via,
      transport: this.#framing.transport?.name,
      userId,
    }
  }

  start(): void {
    this.#stream.start(this)
  }

  /** Faults that last as long as the connection. */
  spoil(how: { mute?: boolean; skew?: number }): void {
    this.#mute = how.mute ?? this.#mute
    this.#skew = how.skew ?? this.#skew
  }

  freeze(): void {
    this.#mute = true
  }

  /** The next packet to the client suffers this. */
  arm(fault: PacketFault): void {
    this.#faultyOutlet().arm(fault)
  }

  onData(chunk: Uint8Array): void {
    if (this.#successor !== undefined) {
      this.#successor.onData(chunk)
      return
    }
    if (this.#closed || this.#mute) return
    this.#heardAt = this.#home.wheel.clock.monotonic()
    try {
      this.onFrames(this.#framing.push(chunk))
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Takes what the framing has found. Errors are the caller's to handle, by cutting off. */
  onFrames(frames: readonly TlsServerFrame[]): void {
    for (const frame of frames) {
      if (this.#closed) return
      if (frame.type === 'packet') this.#onPacket(frame.data, frame.quickAck === true)
      else if (frame.type === 'write') this.#stream.write(frame.data)
      else if (frame.type === 'foreign') this.#onForeign(frame.protocol, frame.data)
    }
    this.flushSoon()
  }

  onClose(error?: Error): void {
    if (this.#successor !== undefined) {
      const successor = this.#successor
      this.#successor = undefined
      successor.onClose(error)
      return
    }
    if (this.#closed) return
    this.#closed = true
    this.#home.wheel.cancel(this.#timer)
    for (const session of this.#sessions) session.lost(this)
    this.#sessions.clear()
    this.#home.onClosed(this)
  }

  release(session: BoxSession): void {
    this.#sessions.delete(session)
  }

  flushSoon(): void {
    if (this.#flushing || this.#closed) return
    this.#flushing = true
    this.#home.flushSoon(this)
  }

  /** Sends what the sessions have to say. Never throws. */
  flush(): void {
    this.#flushing = false
    if (this.#closed || this.#mute) return
    const left = this.#heardAt + this.#patience - this.#home.wheel.clock.monotonic()
    if (left < 0 || this.#stream.buffered > MAX_BUFFERED) {
      this.destroy()
      return
    }
    try {
      const wait = Math.min(left + 1, this.#sendAll())
      if (this.#closed || wait === Number.POSITIVE_INFINITY) this.#home.wheel.cancel(this.#timer)
      else this.#home.wheel.start(this.#timer, wait)
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** Returns in how many ms the sessions have more to say. */
  #sendAll(): number {
    const now = this.#now()
    let wait = Number.POSITIVE_INFINITY
    for (const held of this.#sessions) {
      const { packets, wakeAt } = held.session.poll(now)
      for (const packet of packets) this.#send(packet, held.key.sessions.key)
      wait = Math.min(wait, wakeAt - now)
    }
    return wait
  }

  /** Ends it in good order, after what was written has been sent. */
  close(): void {
    this.#stream.close()
    this.onClose()
  }

  /** Cuts it off. */
  destroy(): void {
    this.#stream.destroy()
    this.onClose()
  }

  #refuse(error: unknown): void {
    this.#home.onRefused(error, this.remote)
    // Bytes that are no MTProto: there is nobody to answer in a language that is not understood.
    this.destroy()
  }

  #onForeign(protocol: 'http' | 'tls', data: Uint8Array): void {
    if (protocol === 'tls') throw new Error('TLS is not spoken on this port')
    const successor = this.#home.onHttp(this.#stream, data)
    this.onClose()
    this.#successor = successor
  }

  #onPacket(packet: Uint8Array, quickAck: boolean): void {
    if (isPlain(packet)) {
      this.#onPlain(packet)
      return
    }
    if (packet.length < 24) throw new Error('a packet too short for an encrypted message')
    const { keys, dc, wheel, faults } = this.#home
    const now = this.#now()
    const key = keys.find(packetKeyId(packet), dc, now)
    if (key === undefined) {
      this.#refuseWith(UNKNOWN_KEY)
      return
    }
    this.#forgetExchange(wheel.clock.monotonic())
    if (faults.watchesArrivals && this.#home.isLost(packet, key.sessions.key, this.circumstances())) {
      this.destroy()
      return
    }
    const { session, events } = key.sessions.receive(packet, now)
    if (quickAck) this.#stream.write(this.#framing.encodeQuickAck(quickAckToken(packet, key.sessions.key)))
    const held = key.hold(session)
    key.usedAt = wheel.clock.monotonic()
    if (held.heard(this, key.usedAt)) this.#sessions.add(held)
    for (const event of events) {
      if (event.type === 'call') this.#home.onCall(held, event)
      else if (event.type === 'cancelled') this.#home.onDropped(held, event.msgId)
      else if (event.type === 'disconnectAfter') this.#patience = event.delay
      else if (event.type === 'destroySession' && event.sessionId !== session.sessionId)
        key.forget(event.sessionId)
    }
    if (held.carrier !== this) held.flushSoon()
  }

  #onPlain(packet: Uint8Array): void {
    const { dc, rsaKey, random, keys } = this.#home
    this.#exchange ??= new ServerKeyExchange({ key: rsaKey, dc, random })
    this.#exchangedAt = this.#heardAt
    const now = this.#now()
    const { packets, error, done } = this.#exchange.receive(packet, now)
    if (done !== undefined) keys.add(AuthKey.made(done, this.#home, now))
    for (const answer of packets) this.#send(answer, undefined)
    if (error !== undefined) this.#refuseWith(error)
  }

  /** A client may make a key beside its calls; long after that, what the exchange kept secret is of no use. */
  #forgetExchange(steadyNow: number): void {
    if (steadyNow - this.#exchangedAt > EXCHANGE_PATIENCE) this.#exchange = undefined
  }

  #refuseWith(transportError: number): void {
    this.#stream.write(this.#framing.encodeError(transportError))
    this.close()
  }

  #send(packet: Uint8Array, key: PacketKey | undefined): void {
    if (this.#outlet === undefined && this.#home.faults.isEmpty)
      this.#stream.write(this.#framing.encode(packet))
    else this.#faultyOutlet().send(packet, key)
  }

  #faultyOutlet(): FaultyOutlet {
    const { wheel, random, faults } = this.#home
    this.#outlet ??= new FaultyOutlet({
      outlet: {
        encode: (packet) => this.#framing.encode(packet),
        write: (frame) => this.#stream.write(frame),
        destroy: () => this.destroy(),
        refuse: (transportError) => this.#refuseWith(transportError),
      },
      faults,
      circumstances: () => this.circumstances(),
      wheel,
      random,
      now: () => this.#now(),
    })
    return this.#outlet
  }

  #now(): number {
    return this.#home.now() + this.#skew
  }
}
