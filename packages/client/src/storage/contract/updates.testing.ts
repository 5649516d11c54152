// What every driver must do with positions, the message index, the outbox, the log of updates and parked ones.

import { describe, expect, it } from 'vitest'
import type { DeadLetter } from '../records.ts'
import { bytes, logEntry, outboxEntry } from '../samples.testing.ts'
import type { SessionWrite } from '../storage.ts'
import { id, type UnderTest } from './under-test.testing.ts'

export function describeUpdatesAndSends(under: UnderTest): void {
  it('keeps update positions', async () => {
    expect(await under.storage.updatePositions(id)).toEqual({ state: undefined, channels: new Map() })
    await under.write(
      { type: 'updateState', pts: 2 ** 31 - 1, qts: 2, seq: 3, date: 4, top: 77, userId: 42 },
      { type: 'channelPts', channelId: 1234567890123, pts: 6, top: 5 },
      { type: 'channelPts', channelId: 2, pts: 6 },
    )
    await under.write(
      { type: 'channelPts', channelId: 2, pts: 8, top: 9 },
      { type: 'channelPts', channelId: 3, pts: 1, unverified: true },
      { type: 'channelPts', channelId: 4, pts: 1, unverified: true },
      { type: 'channelPts', channelId: 1234567890123, pts: null },
    )
    await under.write({ type: 'channelPts', channelId: 4, pts: 2 })
    expect(await under.storage.updatePositions(id)).toEqual({
      state: { pts: 2 ** 31 - 1, qts: 2, seq: 3, date: 4, top: 77, userId: 42 },
      channels: new Map([
        [2, { pts: 8, top: 9, unverified: false }],
        [3, { pts: 1, top: 0, unverified: true }],
        [4, { pts: 2, top: 0, unverified: false }],
      ]),
    })
  })

  it('knows the chats of messages, and what was in them', async () => {
    const chat = { kind: 'chat', id: 8 } as const
    const channel = { kind: 'channel', id: 9 } as const
    await under.write(
      { type: 'message', messageId: 1, peer: { kind: 'user', id: 7 } },
      { type: 'message', messageId: 2, peer: chat, content: 'before' },
      { type: 'message', messageId: 3, peer: chat },
      { type: 'message', channelId: 9, messageId: 1, peer: channel, content: 'first' },
      { type: 'message', channelId: 9, messageId: 2, peer: channel, content: 'second' },
    )
    await under.write(
      { type: 'message', messageId: 2, peer: chat, content: 'after' },
      { type: 'message', messageId: 3, peer: null },
      { type: 'messagesTrim', below: 2 },
      { type: 'message', channelId: 9, messageId: 3, peer: channel },
      { type: 'messagesTrim', channelId: 9, below: 2 },
    )
    expect(await under.storage.messages(id, [1, 2, 3, 4])).toEqual(
      new Map([[2, { peer: chat, content: 'after' }]]),
    )
    expect(await under.storage.messages(id, [1, 2, 3], 9)).toEqual(
      new Map([
        [2, { peer: channel, content: 'second' }],
        [3, { peer: channel, content: undefined }],
      ]),
    )
  })

  it('keeps the outbox in order, patches and removes', async () => {
    const first = outboxEntry(-(2n ** 63n), { order: 1 })
    const second = outboxEntry(2n ** 63n - 1n, { order: 2, notBefore: 77, call: new Uint8Array(0) })
    await under.write({ type: 'outbox', ...second }, { type: 'outbox', ...first })
    expect(await under.storage.outbox(id)).toEqual([first, second])
    await under.write(
      { type: 'outboxPatch', randomId: first.randomId, state: 'sent', attempts: 2, messageId: 15 },
      { type: 'outboxPatch', randomId: second.randomId, notBefore: null },
      { type: 'outboxPatch', randomId: 404n, state: 'sent' },
    )
    expect(await under.storage.outboxEntry(id, first.randomId)).toEqual({
      ...first,
      state: 'sent',
      attempts: 2,
      messageId: 15,
    })
    expect(await under.storage.outboxEntry(id, second.randomId)).toEqual({ ...second, notBefore: undefined })
    expect(await under.storage.outboxEntry(id, 404n)).toBeUndefined()
    await under.write({ type: 'outboxRemove', randomId: first.randomId })
    expect((await under.storage.outbox(id)).map(({ randomId }) => randomId)).toEqual([second.randomId])
  })

  describe('update log', () => {
    it('is read in pages', async () => {
      expect(await under.storage.logRange(id)).toEqual({ first: undefined, last: 0 })
      await under.write(
        ...[1, 2, 3, 5, 8].map((cursor): SessionWrite => ({ type: 'logAppend', ...logEntry(cursor) })),
      )
      expect(await under.storage.log(id, { after: 1, limit: 2 })).toEqual([logEntry(2), logEntry(3)])
      expect(await under.storage.log(id, { after: 3 })).toEqual([logEntry(5), logEntry(8)])
      expect(await under.storage.logRange(id)).toEqual({ first: 1, last: 8 })
    })

    it('takes the same event twice as once', async () => {
      await under.write({ type: 'logAppend', ...logEntry(1) })
      await under.write({ type: 'logAppend', ...logEntry(1) }, { type: 'logAppend', ...logEntry(2) })
      expect((await under.storage.log(id)).length).toBe(2)
    })

    it('remembers how far it was numbered when it is trimmed', async () => {
      await under.write({ type: 'logAppend', ...logEntry(1) }, { type: 'logAppend', ...logEntry(2) })
      await under.write({ type: 'logTrim', through: 2 })
      expect(await under.storage.log(id)).toEqual([])
      expect(await under.storage.logRange(id)).toEqual({ first: undefined, last: 2 })
      await under.write({ type: 'logAppend', ...logEntry(3) })
      expect(await under.storage.logRange(id)).toEqual({ first: 3, last: 3 })
    })

    it('keeps the places of several consumers', async () => {
      await under.write(
        { type: 'logConsumer', name: 'a', cursor: 3 },
        { type: 'logConsumer', name: 'b', cursor: 1 },
      )
      await under.write(
        { type: 'logConsumer', name: 'a', cursor: 4 },
        { type: 'logConsumer', name: 'b', cursor: null },
      )
      expect(await under.storage.logConsumers(id)).toEqual([{ name: 'a', cursor: 4 }])
    })

    it('keeps dead letters, oldest first', async () => {
      const letter = (name: string, at: number): DeadLetter => ({
        id: name,
        event: bytes(9, 9),
        error: 'handler threw',
        attempts: 5,
        at,
      })
      await under.write({ type: 'deadLetter', ...letter('b', 2) }, { type: 'deadLetter', ...letter('a', 1) })
      await under.write({ type: 'deadLetter', ...letter('b', 3) }, { type: 'deadLetter', ...letter('c', 1) })
      expect(await under.storage.deadLetters(id, 2)).toEqual([letter('a', 1), letter('c', 1)])
      await under.write({ type: 'deadLetterRemove', id: 'a' })
      expect((await under.storage.deadLetters(id)).map((one) => one.id)).toEqual(['c', 'b'])
    })
  })
}
