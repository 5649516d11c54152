/** A client session and what can be at the other end of its wire in tests: an honest server, or one that forges. */
import { aesIge, gzip, type MessageSender, messageKey, messageKeyIv } from '@telegram-mt/crypto'
import { TlReader, TlWriter } from '@telegram-mt/tl'
import { seededRandom } from '../seeded-random.testing.ts'
import { type CallOptions, ClientSession } from './client-session.ts'
import type { ClientSessionOptions } from './client-state.ts'
import { GZIP_PACKED, MSG_CONTAINER } from './constructors.ts'
import { packetContent, type ReceivedMessage } from './container.ts'
import { openPacket, PacketKey, sealPacket } from './envelope.ts'
import type { CallId, SessionEvent } from './events.ts'
import { messageIdAt } from './message-id.ts'
import type { ServerEvent } from './server-events.ts'
import type { ServerSession } from './server-session.ts'
import { ServerSessions } from './server-sessions.ts'

export const NOW = 1_750_000_000_000

const TEXT = 0x12345678

/** A made-up object of the API layer. */
export function text(value: string): Uint8Array {
  const writer = new TlWriter()
  writer.uint(TEXT)
  writer.string(value)
  return writer.finish()
}

export function textOf(body: Uint8Array): string {
  return new TlReader(body, 4).string()
}

export function gzipped(body: Uint8Array): Uint8Array {
  const writer = new TlWriter()
  writer.uint(GZIP_PACKED)
  writer.bytes(gzip(body))
  return writer.finish()
}

export function container(
  messages: readonly { msgId: bigint; seqNo: number; body: Uint8Array }[],
): Uint8Array {
  const writer = new TlWriter()
  writer.uint(MSG_CONTAINER)
  writer.int(messages.length)
  for (const { msgId, seqNo, body } of messages) {
    writer.long(msgId)
    writer.int(seqNo)
    writer.int(body.length)
    writer.raw(body)
  }
  return writer.finish()
}

/** A client whose other end the test plays itself: it reads what the client sends and forges what it receives. */
export class Forger {
  now = NOW
  readonly random = seededRandom('forger')
  readonly key = new PacketKey(this.random(256))
  readonly client: ClientSession
  /** All messages that the client has sent. */
  readonly sent: ReceivedMessage[] = []
  readonly events: SessionEvent[] = []
  wakeAt = 0
  #serial = 0n

  constructor(options: Partial<ClientSessionOptions> = {}) {
    const { key, random } = this
    const validUntil = NOW / 1000 + 100_000
    const salts = [1n, 2n, 3n].map((salt) => ({ salt, validSince: 0, validUntil }))
    this.client = new ClientSession({ authKey: key.authKey, salts, timeOffset: 0, random, ...options })
    this.client.connected(this.now)
    this.poll()
  }

  /** The ids of the server of this moment: each higher than the one before. */
  msgId(bits: 1n | 3n = 1n, time = this.now): bigint {
    this.#serial += 4n
    return messageIdAt(time) + this.#serial + bits
  }

  seal(
    body: Uint8Array,
    head: Partial<{ msgId: bigint; seqNo: number; sessionId: bigint; salt: bigint }> = {},
  ): Uint8Array {
    const { sessionId } = this.client
    const full = { salt: 1n, sessionId, msgId: this.msgId(), seqNo: 1, ...head }
    return sealPacket(this.key, 'server', full, body, this.random)
  }

  /** A packet of `size` plain bytes, rightly encrypted, whose head announces a message of `length` bytes. */
  sealLying(size: number, length: number): Uint8Array {
    const { key, client, random } = this
    const head = { sessionId: client.sessionId, msgId: this.msgId() }
    return sealLying({ key, sender: 'server', head, random }, size, length)
  }

  /** The client receives this from the server; the events that came of it. */
  receive(body: Uint8Array, head?: Parameters<Forger['seal']>[1]): SessionEvent[] {
    return this.receivePacket(this.seal(body, head))
  }

  receivePacket(packet: Uint8Array): SessionEvent[] {
    const events = this.client.receive(packet, this.now)
    this.events.push(...events)
    return events
  }

  call(body: Uint8Array, options?: CallOptions): CallId {
    const id = this.client.call(body, this.now, options)
    this.pass(1)
    return id
  }

  /** Some ms go by. What the client sent at the end of them. */
  pass(ms: number): ReceivedMessage[] {
    this.now += ms
    return this.poll()
  }

