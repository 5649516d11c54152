// Random writes in random batches, to a driver and to the memory driver, which is plain enough to be believed.

import {
  type Arbitrary,
  array,
  assert as assertProperty,
  asyncProperty,
  bigInt,
  boolean,
  constantFrom,
  integer,
  oneof,
  option,
  record,
} from 'fast-check'
import { expect } from 'vitest'
import { MemoryStorage } from './memory.ts'
import { bytes, outboxEntry } from './samples.testing.ts'
import type { SessionWrite, Storage } from './storage.ts'

export async function compareWithMemory(storage: Storage): Promise<void> {
  const oneByOne = new MemoryStorage({ now: () => 5000 })
  await oneByOne.open()
  let runs = 0
  await assertProperty(
    asyncProperty(array(array(anyWrite, { maxLength: 12 }), { maxLength: 5 }), async (batches) => {
      const session = `property ${runs++}`
      const number = await storage.claim(session)
      await oneByOne.claim(session)
      // All at once, so that several batches go into one transaction.
      const outcomes = await Promise.allSettled(
        batches.map((writes) => storage.write({ session, owner: number, writes })),
      )
      for (const [index, writes] of batches.entries()) {
        const expected = oneByOne.write({ session, owner: number, writes })
        if (outcomes[index]?.status === 'fulfilled') await expected
        else await expect(expected).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' })
      }
      expect(await everything(storage, session)).toEqual(await everything(oneByOne, session))
    }),
    { numRuns: 60 },
  )
}

// Few ids and names, so that the writes meet each other.
const few = integer({ min: 1, max: 4 })
const maybe = <T>(arbitrary: Arbitrary<T>) => option(arbitrary, { nil: undefined, freq: 2 })
const kindOfPeer = constantFrom('user', 'channel')
const aPeerKey = record({ kind: kindOfPeer, id: few })
const kindOfKey = constantFrom('permanent', 'temporary')
const randomId = few.map(BigInt)

const anyWrite: Arbitrary<SessionWrite> = oneof(
  record({
    type: constantFrom('account'),
    dc: few,
    phone: maybe(constantFrom('1', null)),
    userId: maybe(constantFrom(5, null)),
    proxy: maybe(constantFrom('{}', null)),
    mark: maybe(
      constantFrom({ state: 'active' as const }, { state: 'dead' as const, reason: 'gone', at: 4 }),
    ),
  }),
  record({
    type: constantFrom('authKey'),
    dc: few,
    kind: kindOfKey,
    key: few.map((fill) => bytes(256, fill)),
  }),
  record({ type: constantFrom('authKeyRemove'), dc: few, kind: kindOfKey }),
  record({ type: constantFrom('salts'), dc: few, kind: kindOfKey, salts: constantFrom([]) }),
  record({
    type: constantFrom('updateState'),
    pts: few,
    qts: few,
    seq: few,
    date: few,
    top: maybe(few),
    userId: maybe(few),
  }),
  record({ type: constantFrom('accountClear') }),
  record({
    type: constantFrom('channelPts'),
    channelId: few,
    pts: option(few),
    top: maybe(few),
    unverified: maybe(boolean()),
  }),
  record({
    type: constantFrom('peer'),
    kind: kindOfPeer,
    id: few,
    accessHash: maybe(bigInt({ min: 1n, max: 3n })),
    min: boolean(),
    usernames: maybe(array(constantFrom('One', 'two', 'THREE', 'one'), { maxLength: 3 })),
    phone: maybe(constantFrom('1', '2', '', null)),
    name: maybe(constantFrom('A', 'B')),
    updatedAt: few,
  }),
  record({
    type: constantFrom('message'),
    channelId: maybe(few),
    messageId: few,
    peer: option(aPeerKey),
    content: maybe(constantFrom('x', 'y')),
  }),
  record({ type: constantFrom('messagesTrim'), channelId: maybe(few), below: few }),
  record({ type: constantFrom('outbox'), randomId }).map(
    (write): SessionWrite => ({ ...write, ...outboxEntry(write.randomId) }),
  ),
  record({
    type: constantFrom('outboxPatch'),
    randomId,
    attempts: maybe(few),
    messageId: maybe(option(few)),
    notBefore: maybe(option(few)),
  }),
  record({ type: constantFrom('outboxRemove'), randomId }),
  record({
    type: constantFrom('logAppend'),
    cursor: few,
    id: constantFrom('a', 'b'),
    event: constantFrom(bytes(2, 2)),
    at: few,
  }),
  record({ type: constantFrom('logTrim'), through: few }),
  record({ type: constantFrom('logConsumer'), name: constantFrom('a', 'b'), cursor: option(few) }),
  record({
    type: constantFrom('deadLetter'),
    id: constantFrom('a', 'b'),
    event: constantFrom(bytes(2, 2)),
    error: constantFrom(''),
    attempts: few,
    at: few,
  }),
  record({ type: constantFrom('deadLetterRemove'), id: constantFrom('a', 'b') }),
)

/** All that the arbitrary writes can have left. */
async function everything(storage: Storage, session: string): Promise<unknown> {
  const ids = [1, 2, 3, 4]
  const keys = ids.flatMap((id) => [
    { kind: 'user' as const, id },
    { kind: 'channel' as const, id },
  ])
  const { owner: _, ...record } = (await storage.session(session)) ?? { owner: 0 }
  return {
    record,
    positions: await storage.updatePositions(session),
    peers: await Promise.all(keys.map(({ kind, id }) => storage.peer(session, kind, id))),
    usernames: await Promise.all(
      ['one', 'two', 'three'].map((name) => storage.peerByUsername(session, name)),
    ),
    messages: await Promise.all([0, ...ids].map((series) => storage.messages(session, ids, series))),
    outbox: await storage.outbox(session),
    log: await storage.log(session),
    range: await storage.logRange(session),
    consumers: new Set(await storage.logConsumers(session)),
    letters: await storage.deadLetters(session),
  }
}
