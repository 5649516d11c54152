import { ConnectError, ConnectionClosed, ServerUnproven } from '@telegram-mt/net'
import { array, assert as assertProperty, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SessionStateError } from '../../errors.ts'
import type { tl } from '../../layer.ts'
import type { PeerLike } from '../../peers/directory.ts'
import { RpcError } from '../../rpc/rpc-error.ts'
import { StorageError } from '../../storage/error.ts'
import type { OnDamaged, SessionWrite } from '../../storage/storage.ts'
import { encodeValue } from '../../storage/value-codec.ts'
import { type FakeSession, textTo, World } from './outbox.testing.ts'

const pendingIds = async ({ outbox }: FakeSession) => (await outbox.entries()).map(({ randomId }) => randomId)
const storedIds = async (world: World) => (await world.storage.outbox('a')).map(({ randomId }) => randomId)
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('a send', () => {
  test('is stored before it leaves, and gone from the store when it is done', async () => {
    const world = new World()
    let store = () => {}
    const { outbox } = await world.run(async (...writes: SessionWrite[]) => {
      await new Promise<void>((resolve) => {
        store = resolve
      })
      await world.storage.write({ session: 'a', owner: 1, writes })
    })
    const answer = outbox.send(textTo(7, 'hello', 5n))
    await world.clock.advance(1_000)
    expect(world.server.asked).toEqual([])
    expect((await outbox.entries())[0]).toMatchObject({
      randomId: 5n,
      chat: { kind: 'user', id: 7 },
      method: 'messages.sendMessage',
      state: { name: 'storing' },
      attempts: 0,
    })
    store()
    await world.clock.advance(5)
    expect((await outbox.entries())[0]).toMatchObject({ state: { name: 'sending' }, attempts: 1 })
    expect(await storedIds(world)).toEqual([5n])
    await world.clock.advance(5)
    expect((await answer)._).toBe('updates')
    expect(await outbox.entries()).toEqual([])
    expect(await storedIds(world)).toEqual([])
  })

  test('that cannot be stored is not sent', async () => {
    const world = new World()
    const { outbox } = await world.run(() => Promise.reject(new Error('disk full')))
    await expect(outbox.send(textTo(7, 'hello', 5n))).rejects.toThrow('disk full')
    await world.clock.advance(1_000)
    expect(world.server.asked).toEqual([])
    expect(await outbox.entries()).toEqual([])
  })

  test('keeps its place in its chat, and waits for no other chat', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.server.fate = ({ message }) => ({ after: message === 'a1' ? 1_000 : 10 })
    const all = [
      outbox.send(textTo(1, 'a1', 1n)),
      outbox.send(textTo(1, 'a2', 2n)),
      outbox.send(textTo(2, 'b1', 3n)),
      outbox.send(textTo(1, 'a3', 4n)),
    ]
    await world.clock.advance(100)
    expect(world.server.asked.map(({ message }) => message)).toEqual(['a1', 'b1'])
    expect((await outbox.entries()).map(({ state }) => state.name)).toEqual(['sending', 'queued', 'queued'])
    await world.clock.advance(2_000)
    await Promise.all(all)
    expect(world.server.chats).toEqual(
      new Map([
        [2, ['b1']],
        [1, ['a1', 'a2', 'a3']],
      ]),
    )
  })

  test('keeps its place while it is in the making', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.slowPeers.set(1, 500)
    const slow = outbox.sendTo(1, (peer) => ({ ...textTo(1, 'first', 1n), peer }))
    world.slowPeers.clear()
    const failing = outbox.sendTo(1, () => Promise.reject(new Error('no such file')))
    const quick = outbox.sendTo(1, (peer) => ({ ...textTo(1, 'second', 2n), peer }))
    const other = outbox.sendTo(2, (peer) => ({ ...textTo(2, 'other', 3n), peer }))
    await expect(failing).rejects.toThrow('no such file')
    await world.clock.advance(100)
    expect(world.server.asked.map(({ message }) => message)).toEqual(['other'])
    await world.clock.advance(1_000)
    expect(world.server.chats.get(1)).toEqual(['first', 'second'])
    await Promise.all([slow, quick, other])
  })

  test('keeps its place however its chat is named', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.names.set('@anna', 1).set('+41 00000', 1).set('https://t.me/Anna', 1)
    world.slowPeers.set('@anna', 300).set('+41 00000', 200)
    const input: PeerLike = { _: 'inputPeerUser', userId: 1, accessHash: 1n }
    world.names.set(input, 1)
    const sent: unknown[] = []
    const send = (to: PeerLike, text: string, id: bigint) =>
      sent.push(outbox.sendTo(to, (peer) => ({ ...textTo(1, text, id), peer })))
    send('@anna', 'a', 1n)
    send('+41 00000', 'b', 2n)
    send(1, 'c', 3n)
    send('https://t.me/Anna', 'd', 4n)
    send(input, 'e', 5n)
    send(2, 'other', 6n)
    await world.clock.advance(1_000)
    await Promise.all(sent)
    expect(world.server.chats.get(1)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(world.server.chats.get(2)).toEqual(['other'])
  })

  test('waits for no other chat whose name Telegram is asked for, and for its own keeps the order', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.names.set('@anna', 1)
    world.slowPeers.set('@anna', 60_000)
    world.askedFor.add('@anna')
    const send = (to: PeerLike, text: string, id: bigint) =>
      outbox.sendTo(to, (peer) => ({ ...textTo(1, text, id), peer }))
    const first = send('@anna', 'a', 1n)
    world.slowPeers.clear()
    world.askedFor.clear()
    const second = send('@anna', 'b', 2n)
    const other = send(2, 'other', 3n)
    await world.clock.advance(100)
    await other
    expect([...world.server.chats]).toEqual([[2, ['other']]])
    await world.clock.advance(60_000)
    await Promise.all([first, second])
    expect(world.server.chats.get(1)).toEqual(['a', 'b'])
  })

  test('to a name that is nobody’s fails alone', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.unknown.add('@nobody')
    world.names.set('@anna', 1)
    world.slowPeers.set('@anna', 50)
    const make = (id: bigint) => (peer: tl.InputPeer) => ({ ...textTo(1, `${id}`, id), peer })
    const slow = outbox.sendTo('@anna', make(4n))
    const lost = caught(outbox.sendTo('@nobody', make(1n)))
    const again = caught(outbox.sendTo('@nobody', make(2n)))
    const good = outbox.sendTo(1, make(3n))
    await world.clock.advance(100)
    expect([await lost, await again]).toMatchObject([{ code: 'PEER_UNKNOWN' }, { code: 'PEER_UNKNOWN' }])
    await Promise.all([slow, good])
    expect(world.server.chats.get(1)).toEqual(['4', '3'])
  })

  test('that is refused fails alone', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.server.fate = ({ message }) => (message === 'bad' ? { error: '403 CHAT_WRITE_FORBIDDEN' } : {})
    const bad = caught(outbox.send(textTo(1, 'bad', 1n)))
    const good = outbox.send(textTo(1, 'good', 2n))
    await world.clock.advance(100)
    expect(await bad).toMatchObject({ code: 'CHAT_WRITE_FORBIDDEN' })
    await good
    expect(await storedIds(world)).toEqual([])
  })

  test('under the id of one to another chat is refused at once, and the other is sent', async () => {
    const world = new World()
    const run = await world.run()
    const { outbox } = run
    const first = outbox.send(textTo(1, 'news', 5n))
    const other = caught(outbox.send(textTo(2, 'news', 5n)))
    const joined = outbox.send(textTo(1, 'news', 5n))
    expect(await other).toMatchObject({ code: 'RANDOM_ID_OF_OTHER_CHAT' })
    expect(await pendingIds(run)).toEqual([5n])
    await world.clock.advance(100)
    expect(await joined).toEqual(await first)
    expect([...world.server.chats]).toEqual([[1, ['news']]])
  })

  test('under an id that another chat has had is refused with what Telegram says, and holds up nothing', async () => {
    const world = new World()
    const { outbox } = await world.run()
    const first = outbox.send(textTo(1, 'news', 5n))
    await world.clock.advance(100)
    await first
    const other = caught(outbox.send(textTo(2, 'news', 5n)))
    const behind = outbox.send(textTo(2, 'more', 6n))
    await world.clock.advance(100)
    expect(await other).toMatchObject({
      code: 'RANDOM_ID_OF_OTHER_CHAT',
      cause: { code: 'RANDOM_ID_DUPLICATE' },
    })
    await behind
    expect(world.server.chats.get(2)).toEqual(['more'])
    expect(await storedIds(world)).toEqual([])
    // To its own chat it gives the first message still.
    const again = outbox.send(textTo(1, 'news', 5n))
    await world.clock.advance(100)
    expect(await again).toEqual(await first)
  })

  test('is repeated under its id after faults of the server, in sight, and arrives once', async () => {
    const world = new World()
    const { outbox } = await world.run()
    const fates = [
      { error: '500 INTERNAL', executed: true },
      { error: '500 RANDOM_ID_DUPLICATE' },
      { error: '-503 Timeout' },
    ]
    world.server.fate = () => fates.shift() ?? {}
    const first = outbox.send(textTo(1, 'one', 1n))
    const second = outbox.send(textTo(1, 'two', 2n))
    await world.clock.advance(20)
    const [entry] = await outbox.entries()
    expect(entry?.state).toEqual({ name: 'retrying', reason: 'INTERNAL', until: expect.any(Number) })
    expect((await world.storage.outbox('a'))[0]).toMatchObject({ attempts: 1, notBefore: expect.any(Number) })
    await world.clock.advance(10_000)
    expect(await first).toMatchObject({ updates: [{ _: 'updateMessageID', id: 1, randomId: 1n }] })
    await second
    expect(world.server.asked.map(({ randomId }) => randomId)).toEqual([1n, 1n, 1n, 1n, 2n])
    expect(world.server.chats.get(1)).toEqual(['one', 'two'])
  })

  test('outlasts every failure to reach anybody: what left before may have been executed', async () => {
    const world = new World()
    const { outbox } = await world.run()
    const fates = [
      { error: '500 INTERNAL', executed: true },
      { unreached: new ConnectionClosed('5 key exchanges failed') },
      { unreached: new ConnectError('CONNECT_FAILED', 'nobody there') },
      { unreached: new ServerUnproven(5, new Error('a wrong nonce')) },
    ]
    world.server.fate = () => fates.shift() ?? {}
    const answer = outbox.send(textTo(1, 'one', 1n))
    await world.clock.advance(1_000)
    expect((await outbox.entries())[0]?.state).toMatchObject({
      name: 'retrying',
      reason: 'CONNECTION_CLOSED',
    })
    await world.clock.advance(60_000)
    await answer
    expect(world.server.chats.get(1)).toEqual(['one'])
  })

  test('fails when the faults do not end', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.server.fate = () => ({ error: '500 INTERNAL' })
    const answer = caught(outbox.send(textTo(1, 'one', 1n)))
    await world.clock.advance(20 * 60_000)
    expect(await answer).toBeInstanceOf(RpcError)
    expect(await storedIds(world)).toEqual([])
  })

  test('under an id that is pending joins the one there is', async () => {
    const world = new World()
    const { outbox } = await world.run()
    const both = [outbox.send(textTo(1, 'one', 1n)), outbox.send(textTo(1, 'one', 1n))]
    await world.clock.advance(100)
    const [first, second] = await Promise.all(both)
    expect(first).toBe(second)
    expect(world.server.asked.length).toBe(1)
    const again = outbox.send(textTo(1, 'one', 1n))
    await world.clock.advance(100)
    expect(await again).toEqual(first)
  })

  test('to a peer that Telegram does not know any more is tried with what it is now', async () => {
    const world = new World()
    const { outbox } = await world.run()
    world.server.fate = ({ peer }) =>
      'accessHash' in peer && peer.accessHash === 1n ? { error: '400 PEER_ID_INVALID' } : {}
    const sent = outbox.sendTo(1, (peer) => ({ ...textTo(1, 'one', 1n), peer }))
    await world.clock.advance(100)
    expect((await sent).call.peer).toMatchObject({ accessHash: 2n })
    expect(world.server.chats.get(1)).toEqual(['one'])
  })

  test('shows a flood wait, and that the session is not connected', async () => {
    const world = new World()
    const session = await world.run()
    session.outbox.send(textTo(1, 'one', 1n))
    await world.clock.settle()
    session.isOnline = false
    expect((await session.outbox.entries())[0]?.state).toEqual({ name: 'offline' })
    const wait = { method: 'messages.sendMessage', reason: 'FLOOD_WAIT', peer: undefined, seconds: 5 }
    session.waits = [{ ...wait, until: 77, left: 5_000, calls: 1 }]
    expect((await session.outbox.entries())[0]?.state).toEqual({
      name: 'floodWait',
      reason: 'FLOOD_WAIT',
      until: 77,
    })
  })
})

