/**
 * A change that halves the speed of a hot path fails here. Each bound is 1.5 to 1.7 times what was measured when it was set;
 * the unit is the yardstick's CPU time, so that neither a slow machine nor a busy one matters.
 */

import { aesIge, factorizePq, randomBytes } from '@telegram-mt/crypto'
import { openPacket, PacketKey, sealPacket } from '@telegram-mt/mtproto'
import { TlReader, TlWriter } from '@telegram-mt/tl'
import { describe, expect, test } from 'vitest'
import { samples } from '../../bench/items/tl/sample.ts'
import { readObject, writeObject } from '../../packages/client/src/generated/index.ts'
import { Bench, container, fresh, START } from '../../packages/client/src/updates/fixtures.testing.ts'
import { Pair, text } from '../../packages/mtproto/src/session/wire.testing.ts'
import { inYardsticks } from './measure.ts'

const messages = samples.messages((value) => value) as Parameters<typeof writeObject>[1]
const writer = new TlWriter()

function encoded(): Uint8Array {
  writer.reset()
  writeObject(writer, messages)
  return writer.finish()
}

/** A hundred calls that go out together, and their answers. */
function calls(): () => void {
  const pair = new Pair()
  pair.connect()
  const body = text('a call of a few bytes')
  return () => {
    for (let i = 0; i < 100; i++) pair.client.call(body, pair.now)
    pair.wait(5)
    pair.clientEvents.length = 0
    pair.serverEvents.length = 0
  }
}

/** A hundred messages that come one after the other. */
function updates(): () => void {
  const { engine } = Bench.settled(100)
  let pts = 100
  return () => {
    for (let i = 0; i < 100; i++) {
      pts++
      const handed = engine.receive(container([fresh(pts, pts)]), START)
      if (handed.length !== 1) throw new Error('an update was held')
      engine.poll(START)
    }
  }
}

const packetKey = new PacketKey(Uint8Array.from({ length: 256 }, (_, i) => (i * 37 + 11) & 255))
const head = { salt: 1n, sessionId: 2n, msgId: 1n << 60n, seqNo: 1 }
const small = text('x'.repeat(90))

function packets(): void {
  openPacket(sealPacket(packetKey, 'server', head, small, randomBytes), packetKey, 'server')
}

const bytes = encoded()
/** The addon is not there without a compiler. */
const hasAddon = aesIge.name === 'native'

describe('no hot path has become twice as slow', () => {
  test.each<[string, number, () => unknown]>([
    ['decode 100 messages', 0.82, () => readObject(new TlReader(bytes))],
    ['encode 100 messages', 0.8, encoded],
    ['seal and open a small packet', hasAddon ? 0.075 : 0.105, packets],
    ['100 calls and their answers, both sides', hasAddon ? 6.8 : 7.5, calls()],
    ['100 updates through the gap engine', 0.42, updates()],
    ['the factors of a pq', 9, () => factorizePq(0x17ed48941a08f981n)],
  ])('%s', { timeout: 120_000 }, async (name, bound, work) => {
    const took = await inYardsticks(work)
    // For those who set the bounds anew.
    if (process.env.SPEED_GUARD_SHOW !== undefined) console.log(`${name}: ${took.toFixed(3)}`)
    expect(took).toBeLessThan(bound)
  })
})
