// What every driver must do, as one suite. A driver's test file calls this with a way to make a fresh, empty store.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareWithMemory } from './model.testing.ts'
import type { DeadLetter, PeerRecord } from './records.ts'
import { authKey, bytes, logEntry, outboxEntry } from './samples.testing.ts'
import type { SessionWrite, Storage, StorageOptions } from './storage.ts'

export interface DriverUnderTest {
  readonly name: string
  /** A store that holds nothing yet, not opened. `again` names the same store once more. */
  fresh(options?: StorageOptions): Promise<{ storage: Storage; again: () => Storage }>
  /** Keeps its contents when it is closed and opened again. */
  readonly isDurable: boolean
}

const peerSeen = (more: Partial<Extract<SessionWrite, { type: 'peer' }>> = {}): SessionWrite => ({
  type: 'peer',
  kind: 'user',
  id: 7,
  accessHash: 70n,
  min: false,
  updatedAt: 1,
  ...more,
})

const aPeer = (more: Partial<PeerRecord> = {}): PeerRecord => ({
  kind: 'user',
  id: 7,
  accessHash: 70n,
  min: false,
  usernames: [],
  phone: undefined,
  name: undefined,
  seenIn: undefined,
  updatedAt: 1,
  ...more,
})

const account: Extract<SessionWrite, { type: 'account' }> = { type: 'account', dc: 4 }