describe('an account that is gone', () => {
  const gone = new SessionStateError('SESSION_DEAD', 'logged out')

  test('keeps what is being stored as its end is noticed, and only what could be stored', async () => {
    for (const refusal of [undefined, new StorageError('STORAGE_FULL', 'no room')]) {
      const world = new World()
      let store = () => {}
      const session = await world.run(async (...writes) => {
        await new Promise<void>((resolve) => {
          store = resolve
        })
        if (refusal !== undefined) throw refusal
        await world.storage.write({ session: 'a', owner: 1, writes })
      })
      const answer = caught(session.outbox.send(textTo(1, 'one', 1n)))
      await world.clock.settle()
      session.sender = gone
      session.outbox.stop(gone)
      store()
      await world.clock.advance(100)
      const expected = refusal ?? { code: 'SEND_KEPT', randomId: 1n, cause: gone }
      expect(await answer).toMatchObject(expected)
      expect(await pendingIds(session)).toEqual(refusal === undefined ? [1n] : [])
      session.sender = 999
      session.outbox.start()
      await world.clock.advance(100)
      expect(world.server.chats.get(1)).toEqual(refusal === undefined ? ['one'] : undefined)
    }
  })

  test('sends nothing meanwhile, whoever asks and however often one looks', async () => {
    const world = new World()
    const before = await world.run()
    before.outbox.send(textTo(1, 'one', 1n)).catch(() => undefined)
    await world.clock.advance(5)
    const session = await world.run()
    session.sender = new SessionStateError('NOT_SIGNED_IN', 'nobody')
    expect((await session.outbox.entries()).map(({ state }) => state)).toEqual([{ name: 'kept' }])
    session.outbox.start()
    for (const randomId of [1n, 2n]) {
      await expect(session.outbox.send(textTo(1, 'two', randomId))).rejects.toBe(session.sender)
      await expect(session.outbox.sendTo(1, () => textTo(1, 'two', randomId))).rejects.toBe(session.sender)
    }
    await world.clock.advance(1_000)
    expect(world.server.asked.map(({ message }) => message)).toEqual(['one'])
    expect(await storedIds(world)).toEqual([1n])
    session.sender = 999
    session.outbox.start()
    await world.clock.advance(100)
    expect(session.later).toMatchObject({ sent: [{ randomId: 1n }], failed: [] })
  })

  test('gets what it still makes sent by nobody else', async () => {
    const world = new World()
    const session = await world.run()
    world.slowPeers.set(1, 500)
    const slow = caught(session.outbox.sendTo(1, (peer) => ({ ...textTo(1, 'one', 1n), peer })))
    world.server.fate = ({ peer }) =>
      'accessHash' in peer && peer.accessHash === 1n ? { error: '400 PEER_ID_INVALID' } : {}
    const asked = world.server.asked.length
    const stale = caught(session.outbox.sendTo(2, (peer) => ({ ...textTo(2, 'two', 2n), peer })))
    await world.clock.advance(5)
    session.sender = 1000
    await world.clock.advance(1_000)
    expect(await slow).toMatchObject({ code: 'SESSION_DEAD' })
    expect(await stale).toMatchObject({ code: 'SESSION_DEAD' })
    expect(world.server.asked.slice(asked).map(({ message }) => message)).toEqual(['two'])
    expect(world.server.chats.size).toBe(0)
    expect(await storedIds(world)).toEqual([])
  })

  test('leaves nothing to another that was being read as it went', async () => {
    const world = new World()
    const before = await world.run()
    before.outbox.send(textTo(1, 'one', 1n)).catch(() => undefined)
    await world.clock.advance(5)
    const session = await world.run(undefined, gone)
    const read = world.storage.outbox.bind(world.storage)
    let found = () => {}
    world.storage.outbox = async (...which) => {
      const records = await read(...which)
      await new Promise<void>((resolve) => {
        found = resolve
      })
      return records
    }
    const looking = session.outbox.entries()
    await world.clock.settle()
    world.storage.outbox = read
    const { owner } = world
    await world.storage.write({ session: 'a', owner, writes: [{ type: 'accountClear' }] })
    session.outbox.drop(gone)
    session.sender = 1000
    session.outbox.start()
    found()
    expect(await looking).toEqual([])
    await world.clock.advance(1_000)
    expect(world.server.askedBy).toEqual([999])
  })

  test('leaves entries that can be cancelled, then and later', async () => {
    const world = new World()
    const session = await world.run()
    for (const id of [1n, 2n, 3n]) session.outbox.send(textTo(1, `${id}`, id)).catch(() => undefined)
    await world.clock.advance(5)
    const [first] = await session.outbox.entries()
    session.sender = gone
    session.outbox.stop(gone)
    first?.cancel()
    expect(await pendingIds(session)).toEqual([2n, 3n])
    const [second] = await session.outbox.entries()
    session.sender = 999
    session.outbox.start()
    second?.cancel()
    await world.clock.advance(100)
    expect(world.server.chats.get(1)).toEqual(['3'])
    expect(await storedIds(world)).toEqual([])
  })
})

