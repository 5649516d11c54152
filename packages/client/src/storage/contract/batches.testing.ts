// What every driver must do with batches of writes.

import { describe, expect, it } from 'vitest'
import { bytes, logEntry, outboxEntry } from '../samples.testing.ts'
import type { SessionWrite } from '../storage.ts'
import { account, contents, id, nothing, peerSeen, type UnderTest } from './under-test.testing.ts'

export function describeBatches(under: UnderTest): void {
  describe('batches', () => {
    it('keeps all of a batch or nothing', async () => {
      await under.write(account, { type: 'logAppend', ...logEntry(5) })
      const batch: SessionWrite[] = [
        { type: 'updateState', pts: 9, qts: 9, seq: 9, date: 9 },
        { type: 'outbox', ...outboxEntry(1n) },
        { type: 'logAppend', ...logEntry(5, 'another') },
      ]
      await expect(under.write(...batch)).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' })
      expect((await under.storage.updatePositions(id)).state).toBeUndefined()
      expect(await under.storage.outbox(id)).toEqual([])
    })

    it('shows a read what was handed in before it', async () => {
      for (let pts = 1; pts <= 50; pts++) {
        under.storage.post({
          session: id,
          owner: under.owner,
          writes: [{ type: 'updateState', pts, qts: 0, seq: 0, date: 0 }],
        })
        if (pts % 10 === 0) expect((await under.storage.updatePositions(id)).state?.pts).toBe(pts)
      }
    })

    it('writes large batches', async () => {
      const writes: SessionWrite[] = [account]
      for (let n = 1; n <= 3000; n++) {
        writes.push(peerSeen({ id: n, usernames: [`user_${n}`] }), { type: 'logAppend', ...logEntry(n) })
        writes.push({ type: 'message', messageId: n, peer: { kind: 'user', id: n } })
      }
      await under.write(...writes)
      expect((await under.storage.log(id, { limit: 5000 })).length).toBe(3000)
      const keys = Array.from({ length: 3000 }, (_, n) => ({ kind: 'user' as const, id: n + 1 }))
      expect((await under.storage.peers(id, keys)).length).toBe(3000)
      await under.write({ type: 'logTrim', through: 2500 }, { type: 'messagesTrim', below: 2501 })
      expect(await under.storage.logRange(id)).toEqual({ first: 2501, last: 3000 })
      const ids = keys.map((key) => key.id)
      expect((await under.storage.messages(id, ids)).size).toBe(500)
      await under.storage.forget(id, under.owner)
      expect(await contents(under.storage, id)).toEqual(nothing)
    })

    it.each([
      ['an unknown write', { type: 'nonsense' }],
      ['a fraction', { type: 'updateState', pts: 1.5, qts: 0, seq: 0, date: 0 }],
      ['an id beyond what numbers hold', { type: 'channelPts', channelId: 2 ** 53, pts: 1 }],
      ['a short key', { type: 'authKey', dc: 1, kind: 'permanent', key: bytes(255, 1) }],
      ['a random id of more than 64 bits', { type: 'outboxRemove', randomId: 2n ** 63n }],
      ['a peer of no kind', { type: 'message', messageId: 1, peer: { kind: 'group', id: 1 } }],
      ['NaN', { type: 'logTrim', through: Number.NaN }],
    ])('refuses %s', async (_, bad) => {
      await expect(under.write(account, bad as SessionWrite)).rejects.toMatchObject({
        code: 'STORAGE_INVALID',
      })
      expect(await under.storage.session(id)).toBeUndefined()
    })

    it('refuses session ids that not every driver can keep', async () => {
      for (const bad of ['', 'a\0b', '\uD800', 'x'.repeat(256)]) {
        await expect(under.storage.claim(bad)).rejects.toMatchObject({ code: 'STORAGE_INVALID' })
      }
    })
  })
}