export function describeStorage(driver: DriverUnderTest): void {
  describe(`storage contract: ${driver.name}`, () => {
    let storage: Storage
    let now: number
    const id = 'alice'
    let owner: number

    const write = (...writes: SessionWrite[]): Promise<void> => storage.write({ session: id, owner, writes })

    beforeEach(async () => {
      now = 5000
      storage = (await driver.fresh({ now: () => now })).storage
      await storage.open()
      owner = await storage.claim(id)
    })

    afterEach(async () => {
      await storage.close()
    })

    describe('sessions', () => {
      it('lists a session once it has an account record', async () => {
        expect(await storage.sessions()).toEqual([])
        expect(await storage.session(id)).toBeUndefined()
        await write(account)
        expect(await storage.session(id)).toEqual({
          id,
          owner,
          dc: 4,
          test: false,
          userId: undefined,
          username: undefined,
          phone: undefined,
          authKeys: [],
          salts: [],
          timeOffset: 0,
          mark: { state: 'active' },
          login: undefined,
          proxy: undefined,
          createdAt: 5000,
          updatedAt: 5000,
        })
        expect((await storage.sessions()).map((entry) => entry.record?.id)).toEqual([id])
      })

      it('patches the account: absent stays, null clears', async () => {
        await write({
          ...account,
          test: true,
          userId: 2 ** 51,
          username: 'Älice',
          phone: '4112',
          timeOffset: -250,
        })
        now = 6000
        await write({
          type: 'account',
          username: null,
          mark: { state: 'dead', reason: 'AUTH_KEY_DUPLICATED', at: 9 },
        })
        expect(await storage.session(id)).toMatchObject({
          dc: 4,
          test: true,
          userId: 2 ** 51,
          username: undefined,
          phone: '4112',
          timeOffset: -250,
          mark: { state: 'dead', reason: 'AUTH_KEY_DUPLICATED', at: 9 },
          createdAt: 5000,
          updatedAt: 6000,
        })
        await write({ type: 'account', mark: { state: 'active' }, userId: null })
        expect(await storage.session(id)).toMatchObject({ userId: undefined, mark: { state: 'active' } })
      })

      it('keeps several keys and salts per session', async () => {
        const keys = [
          authKey(2, 2, { authorized: true, fingerprint: -(2n ** 63n) }),
          authKey(4, 1),
          authKey(4, 3, { kind: 'temporary', expiresAt: 90_000 }),
        ]
        const salts = [{ salt: -(2n ** 63n), validSince: 1, validUntil: 2 }]
        await write(account, ...keys.map((key): SessionWrite => ({ type: 'authKey', ...key })), {
          type: 'salts',
          dc: 4,
          kind: 'permanent',
          salts,
        })
        expect(await storage.session(id)).toMatchObject({
          authKeys: keys,
          salts: [{ dc: 4, kind: 'permanent', salts }],
        })
        await write(
          { type: 'authKey', ...authKey(4, 9) },
          { type: 'authKeyRemove', dc: 2, kind: 'permanent' },
          { type: 'authKeyRemove', dc: 4, kind: 'temporary' },
        )
        expect((await storage.session(id))?.authKeys).toEqual([authKey(4, 9)])
        await write({ type: 'authKeyRemove', dc: 4, kind: 'permanent' })
        expect(await storage.session(id)).toMatchObject({ authKeys: [], salts: [] })
      })

      it('keeps the proxy', async () => {
        await write({ ...account, proxy: '{"type":"socks5","password":"ß"}' })
        await write({ type: 'account', dc: 3 })
        expect((await storage.session(id))?.proxy).toBe('{"type":"socks5","password":"ß"}')
        await write({ type: 'account', proxy: null })
        expect((await storage.session(id))?.proxy).toBeUndefined()
      })

      it('keeps how far a login got', async () => {
        const login = { step: 'code', phone: '4112', phoneCodeHash: 'abc', more: { length: 5, viaApp: true } }
        await write({ ...account, login })
        expect((await storage.session(id))?.login).toEqual(login)
        await write({ type: 'account', login: null })
        expect((await storage.session(id))?.login).toBeUndefined()
      })

      it('forgets a session with everything of it, and nothing of another', async () => {
        const other = await storage.claim('bob')
        const all: SessionWrite[] = [
          account,
          { type: 'authKey', ...authKey(4, 1) },
          { type: 'salts', dc: 4, kind: 'permanent', salts: [] },
          { type: 'updateState', pts: 1, qts: 2, seq: 3, date: 4 },
          { type: 'channelPts', channelId: 5, pts: 6 },
          peerSeen({ usernames: ['seven'], phone: '777' }),
          { type: 'message', messageId: 1, peer: { kind: 'user', id: 7 } },
          { type: 'outbox', ...outboxEntry(1n) },
          { type: 'logAppend', ...logEntry(1) },
          { type: 'logConsumer', name: 'main', cursor: 1 },
          { type: 'deadLetter', id: 'x', event: bytes(3, 3), error: 'no', attempts: 3, at: 1 },
        ]
        await write(...all)
        await storage.write({ session: 'bob', owner: other, writes: all })
        await storage.forget(id, owner)
        expect((await storage.sessions()).map((entry) => entry.id)).toEqual(['bob'])
        expect(await contents(storage, id)).toEqual(nothing)
        expect(await contents(storage, 'bob')).not.toEqual(nothing)
        await expect(write(account)).rejects.toMatchObject({ code: 'STORAGE_UNKNOWN_SESSION', session: id })
        const next = await storage.claim(id)
        await storage.write({ session: id, owner: next, writes: [account] })
        expect(await contents(storage, id)).toEqual(nothing)
      })
    })

    describe('ownership', () => {
      it('gives every claim a higher number and refuses the lower ones', async () => {
        await write(account)
        const next = await storage.claim(id)
        expect(next).toBeGreaterThan(owner)
        await expect(write({ type: 'account', dc: 5 })).rejects.toMatchObject({
          code: 'STORAGE_NOT_OWNER',
          session: id,
        })
        await expect(storage.forget(id, owner)).rejects.toMatchObject({ code: 'STORAGE_NOT_OWNER' })
        await storage.write({ session: id, owner: next, writes: [{ type: 'account', phone: '1' }] })
        expect(await storage.session(id)).toMatchObject({ dc: 4, phone: '1', owner: next })
      })

      it('takes over a higher number that a batch brings', async () => {
        await storage.write({ session: id, owner: owner + 10, writes: [account] })
        await expect(write({ type: 'account', dc: 5 })).rejects.toMatchObject({ code: 'STORAGE_NOT_OWNER' })
        expect(await storage.claim(id)).toBe(owner + 11)
      })

      it('refuses one session without harm to the batches beside it', async () => {
        const other = await storage.claim('bob')
        const results = await Promise.allSettled([
          write(account),
          storage.write({ session: 'carol', owner: 1, writes: [account] }),
          storage.write({
            session: 'bob',
            owner: other,
            writes: [account, { type: 'logAppend', ...logEntry(1) }],
          }),
          storage.write({
            session: 'bob',
            owner: other,
            writes: [{ type: 'logAppend', ...logEntry(1, 'another') }],
          }),
          write({ type: 'account', phone: '5' }),
        ])
        expect(results.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled',
          'rejected',
          'fulfilled',
        ])
        expect(results[1]).toMatchObject({ reason: { code: 'STORAGE_UNKNOWN_SESSION', session: 'carol' } })
        expect(results[3]).toMatchObject({ reason: { code: 'STORAGE_CONFLICT', session: 'bob' } })
        expect(await storage.session(id)).toMatchObject({ phone: '5' })
        expect(await storage.log('bob')).toEqual([logEntry(1)])
      })

      it('reports a failed post', async () => {
        const failures: unknown[] = []
        const mine = (
          await driver.fresh({ onWriteError: (error, batch) => failures.push([error.code, batch.session]) })
        ).storage
        await mine.open()
        mine.post({ session: 'nobody', owner: 1, writes: [] })
        await mine.flush()
        await Promise.resolve()
        await mine.close()
        expect(failures).toEqual([['STORAGE_UNKNOWN_SESSION', 'nobody']])
      })
    })

    describe('batches', () => {
      it('keeps all of a batch or nothing', async () => {
        await write(account, { type: 'logAppend', ...logEntry(5) })
        const batch: SessionWrite[] = [
          { type: 'updateState', pts: 9, qts: 9, seq: 9, date: 9 },
          { type: 'outbox', ...outboxEntry(1n) },
          { type: 'logAppend', ...logEntry(5, 'another') },
        ]
        await expect(write(...batch)).rejects.toMatchObject({ code: 'STORAGE_CONFLICT' })
        expect((await storage.updatePositions(id)).state).toBeUndefined()
        expect(await storage.outbox(id)).toEqual([])
      })

      it('shows a read what was handed in before it', async () => {
        for (let pts = 1; pts <= 50; pts++) {
          storage.post({
            session: id,
            owner,
            writes: [{ type: 'updateState', pts, qts: 0, seq: 0, date: 0 }],
          })
          if (pts % 10 === 0) expect((await storage.updatePositions(id)).state?.pts).toBe(pts)
        }
      })

      it('writes large batches', async () => {
        const writes: SessionWrite[] = [account]
        for (let n = 1; n <= 3000; n++) {
          writes.push(peerSeen({ id: n, usernames: [`user_${n}`] }), { type: 'logAppend', ...logEntry(n) })
          writes.push({ type: 'message', messageId: n, peer: { kind: 'user', id: n } })
        }
        await write(...writes)
        expect((await storage.log(id, { limit: 5000 })).length).toBe(3000)
        const keys = Array.from({ length: 3000 }, (_, n) => ({ kind: 'user' as const, id: n + 1 }))
        expect((await storage.peers(id, keys)).length).toBe(3000)
        await write({ type: 'logTrim', through: 2500 }, { type: 'messagesTrim', below: 2501 })
        expect(await storage.logRange(id)).toEqual({ first: 2501, last: 3000 })
        const ids = keys.map((key) => key.id)
        expect((await storage.messages(id, ids)).size).toBe(500)
        await storage.forget(id, owner)
        expect(await contents(storage, id)).toEqual(nothing)
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
        await expect(write(account, bad as SessionWrite)).rejects.toMatchObject({ code: 'STORAGE_INVALID' })
        expect(await storage.session(id)).toBeUndefined()
      })

      it('refuses session ids that not every driver can keep', async () => {
        for (const bad of ['', 'a\0b', '\uD800', 'x'.repeat(256)]) {
          await expect(storage.claim(bad)).rejects.toMatchObject({ code: 'STORAGE_INVALID' })
        }
      })
    })

    it('keeps update positions', async () => {
      expect(await storage.updatePositions(id)).toEqual({ state: undefined, channels: new Map() })
      await write(
        { type: 'updateState', pts: 2 ** 31 - 1, qts: 2, seq: 3, date: 4, top: 77, userId: 42 },
        { type: 'channelPts', channelId: 1234567890123, pts: 6, top: 5 },
        { type: 'channelPts', channelId: 2, pts: 6 },
      )
      await write(
        { type: 'channelPts', channelId: 2, pts: 8, top: 9 },
        { type: 'channelPts', channelId: 3, pts: 1, unverified: true },
        { type: 'channelPts', channelId: 4, pts: 1, unverified: true },
        { type: 'channelPts', channelId: 1234567890123, pts: null },
      )
      await write({ type: 'channelPts', channelId: 4, pts: 2 })
      expect(await storage.updatePositions(id)).toEqual({
        state: { pts: 2 ** 31 - 1, qts: 2, seq: 3, date: 4, top: 77, userId: 42 },
        channels: new Map([
          [2, { pts: 8, top: 9, unverified: false }],
          [3, { pts: 1, top: 0, unverified: true }],
          [4, { pts: 2, top: 0, unverified: false }],
        ]),
      })
    })

    it('clears what belongs to an account, and keeps the rest', async () => {
      const state: SessionWrite = { type: 'updateState', pts: 1, qts: 2, seq: 3, date: 4 }
      await write(
        account,
        { type: 'authKey', ...authKey(4, 1) },
        state,
        { type: 'channelPts', channelId: 5, pts: 6 },
        peerSeen({ usernames: ['seven'], phone: '777' }),
        { type: 'message', messageId: 1, peer: { kind: 'user', id: 7 } },
        { type: 'message', channelId: 3, messageId: 1, peer: { kind: 'channel', id: 3 } },
        { type: 'outbox', ...outboxEntry(1n) },
        { type: 'logAppend', ...logEntry(1) },
      )
      await write(peerSeen({ id: 8, usernames: ['eight'] }), { type: 'accountClear' }, { ...state, pts: 9 })
      expect(await contents(storage, id)).toEqual({
        ...nothing,
        positions: {
          state: { pts: 9, qts: 2, seq: 3, date: 4, top: 0, userId: undefined },
          channels: new Map(),
        },
        log: [logEntry(1)],
        range: { first: 1, last: 1 },
      })
      expect(await storage.peerByUsername(id, 'eight')).toBeUndefined()
      expect(await storage.messages(id, [1], 3)).toEqual(new Map())
      expect((await storage.session(id))?.authKeys).toEqual([authKey(4, 1)])
    })

    describe('peers', () => {
      it('tells a user, a chat and a channel of the same id apart', async () => {
        await write(peerSeen({ accessHash: 1n }), peerSeen({ kind: 'channel', accessHash: -2n }))
        expect(await storage.peer(id, 'user', 7)).toEqual(aPeer({ accessHash: 1n }))
        expect(await storage.peer(id, 'channel', 7)).toEqual(aPeer({ kind: 'channel', accessHash: -2n }))
        expect(await storage.peer(id, 'chat', 7)).toBeUndefined()
        const both = await storage.peers(id, [
          { kind: 'user', id: 7 },
          { kind: 'channel', id: 7 },
          { kind: 'user', id: 8 },
        ])
        expect(both.length).toBe(2)
      })

      it('never lets a min access hash replace a full one', async () => {
        await write(peerSeen({ accessHash: 5n, min: true }))
        expect(await storage.peer(id, 'user', 7)).toEqual(aPeer({ accessHash: 5n, min: true }))
        await write(peerSeen({ accessHash: 70n, min: false }))
        await write(peerSeen({ accessHash: 6n, min: true, name: 'Seven', updatedAt: 2 }))
        expect(await storage.peer(id, 'user', 7)).toEqual(aPeer({ name: 'Seven' }))
        await write(peerSeen({ accessHash: 71n }))
        expect((await storage.peer(id, 'user', 7))?.accessHash).toBe(71n)
      })

      it('keeps what a sighting does not mention', async () => {
        const seenIn = { peer: { kind: 'channel' as const, id: 99 }, messageId: 5 }
        await write(peerSeen({ usernames: ['Seven', 'sieben'], phone: '777', name: 'S', seenIn }))
        await write(peerSeen({ accessHash: undefined, updatedAt: 3 }))
        const known = aPeer({ usernames: ['Seven', 'sieben'], phone: '777', name: 'S', seenIn })
        expect(await storage.peer(id, 'user', 7)).toEqual(known)
        await write(peerSeen({ phone: null, usernames: [] }))
        expect(await storage.peer(id, 'user', 7)).toEqual(aPeer({ name: 'S', seenIn }))
        expect(await storage.peerByPhone(id, '777')).toBeUndefined()
      })

      it('dates a peer by when its usernames were told', async () => {
        const date = async () => (await storage.peer(id, 'user', 7))?.updatedAt
        await write(peerSeen({ usernames: ['seven'], updatedAt: 2 }))
        await write(peerSeen({ min: true, updatedAt: 5 }))
        expect(await date()).toBe(2)
        await write(peerSeen({ usernames: ['seven'], updatedAt: 6 }), peerSeen({ min: true, updatedAt: 9 }))
        expect(await date()).toBe(6)
        await write(peerSeen({ min: true, updatedAt: 10 }), peerSeen({ usernames: [], updatedAt: 11 }))
        expect(await date()).toBe(11)
      })

      it('finds peers by username and moves a username to its new holder', async () => {
        await write(peerSeen({ usernames: ['@Seven', 'SEVEN', 'sieben'] }))
        expect((await storage.peerByUsername(id, '@sEVEN'))?.id).toBe(7)
        expect((await storage.peer(id, 'user', 7))?.usernames).toEqual(['Seven', 'sieben'])
        await write(peerSeen({ kind: 'channel', id: 8, usernames: ['seven'] }))
        expect((await storage.peerByUsername(id, 'seven'))?.kind).toBe('channel')
        expect((await storage.peer(id, 'user', 7))?.usernames).toEqual(['sieben'])
        await write(peerSeen({ kind: 'channel', id: 8, usernames: [] }))
        expect(await storage.peerByUsername(id, 'seven')).toBeUndefined()
        expect(await storage.peerByUsername('bob', 'sieben')).toBeUndefined()
      })

      it('finds the latest peer by phone', async () => {
        await write(peerSeen({ phone: '1', updatedAt: 5 }), peerSeen({ id: 8, phone: '1', updatedAt: 9 }))
        expect((await storage.peerByPhone(id, '1'))?.id).toBe(8)
      })

      it('makes texts storable', async () => {
        await write(peerSeen({ name: 'a\0b\uD800c 👋' }))
        expect((await storage.peer(id, 'user', 7))?.name).toBe('a\uFFFDb\uFFFDc 👋')
      })
    })

    it('knows the chats of messages, and what was in them', async () => {
      const chat = { kind: 'chat', id: 8 } as const
      const channel = { kind: 'channel', id: 9 } as const
      await write(
        { type: 'message', messageId: 1, peer: { kind: 'user', id: 7 } },
        { type: 'message', messageId: 2, peer: chat, content: 'before' },
        { type: 'message', messageId: 3, peer: chat },
        { type: 'message', channelId: 9, messageId: 1, peer: channel, content: 'first' },
        { type: 'message', channelId: 9, messageId: 2, peer: channel, content: 'second' },
      )
      await write(
        { type: 'message', messageId: 2, peer: chat, content: 'after' },
        { type: 'message', messageId: 3, peer: null },
        { type: 'messagesTrim', below: 2 },
        { type: 'message', channelId: 9, messageId: 3, peer: channel },
        { type: 'messagesTrim', channelId: 9, below: 2 },
      )
      expect(await storage.messages(id, [1, 2, 3, 4])).toEqual(
        new Map([[2, { peer: chat, content: 'after' }]]),
      )
      expect(await storage.messages(id, [1, 2, 3], 9)).toEqual(
        new Map([
          [2, { peer: channel, content: 'second' }],
          [3, { peer: channel, content: undefined }],
        ]),
      )
    })

    it('keeps the outbox in order, patches and removes', async () => {
      const first = outboxEntry(-(2n ** 63n), { order: 1 })
      const second = outboxEntry(2n ** 63n - 1n, { order: 2, notBefore: 77, call: new Uint8Array(0) })
      await write({ type: 'outbox', ...second }, { type: 'outbox', ...first })
      expect(await storage.outbox(id)).toEqual([first, second])
      await write(
        { type: 'outboxPatch', randomId: first.randomId, state: 'sent', attempts: 2, messageId: 15 },
        { type: 'outboxPatch', randomId: second.randomId, notBefore: null },
        { type: 'outboxPatch', randomId: 404n, state: 'sent' },
      )
      expect(await storage.outboxEntry(id, first.randomId)).toEqual({
        ...first,
        state: 'sent',
        attempts: 2,
        messageId: 15,
      })
      expect(await storage.outboxEntry(id, second.randomId)).toEqual({ ...second, notBefore: undefined })
      expect(await storage.outboxEntry(id, 404n)).toBeUndefined()
      await write({ type: 'outboxRemove', randomId: first.randomId })
      expect((await storage.outbox(id)).map(({ randomId }) => randomId)).toEqual([second.randomId])
    })

    describe('update log', () => {
      it('is read in pages', async () => {
        expect(await storage.logRange(id)).toEqual({ first: undefined, last: 0 })
        await write(
          ...[1, 2, 3, 5, 8].map((cursor): SessionWrite => ({ type: 'logAppend', ...logEntry(cursor) })),
        )
        expect(await storage.log(id, { after: 1, limit: 2 })).toEqual([logEntry(2), logEntry(3)])
        expect(await storage.log(id, { after: 3 })).toEqual([logEntry(5), logEntry(8)])
        expect(await storage.logRange(id)).toEqual({ first: 1, last: 8 })
      })

      it('takes the same event twice as once', async () => {
        await write({ type: 'logAppend', ...logEntry(1) })
        await write({ type: 'logAppend', ...logEntry(1) }, { type: 'logAppend', ...logEntry(2) })
        expect((await storage.log(id)).length).toBe(2)
      })

      it('remembers how far it was numbered when it is trimmed', async () => {
        await write({ type: 'logAppend', ...logEntry(1) }, { type: 'logAppend', ...logEntry(2) })
        await write({ type: 'logTrim', through: 2 })
        expect(await storage.log(id)).toEqual([])
        expect(await storage.logRange(id)).toEqual({ first: undefined, last: 2 })
        await write({ type: 'logAppend', ...logEntry(3) })
        expect(await storage.logRange(id)).toEqual({ first: 3, last: 3 })
      })

      it('keeps the places of several consumers', async () => {
        await write(
          { type: 'logConsumer', name: 'a', cursor: 3 },
          { type: 'logConsumer', name: 'b', cursor: 1 },
        )
        await write(
          { type: 'logConsumer', name: 'a', cursor: 4 },
          { type: 'logConsumer', name: 'b', cursor: null },
        )
        expect(await storage.logConsumers(id)).toEqual([{ name: 'a', cursor: 4 }])
      })

      it('keeps dead letters, oldest first', async () => {
        const letter = (name: string, at: number): DeadLetter => ({
          id: name,
          event: bytes(9, 9),
          error: 'handler threw',
          attempts: 5,
          at,
        })
        await write({ type: 'deadLetter', ...letter('b', 2) }, { type: 'deadLetter', ...letter('a', 1) })
        await write({ type: 'deadLetter', ...letter('b', 3) }, { type: 'deadLetter', ...letter('c', 1) })
        expect(await storage.deadLetters(id, 2)).toEqual([letter('a', 1), letter('c', 1)])
        await write({ type: 'deadLetterRemove', id: 'a' })
        expect((await storage.deadLetters(id)).map((one) => one.id)).toEqual(['c', 'b'])
      })
    })

    it('keeps records of the application', async () => {
      expect(await storage.app('config')).toBeUndefined()
      await storage.writeApp('config', bytes(3, 1))
      await storage.writeApp('config', bytes(4, 2))
      expect(await storage.app('config')).toEqual(bytes(4, 2))
      await storage.writeApp('config', null)
      expect(await storage.app('config')).toBeUndefined()
    })

    it('ends up as the memory driver does, whatever is written in whatever batches', () =>
      compareWithMemory(storage))

    if (driver.isDurable) {
      it('is there again after a restart', async () => {
        const { storage: before, again } = await driver.fresh({ now: () => now })
        await before.open()
        const number = await before.claim(id)
        const key: SessionWrite = { type: 'authKey', ...authKey(4, 1) }
        // Not waited for: closing writes what is pending.
        before.post({
          session: id,
          owner: number,
          writes: [account, key, { type: 'logAppend', ...logEntry(1) }],
        })
        await before.close()
        const after = again()
        await after.open()
        expect((await after.session(id))?.authKeys).toEqual([authKey(4, 1)])
        expect(await after.log(id)).toEqual([logEntry(1)])
        expect(await after.claim(id)).toBe(number + 1)
        await after.close()
      })

      it('is one holder only', async () => {
        const { storage: holder, again } = await driver.fresh()
        await holder.open()
        const second = again()
        await expect(second.open()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' })
        await holder.close()
        await second.open()
        await second.close()
      })
    }

    it('is of no use before it is opened and after it is closed', async () => {
      const other = (await driver.fresh()).storage
      await expect(other.sessions()).rejects.toMatchObject({ code: 'STORAGE_CLOSED' })
      await expect(other.claim('x')).rejects.toMatchObject({ code: 'STORAGE_CLOSED' })
      await other.open()
      await other.close()
      await other.close()
      await expect(other.write({ session: 'x', owner: 1, writes: [] })).rejects.toMatchObject({
        code: 'STORAGE_CLOSED',
      })
    })
  })
}

const nothing = {
  positions: { state: undefined, channels: new Map() },
  peers: [],
  byUsername: undefined,
  byPhone: undefined,
  messages: new Map(),
  outbox: [],
  log: [],
  range: { first: undefined, last: 0 },
  consumers: [],
  letters: [],
}

/** What a session left in places where the tests write. */
async function contents(storage: Storage, session: string): Promise<unknown> {
  return {
    positions: await storage.updatePositions(session),
    peers: await storage.peers(session, [
      { kind: 'user', id: 1 },
      { kind: 'user', id: 7 },
    ]),
    byUsername: await storage.peerByUsername(session, 'seven'),
    byPhone: await storage.peerByPhone(session, '777'),
    messages: await storage.messages(session, [1, 2500, 3000]),
    outbox: await storage.outbox(session),
    log: await storage.log(session),
    range: await storage.logRange(session),
    consumers: await storage.logConsumers(session),
    letters: await storage.deadLetters(session),
  }
}