describe('giving up', () => {
  test('one that waits is never sent; one under way ends at once; the next goes on', async () => {
    const world = new World()
    const { outbox } = await world.run()
    const [first, second] = [new AbortController(), new AbortController()]
    const one = caught(outbox.send(textTo(1, 'one', 1n), { signal: first.signal }))
    const two = caught(outbox.send(textTo(1, 'two', 2n), { signal: second.signal }))
    const three = outbox.send(textTo(1, 'three', 3n))
    await world.clock.advance(5)
    second.abort(new Error('not this'))
    expect(await two).toMatchObject({ message: 'not this' })
    expect(await storedIds(world)).toEqual([1n, 3n])
    first.abort(new Error('nor this'))
    expect(await one).toMatchObject({ message: 'nor this' })
    await world.clock.advance(100)
    await three
    expect(world.server.chats.get(1)).toEqual(['three'])
    await expect(
      outbox.send(textTo(1, 'x', 4n), { signal: AbortSignal.abort(new Error('never')) }),
    ).rejects.toThrow('never')
  })

  test('of two who wait for the same send, one may leave', async () => {
    const world = new World()
    const { outbox } = await world.run()
    const leaving = new AbortController()
    const one = caught(outbox.send(textTo(1, 'one', 1n), { signal: leaving.signal }))
    const two = outbox.send(textTo(1, 'one', 1n))
    await world.clock.advance(5)
    leaving.abort(new Error('enough'))
    expect(await one).toMatchObject({ message: 'enough' })
    await world.clock.advance(100)
    await two
  })

  test('an entry can be cancelled by whoever looks at the outbox', async () => {
    const world = new World()
    world.server.fate = () => ({ error: '500 INTERNAL' })
    const { outbox } = await world.run()
    const answer = caught(outbox.send(textTo(1, 'one', 1n)))
    await world.clock.advance(3_000)
    for (const entry of await outbox.entries()) entry.cancel()
    expect(await answer).toMatchObject({ code: 'SEND_CANCELLED' })
    expect(await storedIds(world)).toEqual([])
  })
})

