import { beforeEach, describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { StoredSession } from '../session/stored-session.ts'
import { openStorage } from '../storage/open.ts'
import type { Storage } from '../storage/storage.ts'
import { PeerDirectory } from './directory.ts'
import { withPeer } from './with-peer.ts'

const DAY = 24 * 60 * 60 * 1000

/** An account that has heard of some peers, with Telegram played by `answers`. */
class Account {
  now = 1_700_000_000_000
  readonly asked: string[] = []
  answers: Record<string, () => tl.contacts.resolvedPeer> = {}
  readonly peers: PeerDirectory
  readonly session: SessionContext

  constructor(storage: Storage, stored: StoredSession) {
    const invoke = (call: { _: string; username?: string; phone?: string }) => {
      const name = call.username ?? call.phone ?? call._
      this.asked.push(name)
      const answer = this.answers[name]
      return answer === undefined
        ? Promise.reject(new RpcError(400, 'USERNAME_NOT_OCCUPIED', call._))
        : Promise.resolve(answer())
    }
    this.peers = new PeerDirectory(stored, storage, invoke as SessionContext['invoke'], () => this.now)
    this.session = { peers: this.peers } as SessionContext
  }
}

let account: Account

beforeEach(async () => {
  const storage = openStorage('memory', {})
  await storage.open()
  const owner = await storage.claim('s')
  const stored = new StoredSession(storage, { id: 's', dc: 1, test: false }, owner)
  await stored.create()
  account = new Account(storage, stored)
})

const user = (id: number, accessHash: bigint, username?: string): tl.user => ({
  _: 'user',
  id,
  accessHash,
  firstName: 'U',
  ...(username !== undefined && { username }),
})

const resolved = (found: tl.user) => (): tl.contacts.resolvedPeer => ({
  _: 'contacts.resolvedPeer',
  peer: { _: 'peerUser', userId: found.id },
  users: [found],
  chats: [],
})

test('a phone number without its plus is taken for an id, and the error says so', async () => {
  await expect(account.peers.resolve('41123456789')).rejects.toMatchObject({
    code: 'PEER_UNKNOWN',
    message: expect.stringMatching(/if it is a phone number, write it with its plus: \+41123456789$/),
  })
  await expect(account.peers.resolve('4915112345678')).rejects.toMatchObject({
    code: 'PEER_INVALID',
    message: expect.stringMatching(/write it with its plus: \+4915112345678$/),
  })
  await expect(account.peers.resolve(41123456789)).rejects.not.toThrow(/plus/)
})

describe('usernames', () => {
  test('are asked for once, and again after a day', async () => {
    account.answers = { somebody: resolved(user(1, 10n, 'somebody')) }
    expect(await account.peers.resolve('@somebody')).toEqual({
      _: 'inputPeerUser',
      userId: 1,
      accessHash: 10n,
    })
    await account.peers.resolve('somebody')
    expect(account.asked).toEqual(['somebody'])
    account.now += DAY + 1
    account.answers = { somebody: resolved(user(2, 20n, 'somebody')) }
    expect(await account.peers.resolve('@somebody')).toMatchObject({ userId: 2 })
  })

  test('are not believed any longer because their holder was seen as min', async () => {
    account.peers.learn([user(1, 10n, 'somebody')], [])
    account.now += DAY - 1
    account.peers.learn([{ _: 'user', min: true, id: 1, accessHash: 9n, firstName: 'U' }], [])
    account.now += 2
    account.answers = { somebody: resolved(user(2, 20n, 'somebody')) }
    expect(await account.peers.resolve('@somebody')).toMatchObject({ userId: 2 })
  })

  test('that Telegram refuses under what is remembered are asked for anew, once', async () => {
    account.peers.learn([user(1, 10n, 'somebody')], [])
    account.answers = { somebody: resolved(user(2, 20n, 'somebody')) }
    const tried: number[] = []
    const send = (peer: tl.InputPeer) => {
      const id = 'userId' in peer ? peer.userId : 0
      tried.push(id)
      return id === 2 ? Promise.resolve('sent') : Promise.reject(new RpcError(400, 'PEER_ID_INVALID', 'm'))
    }
    expect(await withPeer(account.session, '@somebody', send)).toBe('sent')
    expect(tried).toEqual([1, 2])
  })

  test('that belong to nobody any more say so', async () => {
    account.peers.learn([user(1, 10n, 'somebody')], [])
    const refused = () => Promise.reject(new RpcError(400, 'PEER_ID_INVALID', 'm'))
    await expect(withPeer(account.session, '@somebody', refused)).rejects.toMatchObject({
      code: 'USERNAME_NOT_OCCUPIED',
    })
  })

  test('find the new access hash of somebody named by id; another person under the name is not taken for them', async () => {
    account.peers.learn([user(1, 10n, 'somebody')], [])
    account.answers = { somebody: resolved(user(1, 11n, 'somebody')) }
    const send = (peer: tl.InputPeer) =>
      'accessHash' in peer && peer.accessHash === 11n
        ? Promise.resolve('sent')
        : Promise.reject(new RpcError(400, 'USER_ID_INVALID', 'm'))
    expect(await withPeer(account.session, 1, send)).toBe('sent')
    account.peers.learn([user(3, 30n, 'third')], [])
    account.answers = { third: resolved(user(4, 40n, 'third')) }
    await expect(withPeer(account.session, 3, send)).rejects.toMatchObject({ code: 'USER_ID_INVALID' })
  })
})

describe('peers that are not fully told of', () => {
  const message = (id: number, from: number): tl.message => ({
    _: 'message',
    id,
    peerId: { _: 'peerChannel', channelId: 7 },
    fromId: { _: 'peerUser', userId: from },
    date: 0,
    message: '',
  })
  const min = (id: number): tl.user => ({ _: 'user', min: true, id, accessHash: 99n, firstName: 'M' })
  const channel: tl.channel = {
    _: 'channel',
    id: 7,
    accessHash: 70n,
    title: 'C',
    photo: { _: 'chatPhotoEmpty' },
    date: 0,
  }

  test('are addressed by the latest message they were seen in', async () => {
    account.peers.learn([min(5)], [channel], { messages: [message(3, 5), message(9, 5), message(4, 6)] })
    expect(await account.peers.resolve(5)).toEqual({
      _: 'inputPeerUserFromMessage',
      peer: { _: 'inputPeerChannel', channelId: 7, accessHash: 70n },
      msgId: 9,
      userId: 5,
    })
    expect(await account.peers.resolveUser(5)).toMatchObject({ _: 'inputUserFromMessage', msgId: 9 })
  })

  test('never replace what is known, and cannot be addressed at all if they were seen in no message', async () => {
    account.peers.learn([user(5, 50n)], [channel])
    account.peers.learn([min(5)], [], { messages: [message(3, 5)] })
    expect(await account.peers.resolve(5)).toMatchObject({ accessHash: 50n })
    account.peers.learn([min(6)], [], { messages: [message(3, 5)] })
    await expect(account.peers.resolve(6)).rejects.toMatchObject({ code: 'PEER_UNKNOWN' })
  })
})
