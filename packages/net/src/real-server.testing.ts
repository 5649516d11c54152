// A server on a real loopback socket that speaks the real protocol, for the tests: it makes auth keys, executes
// calls (a call is a text, its result the text again), and drops connections at will.

import { randomBytes } from 'node:crypto'
import { generateRsaKey } from '@telegram-mt/crypto'
import {
  isPlain,
  packetKeyId,
  ServerFraming,
  ServerKeyExchange,
  type ServerSession,
  ServerSessions,
} from '@telegram-mt/mtproto'
import { TlReader, TlWriter } from '@telegram-mt/tl'
import type { ByteStream, Listener, StreamHandlers } from './byte-stream.ts'
import { listenTcp } from './tcp.node.ts'

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length))

const rsaKey = generateRsaKey()
export const publicKeys = [{ n: rsaKey.n, e: rsaKey.e, fingerprint: rsaKey.fingerprint }]

const SAY = 0x11223344

/** A TL object that carries a text. */
export function say(text: string): Uint8Array {
  const writer = new TlWriter()
  writer.uint(SAY)
  writer.string(text)
  return writer.finish()
}

export function said(body: Uint8Array): string {
  const reader = new TlReader(body)
  if (reader.uint() !== SAY) throw new Error('not a text')
  return reader.string()
}

export class RealServer {
  readonly keys = new Map<bigint, ServerSessions>()
  readonly connections = new Set<ServerConnection>()
  readonly executed: string[] = []
  accepted = 0
  exchanges = 0
  /** What becomes of a call: its connection is cut before or after it is executed, or it waits for `release`. */
  fault: (text: string) => 'cutBefore' | 'cutAfter' | 'hold' | undefined = () => undefined
  #listener: Listener | undefined

  async listen(port = 0): Promise<{ host: string; port: number }> {
    this.#listener = await listenTcp({ port, onConnection: (stream) => this.accept(stream) })
    return { host: this.#listener.host, port: this.#listener.port }
  }

  accept(stream: ByteStream): void {
    this.accepted++
    this.connections.add(new ServerConnection(this, stream))
  }

  cutAll(): void {
    for (const connection of [...this.connections]) connection.stream.destroy()
  }

  /** Sends an update to every connected session. */
  push(text: string): void {
    for (const sessions of this.keys.values()) for (const session of sessions.all()) session.push(say(text))
    for (const connection of this.connections) connection.flush()
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.stop()
    await this.#listener?.close(0)
  }
}

class ServerConnection implements StreamHandlers {
  readonly stream: ByteStream
  readonly framing = new ServerFraming({ random })
  readonly #server: RealServer
  readonly #exchange = new ServerKeyExchange({ key: rsaKey, dc: 2, random })
  #session: ServerSession | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(server: RealServer, stream: ByteStream) {
    this.#server = server
    this.stream = stream
    stream.start(this)
  }

  onData(chunk: Uint8Array): void {
    for (const frame of this.framing.push(chunk)) if (frame.type === 'packet') this.#onPacket(frame.data)
  }

  onClose(): void {
    this.stop()
    this.#session?.disconnected()
    this.#server.connections.delete(this)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #onPacket(packet: Uint8Array): void {
    const now = Date.now()
    if (isPlain(packet)) {
      const step = this.#exchange.receive(packet, now)
      for (const answer of step.packets) this.stream.write(this.framing.encode(answer))
      if (step.done === undefined) return
      this.#server.exchanges++
      const { authKey, serverSalt } = step.done
      const seconds = Math.floor(now / 1000)
      const firstSalt = { salt: serverSalt, validSince: seconds, validUntil: seconds + 600 }
      const sessions = new ServerSessions({ authKey, random, firstSalt })
      this.#server.keys.set(sessions.key.id, sessions)
      return
    }
    const sessions = this.#server.keys.get(packetKeyId(packet))
    if (sessions === undefined) {
      this.stream.write(this.framing.encodeError(-404))
      this.stream.close()
      return
    }
    const { session, events } = sessions.receive(packet, now)
    if (this.#session !== session) {
      this.#session = session
      session.connected()
    }
    for (const event of events)
      if (event.type === 'call') this.#execute(session, event.msgId, said(event.body))
    this.flush()
  }

  #execute(session: ServerSession, msgId: bigint, text: string): void {
    const fault = this.#server.fault(text)
    this.#server.executed.push(text)
    if (fault === 'cutBefore') this.stream.destroy()
    if (fault === 'hold') return
    if (text.startsWith('fail')) session.answerError(msgId, 400, 'TEXT_INVALID')
    else session.answer(msgId, say(text))
    if (fault === 'cutAfter') this.stream.destroy()
  }

  flush(): void {
    if (!this.#session?.isConnected) return
    const now = Date.now()
    const { packets, wakeAt } = this.#session.poll(now)
    for (const packet of packets) this.stream.write(this.framing.encode(packet))
    clearTimeout(this.#timer)
    if (Number.isFinite(wakeAt)) this.#timer = setTimeout(() => this.flush(), Math.max(1, wakeAt - now))
  }
}