describe('after a restart', () => {
  test('what was pending goes out first, in order, and is told', async () => {
    const world = new World()
    const before = await world.run()
    world.server.fate = ({ message }) => ({ after: 1_000, executed: message === 'one' })
    for (const [at, message] of ['one', 'two', 'bad'].entries()) {
      before.outbox.send(textTo(1, message, BigInt(at + 1))).catch(() => undefined)
    }
    await world.clock.advance(500)

    // The process dies: nobody closes anything.
    const after = await world.run()
    world.server.fate = ({ message }) => (message === 'bad' ? { error: '403 USER_IS_BLOCKED' } : {})
    const own = after.outbox.send(textTo(1, 'new', 9n))
    expect(await pendingIds(after)).toEqual([1n, 2n, 3n, 9n])
    after.outbox.start()
    await world.clock.advance(1_000)
    await own
    expect(world.server.chats.get(1)).toEqual(['one', 'two', 'new'])
    expect(after.later.sent.map(({ randomId, messageIds }) => [randomId, messageIds])).toEqual([
      [1n, [1]],
      [2n, [2]],
    ])
    expect(after.later.failed).toMatchObject([{ randomId: 3n, error: { code: 'USER_IS_BLOCKED' } }])
    expect(await storedIds(world)).toEqual([])
  })

  test('the same send, asked for again, joins the one from before', async () => {
    const world = new World()
    const before = await world.run()
    before.outbox.send(textTo(1, 'one', 1n)).catch(() => undefined)
    await world.clock.advance(5)
    const after = await world.run()
    const again = after.outbox.send(textTo(1, 'one', 1n))
    await world.clock.advance(100)
    await again
    expect(world.server.chats.get(1)).toEqual(['one'])
    expect(after.later.sent).toEqual([])
  })

  test('an entry that cannot be read is told, and the others go out', async () => {
    const world = new World()
    const before = await world.run()
    before.outbox.send(textTo(1, 'good', 2n)).catch(() => undefined)
    await world.clock.advance(5)
    const [good] = await world.storage.outbox('a')
    const odd = (randomId: bigint, call: Uint8Array): SessionWrite => ({
      type: 'outbox',
      ...good!,
      randomId,
      call,
      order: 0,
    })
    const owner = await world.storage.claim('a')
    const writes = [odd(3n, new Uint8Array([1])), odd(4n, encodeValue({ _: 'messages.unheardOf' }))]
    await world.storage.write({ session: 'a', owner, writes })
    const after = await world.run()
    after.outbox.start()
    await world.clock.advance(100)
    expect(world.server.chats.get(1)).toEqual(['good'])
    expect(after.faults).toMatchObject([{ code: 'VALUE_INVALID' }, { code: 'SEND_UNREADABLE' }])
  })
})

