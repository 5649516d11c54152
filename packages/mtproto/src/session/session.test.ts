import { TlReader, TlWriter } from '@telegram-mt/tl'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { ClientSession } from './client-session.ts'
import type { SessionEvent } from './events.ts'
import type { ServerEvent } from './server-session.ts'
import { ServerSessions } from './server-sessions.ts'

const NOW = 1_750_000_000_000

export function text(value: string): Uint8Array {
  const writer = new TlWriter()
  writer.uint(0x12345678)
  writer.string(value)
  return writer.finish()
}

function textOf(body: Uint8Array): string {
  return new TlReader(body, 4).string()
}

/** A client and a server joined by a wire that loses nothing; the server answers each call with its body. */
class Pair {
  now = NOW
  readonly random = seededRandom('pair')
  readonly authKey = this.random(256)
  readonly client = new ClientSession({
    authKey: this.authKey,
    salts: [],
    timeOffset: 0,
    random: this.random,
  })
  readonly server = new ServerSessions({ authKey: this.authKey, random: this.random })
  readonly clientEvents: SessionEvent[] = []
  readonly serverEvents: ServerEvent[] = []
  answers = true

  connect(): void {
    this.client.connected(this.now)
    for (const session of this.server.all()) session.disconnected()
    this.run()
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

  results(): string[] {
    return this.clientEvents.flatMap((event) => (event.type === 'result' ? [textOf(event.body)] : []))
  }
}

describe('a client and a server', () => {
  test('a call is answered, the salt is learned on the way', () => {
    const pair = new Pair()
    pair.connect()
    const call = pair.client.call(text('hello'), pair.now)
    pair.wait(1)
    expect(pair.clientEvents).toContainEqual({ type: 'result', call, body: text('hello') })
    expect(pair.client.salts.length).toBeGreaterThan(2)
    expect(pair.client.callCount).toEqual({ inFlight: 0, queued: 0 })
  })

  test('many calls travel together and are each answered once', () => {
    const pair = new Pair()
    pair.connect()
    const texts = Array.from({ length: 3000 }, (_, i) => `call ${i}`)
    for (const value of texts) pair.client.call(text(value), pair.now)
    pair.wait(1)
    expect(pair.results()).toEqual(texts)
  })

  test('large bodies travel compressed both ways', () => {
    const pair = new Pair()
    pair.connect()
    const long = 'x'.repeat(100_000)
    pair.client.call(text(long), pair.now)
    pair.wait(1)
    expect(pair.results()).toEqual([long])
  })

  test('calls in flight survive a new connection and run once', () => {
    const pair = new Pair()
    pair.connect()
    pair.answers = false
    pair.client.call(text('slow'), pair.now)
    pair.wait(1)
    const calls = pair.serverEvents.filter((event) => event.type === 'call')
    expect(calls.length).toBe(1)
    pair.client.disconnected(pair.now)
    pair.connect()
    const [session] = pair.server.all()
    session?.answer(calls[0]?.type === 'call' ? calls[0].msgId : 0n, text('done'))
    pair.run()
    expect(pair.results()).toEqual(['done'])
    expect(pair.serverEvents.filter((event) => event.type === 'call').length).toBe(1)
  })

  test('an update reaches the client once and is acknowledged', () => {
    const pair = new Pair()
    pair.connect()
    const [session] = pair.server.all()
    session?.push(text('news'))
    pair.run()
    pair.wait(31_000)
    expect(pair.clientEvents.filter((event) => event.type === 'update')).toEqual([
      { type: 'update', body: text('news') },
    ])
    expect(session?.unacknowledged).toBe(0)
  })
})
