// What every driver must do with peers.

import { describe, expect, it } from 'vitest'
import { aPeer, id, peerSeen, type UnderTest } from './under-test.testing.ts'

export function describePeers(under: UnderTest): void {
  describe('peers', () => {
    it('tells a user, a chat and a channel of the same id apart', async () => {
      await under.write(peerSeen({ accessHash: 1n }), peerSeen({ kind: 'channel', accessHash: -2n }))
      expect(await under.storage.peer(id, 'user', 7)).toEqual(aPeer({ accessHash: 1n }))
      expect(await under.storage.peer(id, 'channel', 7)).toEqual(aPeer({ kind: 'channel', accessHash: -2n }))
      expect(await under.storage.peer(id, 'chat', 7)).toBeUndefined()
      const both = await under.storage.peers(id, [
        { kind: 'user', id: 7 },
        { kind: 'channel', id: 7 },
        { kind: 'user', id: 8 },
      ])
      expect(both.length).toBe(2)
    })

    it('never lets a min access hash replace a full one', async () => {
      await under.write(peerSeen({ accessHash: 5n, min: true }))
      expect(await under.storage.peer(id, 'user', 7)).toEqual(aPeer({ accessHash: 5n, min: true }))
      await under.write(peerSeen({ accessHash: 70n, min: false }))
      await under.write(peerSeen({ accessHash: 6n, min: true, name: 'Seven', updatedAt: 2 }))
      expect(await under.storage.peer(id, 'user', 7)).toEqual(aPeer({ name: 'Seven' }))
      await under.write(peerSeen({ accessHash: 71n }))
      expect((await under.storage.peer(id, 'user', 7))?.accessHash).toBe(71n)
    })

    it('keeps what a sighting does not mention', async () => {
      const seenIn = { peer: { kind: 'channel' as const, id: 99 }, messageId: 5 }
      await under.write(peerSeen({ usernames: ['Seven', 'sieben'], phone: '777', name: 'S', seenIn }))
      await under.write(peerSeen({ accessHash: undefined, updatedAt: 3 }))
      const known = aPeer({ usernames: ['Seven', 'sieben'], phone: '777', name: 'S', seenIn })
      expect(await under.storage.peer(id, 'user', 7)).toEqual(known)
      await under.write(peerSeen({ phone: null, usernames: [] }))
      expect(await under.storage.peer(id, 'user', 7)).toEqual(aPeer({ name: 'S', seenIn }))
      expect(await under.storage.peerByPhone(id, '777')).toBeUndefined()
    })

    it('dates a peer by when its usernames were told', async () => {
      const date = async () => (await under.storage.peer(id, 'user', 7))?.updatedAt
      await under.write(peerSeen({ usernames: ['seven'], updatedAt: 2 }))
      await under.write(peerSeen({ min: true, updatedAt: 5 }))
      expect(await date()).toBe(2)
      await under.write(
        peerSeen({ usernames: ['seven'], updatedAt: 6 }),
        peerSeen({ min: true, updatedAt: 9 }),
      )
      expect(await date()).toBe(6)
      await under.write(peerSeen({ min: true, updatedAt: 10 }), peerSeen({ usernames: [], updatedAt: 11 }))
      expect(await date()).toBe(11)
    })

    it('finds peers by username and moves a username to its new holder', async () => {
      await under.write(peerSeen({ usernames: ['@Seven', 'SEVEN', 'sieben'] }))
      expect((await under.storage.peerByUsername(id, '@sEVEN'))?.id).toBe(7)
      expect((await under.storage.peer(id, 'user', 7))?.usernames).toEqual(['Seven', 'sieben'])
      await under.write(peerSeen({ kind: 'channel', id: 8, usernames: ['seven'] }))
      expect((await under.storage.peerByUsername(id, 'seven'))?.kind).toBe('channel')
      expect((await under.storage.peer(id, 'user', 7))?.usernames).toEqual(['sieben'])
      await under.write(peerSeen({ kind: 'channel', id: 8, usernames: [] }))
      expect(await under.storage.peerByUsername(id, 'seven')).toBeUndefined()
      expect(await under.storage.peerByUsername('bob', 'sieben')).toBeUndefined()
    })

    it('finds the latest peer by phone', async () => {
      await under.write(peerSeen({ phone: '1', updatedAt: 5 }), peerSeen({ id: 8, phone: '1', updatedAt: 9 }))
      expect((await under.storage.peerByPhone(id, '1'))?.id).toBe(8)
    })

    it('makes texts storable', async () => {
      await under.write(peerSeen({ name: 'a\0b\uD800c 👋' }))
      expect((await under.storage.peer(id, 'user', 7))?.name).toBe('a\uFFFDb\uFFFDc 👋')
    })
  })
}