test('a record that cannot be read is told and stays stored, and those before and after it go out', async () => {
  const world = new World()
  const before = await world.run()
  for (const randomId of [1n, 2n, 3n])
    before.outbox.send(textTo(1, `message ${randomId}`, randomId)).catch(() => undefined)
  await world.clock.advance(5)
  before.outbox.stop(new Error('closed'))
  const read = world.storage.outbox.bind(world.storage)
  const damage = new StorageError('STORAGE_RECORD_CORRUPT', 'outbox.call (2) is damaged', { session: 'a' })
  world.storage.outbox = async (id: string, onDamaged?: OnDamaged) => {
    onDamaged?.(damage, '2')
    return (await read(id)).filter(({ randomId }) => randomId !== 2n)
  }
  const after = await world.run()
  after.outbox.start()
  await world.clock.advance(100)
  expect(world.server.chats.get(1)).toEqual(['message 1', 'message 3'])
  expect(after.faults).toEqual([damage])
  expect((await read('a')).map(({ randomId }) => randomId)).toEqual([2n])
})

test('an orderly end leaves what is pending in the store, and a new beginning sends it', async () => {
  const world = new World()
  const session = await world.run()
  const { outbox, later } = session
  const answer = caught(outbox.send(textTo(1, 'one', 1n)))
  await world.clock.advance(5)
  session.sender = new Error('closed')
  outbox.stop(session.sender)
  expect(await answer).toMatchObject({ code: 'SEND_KEPT', randomId: 1n, cause: session.sender })
  await expect(outbox.send(textTo(1, 'two', 2n))).rejects.toThrow('closed')
  expect(await outbox.entries()).toMatchObject([{ randomId: 1n, state: { name: 'kept' }, attempts: 0 }])
  await world.clock.advance(100)
  expect(world.server.chats.get(1)).toBeUndefined()
  session.sender = 999
  outbox.start()
  await world.clock.advance(100)
  expect(world.server.chats.get(1)).toEqual(['one'])
  expect(later.sent).toMatchObject([{ randomId: 1n }])
})

