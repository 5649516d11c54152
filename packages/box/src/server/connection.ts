/** One client's connection: finds out its transport, exchanges keys, and carries the sessions of whichever auth keys it uses. */
import type { RsaPrivateKey } from '@telegram-mt/crypto'
import {
  isPlain,
  type ServerEvent,
  ServerFraming,
  ServerKeyExchange,
  type ServerSession,
} from '@telegram-mt/mtproto'
import { type ByteStream, type StreamHandlers, Timer, type TimerWheel } from '@telegram-mt/net'
import { AuthKey, type AuthKeyTable } from './auth-key-table.ts'

/** What a connection needs of its datacenter. */
export interface ConnectionHome {
  readonly dc: number
  readonly rsaKey: RsaPrivateKey
  readonly keys: AuthKeyTable
  readonly nativeLayer: number
  readonly wheel: TimerWheel
  readonly random: (length: number) => Uint8Array
  /** The server's clock, milliseconds since the epoch. */
  now(): number
  onCall(key: AuthKey, session: ServerSession, call: Extract<ServerEvent, { type: 'call' }>): void
  /** The connection that a session is bound to now, and will be written to. */
  bind(session: ServerSession, connection: Connection): void
  /** A client sent what cannot be taken, and was cut off. */
  onRefused(error: unknown, remote: string): void
  onClosed(connection: Connection): void
}

/** Transport errors: https://core.telegram.org/mtproto/mtproto-transports#transport-errors */
const UNKNOWN_KEY = -404

export class Connection implements StreamHandlers {
  readonly #home: ConnectionHome
  readonly #stream: ByteStream
  readonly #framing: ServerFraming
  #exchange: ServerKeyExchange | undefined
  readonly #sessions = new Set<ServerSession>()
  readonly #timer: Timer
  /** "ping_delay_disconnect … the server will close the connection" when nothing comes for so long (ms). */
  #patience = Number.POSITIVE_INFINITY
  #heardAt: number
  #closed = false

  constructor(home: ConnectionHome, stream: ByteStream) {
    this.#home = home
    this.#stream = stream
    this.#framing = new ServerFraming({ random: home.random })
    this.#timer = new Timer(() => this.flush())
    this.#heardAt = home.now()
  }

  get remote(): string {
    return this.#stream.remote
  }

  start(): void {
    this.#stream.start(this)
  }

  onData(chunk: Uint8Array): void {
    if (this.#closed) return
    this.#heardAt = this.#home.now()
    try {
      for (const frame of this.#framing.push(chunk)) {
        if (this.#closed) return
        if (frame.type === 'packet') this.#onPacket(frame.data)
        else if (frame.type === 'foreign') throw new Error(`${frame.protocol} is not spoken on this port`)
      }
    } catch (error) {
      this.#home.onRefused(error, this.remote)
      // Bytes that are no MTProto: there is nobody to answer in a language that is not understood.
      this.destroy()
      return
    }
    this.flush()
  }

  onClose(): void {
    if (this.#closed) return
    this.#closed = true
    this.#home.wheel.cancel(this.#timer)
    for (const session of this.#sessions) session.disconnected()
    this.#sessions.clear()
    this.#home.onClosed(this)
  }

  /** Another connection carries this session now. */
  release(session: ServerSession): void {
    this.#sessions.delete(session)
  }

  /** Sends what the sessions have to say. */
  flush(): void {
    if (this.#closed) return
    const now = this.#home.now()
    if (now - this.#heardAt > this.#patience) {
      this.destroy()
      return
    }
    let wakeAt = this.#heardAt + this.#patience + 1
    for (const session of this.#sessions) {
      const polled = session.poll(now)
      for (const packet of polled.packets) this.#stream.write(this.#framing.encode(packet))
      wakeAt = Math.min(wakeAt, polled.wakeAt)
    }
    if (wakeAt === Number.POSITIVE_INFINITY) this.#home.wheel.cancel(this.#timer)
    else this.#home.wheel.start(this.#timer, wakeAt - now)
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

  #onPacket(packet: Uint8Array): void {
    if (isPlain(packet)) {
      this.#onPlain(packet)
      return
    }
    if (packet.length < 24) throw new Error('a packet too short for an encrypted message')
    const id = new DataView(packet.buffer, packet.byteOffset, 8).getBigInt64(0, true)
    const key = this.#home.keys.find(id, this.#home.dc)
    if (key === undefined) {
      this.#stream.write(this.#framing.encodeError(UNKNOWN_KEY))
      this.close()
      return
    }
    const { session, events } = key.sessions.receive(packet, this.#home.now())
    if (!this.#sessions.has(session)) {
      this.#home.bind(session, this)
      this.#sessions.add(session)
      session.connected()
    }
    for (const event of events) {
      if (event.type === 'call') this.#home.onCall(key, session, event)
      else if (event.type === 'disconnectAfter') this.#patience = event.delay
    }
  }

  #onPlain(packet: Uint8Array): void {
    const { dc, rsaKey, random, keys, nativeLayer } = this.#home
    this.#exchange ??= new ServerKeyExchange({ key: rsaKey, dc, random })
    const now = this.#home.now()
    const { packets, error, done } = this.#exchange.receive(packet, now)
    if (done !== undefined) {
      keys.add(
        new AuthKey({ key: done.authKey, dc, layer: nativeLayer, serverSalt: done.serverSalt, now, random }),
      )
    }
    for (const answer of packets) this.#stream.write(this.#framing.encode(answer))
    if (error !== undefined) {
      this.#stream.write(this.#framing.encodeError(error))
      this.close()
    }
  }
}