  poll(): ReceivedMessage[] {
    const { packets, events, wakeAt } = this.client.poll(this.now)
    this.wakeAt = wakeAt
    this.events.push(...events)
    const messages = packets.flatMap(
      (packet) => packetContent(openPacket(packet, this.key, 'client')).messages,
    )
    this.sent.push(...messages)
    return messages
  }

  reconnect(): ReceivedMessage[] {
    this.client.disconnected(this.now)
    this.client.connected(this.now)
    return this.poll()
  }

  /** The latest message that the client sent with this constructor. */
  last(id: number): ReceivedMessage {
    const found = this.sent.findLast(({ body }) => new TlReader(body).peekUint() === id)
    if (found === undefined) throw new Error('the client has not sent such a message')
    return found
  }

  /** The answer to the latest ping, which proves to the client what time it is. */
  pong(ping: ReceivedMessage): SessionEvent[] {
    const writer = new TlWriter()
    writer.uint(0x347773c5)
    writer.long(ping.msgId)
    writer.long(new TlReader(ping.body, 4).long())
    return this.receive(writer.finish(), { seqNo: 0 })
  }
}

/** A client and a server joined by a wire that loses nothing; the server answers each call with its body. */
export class Pair {
  now = NOW
  readonly random = seededRandom('pair')
  readonly authKey: Uint8Array
  readonly client: ClientSession
  readonly server: ServerSessions
  readonly clientEvents: SessionEvent[] = []
  readonly serverEvents: ServerEvent[] = []
  answers = true

  /** @param before the client comes anew to this one's server */
  constructor(options: Partial<ClientSessionOptions> = {}, before?: Pair) {
    const { random } = this
    const authKey = before?.authKey ?? random(256)
    this.authKey = authKey
    this.server = before?.server ?? new ServerSessions({ authKey, random })
    this.client = new ClientSession({ authKey, salts: [], timeOffset: 0, random, ...options })
  }

  get session(): ServerSession {
    const [session] = this.server.all()
    if (session === undefined) throw new Error('the server has no session')
    return session
  }

  connect(): void {
    for (const session of this.server.all()) session.disconnected()
    this.client.connected(this.now)
    this.run()
  }

  reconnect(): void {
    this.client.disconnected(this.now)
    this.connect()
  }

  /** Lets both talk until neither has anything to say at this moment. */
  run(): void {
    for (let quiet = false; !quiet; ) {
      quiet = true
      const { packets, events } = this.client.poll(this.now)
      this.clientEvents.push(...events)
      for (const packet of packets) {
        quiet = false
        this.toServer(packet)
      }
      for (const session of this.server.all()) {
        for (const packet of session.poll(this.now).packets) {
          quiet = false
          this.clientEvents.push(...this.client.receive(packet, this.now))
        }
      }
    }
  }

  toServer(packet: Uint8Array): void {
    const { session, events } = this.server.receive(packet, this.now)
    if (!session.isConnected) session.connected()
    this.serverEvents.push(...events)
    if (!this.answers) return
    for (const event of events) if (event.type === 'call') session.answer(event.msgId, event.body)
  }

  wait(ms: number): void {
    this.now += ms
    this.run()
  }

  /** The calls that the server was asked to execute: their msg_ids. */
  calls(): bigint[] {
    return this.serverEvents.flatMap((event) => (event.type === 'call' ? [event.msgId] : []))
  }

  results(): string[] {
    return this.clientEvents.flatMap((event) => (event.type === 'result' ? [textOf(event.body)] : []))
  }
}

/** A packet of `size` plain bytes, rightly encrypted, whose head announces a message of `length` bytes. */
export function sealLying(
  {
    key: { authKey, id },
    sender,
    head: { sessionId, msgId },
    random,
  }: {
    key: PacketKey
    sender: MessageSender
    head: { sessionId: bigint; msgId: bigint }
    random: (length: number) => Uint8Array
  },
  size: number,
  length: number,
): Uint8Array {
  const plain = random(size)
  const view = new DataView(plain.buffer)
  view.setBigInt64(8, sessionId, true)
  view.setBigInt64(16, msgId, true)
  view.setInt32(24, 1, true)
  view.setInt32(28, length, true)
  const msgKey = messageKey(authKey, plain, sender)
  const aes = messageKeyIv(authKey, msgKey, sender)
  const packet = new Uint8Array(24 + size)
  new DataView(packet.buffer).setBigInt64(0, id, true)
  packet.set(msgKey, 8)
  packet.set(aesIge.encrypt(plain, aes.key, aes.iv), 24)
  return packet
}