test('whatever the server and the process do, everything arrives once, in the order of its chat', () =>
  assertProperty(
    asyncProperty(
      array(record({ chat: integer({ min: 1, max: 3 }), restart: constantFrom(false, false, false, true) }), {
        maxLength: 25,
      }),
      array(
        record({
          error: constantFrom(undefined, undefined, '500 INTERNAL', '-503 Timeout'),
          executed: constantFrom(true, false),
          after: integer({ min: 0, max: 300 }),
        }),
        { maxLength: 60 },
      ),
      async (sends, fates) => {
        const world = new World()
        world.server.fate = () => {
          const { error, executed = true, after = 1 } = fates.shift() ?? {}
          return error === undefined ? { after } : { error, executed, after }
        }
        let session = await world.run()
        const expected = new Map<number, string[]>()
        for (const [at, { chat, restart }] of sends.entries()) {
          const text = `${chat}/${at}`
          expected.set(chat, [...(expected.get(chat) ?? []), text])
          session.outbox.send(textTo(chat, text, BigInt(at + 1))).catch(() => undefined)
          await world.clock.advance(30)
          if (!restart) continue
          // What the old process had under way goes on at the server for a while.
          session = await world.run()
          session.outbox.start()
        }
        await world.clock.advance(10 * 60_000)
        expect(new Map([...world.server.chats].sort())).toEqual(new Map([...expected].sort()))
        expect(await storedIds(world)).toEqual([])
        expect(session.faults).toEqual([])
      },
    ),
    { numRuns: 60 },
  ))

