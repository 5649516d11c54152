// What every driver must do with a session's record, and with whoever owns it.

import { describe, expect, it } from 'vitest'
import { authKey, bytes, logEntry, outboxEntry } from '../samples.testing.ts'
import type { SessionWrite } from '../storage.ts'
import { account, contents, id, nothing, peerSeen, type UnderTest } from './under-test.testing.ts'

export function describeSessions(under: UnderTest): void {
  describe('sessions', () => {
    it('lists a session once it has an account record', async () => {
      expect(await under.storage.sessions()).toEqual([])
      expect(await under.storage.session(id)).toBeUndefined()
      await under.write(account)
      expect(await under.storage.session(id)).toEqual({
        id,
        owner: under.owner,
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
      expect((await under.storage.sessions()).map((entry) => entry.record?.id)).toEqual([id])
    })

    it('patches the account: absent stays, null clears', async () => {
      await under.write({
        ...account,
        test: true,
        userId: 2 ** 51,
        username: 'Älice',
        phone: '4112',
        timeOffset: -250,
      })
      under.now = 6000
      await under.write({
        type: 'account',
        username: null,
        mark: { state: 'dead', reason: 'AUTH_KEY_DUPLICATED', at: 9 },
      })
      expect(await under.storage.session(id)).toMatchObject({
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
      await under.write({ type: 'account', mark: { state: 'active' }, userId: null })
      expect(await under.storage.session(id)).toMatchObject({ userId: undefined, mark: { state: 'active' } })
    })

    it('keeps several keys and salts per session', async () => {
      const keys = [
        authKey(2, 2, { authorized: true, fingerprint: -(2n ** 63n) }),
        authKey(4, 1),
        authKey(4, 3, { kind: 'temporary', expiresAt: 90_000 }),
      ]
      const salts = [{ salt: -(2n ** 63n), validSince: 1, validUntil: 2 }]
      await under.write(account, ...keys.map((key): SessionWrite => ({ type: 'authKey', ...key })), {
        type: 'salts',
        dc: 4,
        kind: 'permanent',
        salts,
      })
      expect(await under.storage.session(id)).toMatchObject({
        authKeys: keys,
        salts: [{ dc: 4, kind: 'permanent', salts }],
      })
      await under.write(
        { type: 'authKey', ...authKey(4, 9) },
        { type: 'authKeyRemove', dc: 2, kind: 'permanent' },
        { type: 'authKeyRemove', dc: 4, kind: 'temporary' },
      )
      expect((await under.storage.session(id))?.authKeys).toEqual([authKey(4, 9)])
      await under.write({ type: 'authKeyRemove', dc: 4, kind: 'permanent' })
      expect(await under.storage.session(id)).toMatchObject({ authKeys: [], salts: [] })
    })

    it('keeps the proxy', async () => {
      await under.write({ ...account, proxy: '{"type":"socks5","password":"ß"}' })
      await under.write({ type: 'account', dc: 3 })
      expect((await under.storage.session(id))?.proxy).toBe('{"type":"socks5","password":"ß"}')
      await under.write({ type: 'account', proxy: null })
      expect((await under.storage.session(id))?.proxy).toBeUndefined()
    })

    it('keeps how far a login got', async () => {
      const login = { step: 'code', phone: '4112', phoneCodeHash: 'abc', more: { length: 5, viaApp: true } }
      await under.write({ ...account, login })
      expect((await under.storage.session(id))?.login).toEqual(login)
      await under.write({ type: 'account', login: null })
      expect((await under.storage.session(id))?.login).toBeUndefined()
    })

    it('forgets a session with everything of it, and nothing of another', async () => {
      const other = await under.storage.claim('bob')
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
      await under.write(...all)
      await under.storage.write({ session: 'bob', owner: other, writes: all })
      await under.storage.forget(id, under.owner)
      expect((await under.storage.sessions()).map((entry) => entry.id)).toEqual(['bob'])
      expect(await contents(under.storage, id)).toEqual(nothing)
      expect(await contents(under.storage, 'bob')).not.toEqual(nothing)
      await expect(under.write(account)).rejects.toMatchObject({
        code: 'STORAGE_UNKNOWN_SESSION',
        session: id,
      })
      const next = await under.storage.claim(id)
      await under.storage.write({ session: id, owner: next, writes: [account] })
      expect(await contents(under.storage, id)).toEqual(nothing)
    })
  })

  describe('ownership', () => {
    it('gives every claim a higher number and refuses the lower ones', async () => {
      await under.write(account)
      const next = await under.storage.claim(id)
      expect(next).toBeGreaterThan(under.owner)
      await expect(under.write({ type: 'account', dc: 5 })).rejects.toMatchObject({
        code: 'STORAGE_NOT_OWNER',
        session: id,
      })
      await expect(under.storage.forget(id, under.owner)).rejects.toMatchObject({ code: 'STORAGE_NOT_OWNER' })
      await under.storage.write({ session: id, owner: next, writes: [{ type: 'account', phone: '1' }] })
      expect(await under.storage.session(id)).toMatchObject({ dc: 4, phone: '1', owner: next })
    })

    it('takes over a higher number that a batch brings', async () => {
      await under.storage.write({ session: id, owner: under.owner + 10, writes: [account] })
      await expect(under.write({ type: 'account', dc: 5 })).rejects.toMatchObject({
        code: 'STORAGE_NOT_OWNER',
      })
      expect(await under.storage.claim(id)).toBe(under.owner + 11)
    })

    it('refuses one session without harm to the batches beside it', async () => {
      const other = await under.storage.claim('bob')
      const results = await Promise.allSettled([
        under.write(account),
        under.storage.write({ session: 'carol', owner: 1, writes: [account] }),
        under.storage.write({
          session: 'bob',
          owner: other,
          writes: [account, { type: 'logAppend', ...logEntry(1) }],
        }),
        under.storage.write({
          session: 'bob',
          owner: other,
          writes: [{ type: 'logAppend', ...logEntry(1, 'another') }],
        }),
        under.write({ type: 'account', phone: '5' }),
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
      expect(await under.storage.session(id)).toMatchObject({ phone: '5' })
      expect(await under.storage.log('bob')).toEqual([logEntry(1)])
    })

    it('reports a failed post', async () => {
      const failures: unknown[] = []
      const mine = (
        await under.driver.fresh({
          onWriteError: (error, batch) => failures.push([error.code, batch.session]),
        })
      ).storage
      await mine.open()
      mine.post({ session: 'nobody', owner: 1, writes: [] })
      await mine.flush()
      await Promise.resolve()
      await mine.close()
      expect(failures).toEqual([['STORAGE_UNKNOWN_SESSION', 'nobody']])
    })
  })

  it('clears what belongs to an account, and keeps the rest', async () => {
    const letter = { id: 'one', event: bytes(3, 3), error: 'no', attempts: 3, at: 1 }
    const state: SessionWrite = { type: 'updateState', pts: 1, qts: 2, seq: 3, date: 4 }
    await under.write(
      account,
      { type: 'authKey', ...authKey(4, 1) },
      state,
      { type: 'channelPts', channelId: 5, pts: 6 },
      peerSeen({ usernames: ['seven'], phone: '777' }),
      { type: 'message', messageId: 1, peer: { kind: 'user', id: 7 } },
      { type: 'message', channelId: 3, messageId: 1, peer: { kind: 'channel', id: 3 } },
      { type: 'outbox', ...outboxEntry(1n) },
      { type: 'logAppend', ...logEntry(1) },
      { type: 'deadLetter', ...letter },
    )
    await under.write(
      peerSeen({ id: 8, usernames: ['eight'] }),
      { type: 'deadLetter', ...letter, id: 'another' },
      { type: 'accountClear' },
      { ...state, pts: 9 },
    )
    expect(await contents(under.storage, id)).toEqual({
      ...nothing,
      positions: {
        state: { pts: 9, qts: 2, seq: 3, date: 4, top: 0, userId: undefined },
        channels: new Map(),
      },
      log: [logEntry(1)],
      range: { first: 1, last: 1 },
    })
    expect(await under.storage.peerByUsername(id, 'eight')).toBeUndefined()
    expect(await under.storage.messages(id, [1], 3)).toEqual(new Map())
    expect((await under.storage.session(id))?.authKeys).toEqual([authKey(4, 1)])
  })
}
