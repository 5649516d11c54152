/** A client made by hand, that can err, and what a server says to it. */
import { TlReader } from '@telegram-mt/tl'
import { seededRandom } from '../seeded-random.testing.ts'
import * as ids from './constructors.ts'
import { packetContent, type ReceivedMessage } from './container.ts'
import { openPacket, sealPacket } from './envelope.ts'
import { messageIdAt } from './message-id.ts'
import type { ServerEvent } from './server-events.ts'
import { ServerSessions } from './server-sessions.ts'
import * as service from './service-messages.ts'
import { NOW, sealLying } from './wire.testing.ts'

export class Visitor {
  now = NOW
  readonly random = seededRandom('visitor')
  readonly sessions: ServerSessions
  readonly events: ServerEvent[] = []
  sessionId = 42n
  #serial = 0n

  constructor(options: { remembered?: number; saltPeriod?: number } = {}) {
    this.sessions = new ServerSessions({ authKey: this.random(256), random: this.random, ...options })
  }

  msgId(time = this.now): bigint {
    this.#serial += 4n
    return messageIdAt(time) + this.#serial
  }

  seal(body: Uint8Array, head: Partial<{ msgId: bigint; seqNo: number; salt: bigint }> = {}): Uint8Array {
    const { sessions, sessionId, random, now } = this
    const full = { salt: sessions.salts.current(now), sessionId, msgId: this.msgId(), seqNo: 0, ...head }
    return sealPacket(sessions.key, 'client', full, body, random)
  }

  /** Rightly encrypted, but its head announces a message of `length` bytes. */
  sealLying(size: number, length: number): Uint8Array {
    const { sessions, sessionId, random } = this
    const head = { sessionId, msgId: this.msgId() }
    return sealLying({ key: sessions.key, sender: 'client', head, random }, size, length)
  }

  /** What the server answers to this. */
  send(body: Uint8Array, head?: Parameters<Visitor['seal']>[1]): ReceivedMessage[] {
    return this.sendPacket(this.seal(body, head))
  }

  sendPacket(packet: Uint8Array): ReceivedMessage[] {
    const { session, events } = this.sessions.receive(packet, this.now)
    if (!session.isConnected) session.connected()
    this.events.splice(0, Number.POSITIVE_INFINITY, ...events)
    return this.poll()
  }

  poll(): ReceivedMessage[] {
    const { packets } = this.session.poll(this.now)
    return packets.flatMap(
      (packet) => packetContent(openPacket(packet, this.sessions.key, 'server')).messages,
    )
  }

  get session() {
    const session = this.sessions.get(this.sessionId)
    if (session === undefined) throw new Error('no session')
    return session
  }

  /** A visitor who is already known. */
  greeted(): this {
    this.send(service.writePing(1n, 60))
    return this
  }
}

export function idsOf(messages: readonly ReceivedMessage[]): number[] {
  return messages.map(({ body }) => new TlReader(body).uint())
}

/** The codes of the notifications among these. */
export function badCodes(messages: readonly ReceivedMessage[]): number[] {
  return messages.flatMap(({ body }) => {
    const reader = new TlReader(body)
    const id = reader.uint()
    if (id !== ids.BAD_MSG_NOTIFICATION && id !== ids.BAD_SERVER_SALT) return []
    reader.skip(12)
    return [reader.int()]
  })
}