describe('an account that is lost, comes back, or gives way to another', () => {
  const gone = new SessionStateError('SESSION_DEAD', 'logged out')
  const deeds = ['send', 'send', 'send', 'send', 'look', 'die', 'come', 'come', 'other', 'crash'] as const

  test('makes every send once, as itself, in the order of its chat, or is told that it was not made', () =>
    assertProperty(
      asyncProperty(
        array(record({ deed: constantFrom(...deeds), chat: integer({ min: 1, max: 2 }) }), { maxLength: 40 }),
        array(
          record({
            error: constantFrom(undefined, undefined, '500 INTERNAL'),
            executed: constantFrom(true, false),
            after: integer({ min: 0, max: 200 }),
          }),
          { maxLength: 60 },
        ),
        async (steps, fates) => {
          const world = new World()
          world.server.fate = () => {
            const { error, executed = true, after = 1 } = fates.shift() ?? {}
            return error === undefined ? { after } : { error, executed, after }
          }
          let account = 1
          let session = await world.run(undefined, account)
          /** By random id: what has become of a send, as it was told. */
          const ends = new Map<bigint, string>()
          const told: FakeSession['later'][] = [session.later]
          const lose = () => {
            session.sender = gone
            session.outbox.stop(gone)
          }
          const come = () => {
            session.sender = account
            session.outbox.start()
          }
          for (const [at, { deed, chat }] of steps.entries()) {
            const randomId = BigInt(at + 1)
            const isIn = session.sender === account
            if (deed === 'send') {
              const text = `${account}/${chat}/${at}`
              session.outbox.send(textTo(chat, text, randomId)).then(
                () => ends.set(randomId, 'sent'),
                (error: { code: string }) => ends.set(randomId, error.code),
              )
            } else if (deed === 'look') await session.outbox.entries()
            else if (deed === 'die' && isIn) lose()
            else if (deed === 'come' && !isIn) come()
            else if (deed === 'other' && !isIn) {
              const lost = await session.outbox.lostToAnother(gone)
              const { owner } = world
              await world.storage.write({ session: 'a', owner, writes: [{ type: 'accountClear' }] })
              session.outbox.drop(gone)
              for (const send of lost) ends.set(send.randomId, 'lost')
              account++
              come()
            } else if (deed === 'crash') {
              session = await world.run(undefined, session.sender)
              told.push(session.later)
              if (isIn) come()
            }
            await world.clock.advance(30)
          }
          if (session.sender !== account) come()
          await world.clock.advance(10 * 60_000)

          const { asked, askedBy, chats, ids } = world.server
          expect(asked.map(({ message }) => Number(message.split('/')[0]))).toEqual(askedBy)
          for (const texts of chats.values()) {
            const order = texts.map((text) => Number(text.split('/')[2]))
            expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
          }
          for (const { sent, failed } of told) {
            expect(failed).toEqual([])
            for (const { randomId } of sent) ends.set(randomId, 'sent')
          }
          for (const [randomId, end] of ends) {
            if (end === 'sent') expect(ids.has(randomId)).toBe(true)
            else if (end === 'SESSION_DEAD') expect(ids.has(randomId)).toBe(false)
            else expect(end).toBe('lost')
          }
          expect(await storedIds(world)).toEqual([])
        },
      ),
      { numRuns: 150 },
    ))
})
