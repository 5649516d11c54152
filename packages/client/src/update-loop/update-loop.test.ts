import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import { beforeEach, describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { PeerDirectory } from '../peers/directory.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { StoredSession } from '../session/stored-session.ts'
import { StorageError } from '../storage/error.ts'
import { MemoryStorage } from '../storage/memory.ts'
import type { ChannelPoint } from '../storage/records.ts'
import type { Update } from './handlers.ts'
import { UpdateLoop } from './update-loop.ts'

const SELF = 5
const DATE = 1_700_000_000

/** One account in one process, with Telegram played by `answers`. */
class World {
  readonly clock = new VirtualClock()
  readonly wheel = new TimerWheel(this.clock)
  readonly storage = new MemoryStorage()
  readonly faults: string[] = []
  readonly calls: string[] = []
  readonly handled: Update[] = []
  answers: Record<string, (call: never) => unknown> = {
    'updates.getDifference': () => ({ _: 'updates.differenceEmpty', date: DATE, seq: 1 }),
  }

  /** Another process: what the one before had in memory is gone. */
  async begin(channels: Record<number, ChannelPoint> = {}): Promise<UpdateLoop> {
    await this.storage.open()
    const owner = await this.storage.claim('s')
    const stored = new StoredSession(this.storage, { id: 's', dc: 1, test: false, userId: SELF }, owner)
    await stored.create()
    const state = { type: 'updateState', pts: 10, qts: 1, seq: 1, date: DATE, userId: SELF } as const
    await stored.write(state)
    for (const [id, point] of Object.entries(channels))
      await stored.write({ type: 'channelPts', channelId: Number(id), ...point })
    const now = () => this.wheel.now()
    const invoke = async (call: { _: string }) => {
      this.calls.push(call._)
      const answer = this.answers[call._]
      if (answer === undefined) throw new RpcError(400, 'METHOD_INVALID', call._)
      const result = await answer(call as never)
      if (typeof result === 'object' && result !== null && 'chats' in result && 'dialogs' in result)
        peers.learn([], result.chats as tl.Chat[])
      return result
    }
    const peers = new PeerDirectory(stored, this.storage, invoke as SessionContext['invoke'], now)
    const connections = { wheel: this.wheel, random: () => 0 }
    const host = { connections, storage: this.storage, updates: {}, now, printMessages: false }
    const context = { host, stored, peers, invoke } as unknown as SessionContext
    const events = { fault: (_: unknown, where: string) => void this.faults.push(where), tell: () => {} }
    const loop = new UpdateLoop(context, events)
    loop.program.onUpdate = (update) => void this.handled.push(update)
    loop.start()
    await this.clock.settle()
    return loop
  }

  texts(): string[] {
    return this.handled.flatMap((one) =>
      one.type === 'update' && 'message' in one.update && typeof one.update.message === 'object'
        ? [(one.update.message as tl.message).message]
        : [],
    )
  }

  count(method: string): number {
    return this.calls.filter((call) => call === method).length
  }
}

const short = (pts: number, userId: number, message: string): tl.updateShortMessage => ({
  _: 'updateShortMessage',
  id: pts,
  userId,
  message,
  pts,
  ptsCount: 1,
  date: DATE,
})

let world: World

beforeEach(() => {
  world = new World()
})

describe('a message in short form after a restart', () => {
  test('of somebody in the storage costs no difference, and what comes meanwhile keeps its order', async () => {
    const loop = await world.begin()
    const peer = { type: 'peer', kind: 'user', id: 2, accessHash: 20n, min: false, updatedAt: 1 } as const
    await world.storage.write({ session: 's', owner: 1, writes: [peer] })
    const before = world.count('updates.getDifference')
    loop.receive(short(11, 2, 'one'))
    loop.receive(short(12, SELF, 'two'))
    loop.ownResult({ _: 'messages.readHistory' }, { _: 'messages.affectedMessages', pts: 13, ptsCount: 1 })
    loop.receive(short(14, 2, 'three'))
    expect(world.texts()).toEqual([])
    await world.clock.settle()
    expect(world.texts()).toEqual(['one', 'two', 'three'])
    await world.clock.advance(5_000)
    expect(world.count('updates.getDifference')).toBe(before)
    // From now on he is in memory.
    loop.receive(short(15, 2, 'four'))
    await world.clock.settle()
    expect(world.texts().at(-1)).toBe('four')
    expect(world.faults).toEqual([])
    await loop.stop()
  })

  test('of a stranger costs one', async () => {
    const loop = await world.begin()
    const before = world.count('updates.getDifference')
    const message: tl.message = {
      _: 'message',
      id: 11,
      peerId: { _: 'peerUser', userId: 3 },
      date: DATE,
      message: 'who',
    }
    world.answers['updates.getDifference'] = () => ({
      _: 'updates.difference',
      newMessages: [message],
      newEncryptedMessages: [],
      otherUpdates: [],
      chats: [],
      users: [{ _: 'user', id: 3, accessHash: 30n, firstName: 'S' }],
      state: { _: 'updates.state', pts: 11, qts: 1, seq: 1, date: DATE, unreadCount: 0 },
    })
    loop.receive(short(11, 3, 'who'))
    await world.clock.advance(5_000)
    expect(world.count('updates.getDifference')).toBe(before + 1)
    loop.receive(short(12, 3, 'again'))
    await world.clock.settle()
    expect(world.texts()).toEqual(['who', 'again'])
    await loop.stop()
  })

  test('when the storage cannot be read, the difference helps', async () => {
    const loop = await world.begin()
    world.storage.peers = () => Promise.reject(new StorageError('STORAGE_UNAVAILABLE', 'away'))
    const before = world.count('updates.getDifference')
    loop.receive(short(11, 2, 'one'))
    await world.clock.advance(1_000)
    expect(world.faults).toEqual(['reading the peers of an update'])
    expect(world.count('updates.getDifference')).toBe(before + 1)
    await loop.stop()
  })
})

test('a position that cannot be read is tried again, later and later', async () => {
  const read = world.storage.updatePositions.bind(world.storage)
  let failures = 3
  world.storage.updatePositions = async (id) => {
    if (failures-- > 0) throw new StorageError('STORAGE_UNAVAILABLE', 'away')
    return await read(id)
  }
  const loop = await world.begin()
  expect(world.faults).toEqual(['reading the update position'])
  await world.clock.advance(999)
  expect(world.faults).toHaveLength(1)
  await world.clock.advance(1)
  expect(world.faults).toHaveLength(2)
  await world.clock.advance(2_000)
  expect(world.faults).toHaveLength(3)
  expect(loop.status().engine).toBeUndefined()
  await world.clock.advance(4_000)
  expect(loop.status().engine).toBeDefined()
  expect(world.count('updates.getDifference')).toBe(1)
  await loop.stop()
})

test('what comes while the position is being read counts in the order in which it came', async () => {
  const { storage } = world
  const read = storage.updatePositions.bind(storage)
  let allow = () => {}
  const allowed = new Promise<void>((resolve) => {
    allow = resolve
  })
  storage.updatePositions = async (session) => {
    await allowed
    return await read(session)
  }
  const loop = await world.begin()
  const peer = { _: 'peerChannel', channelId: 7 }
  const dialogs = [{ _: 'dialog', peer, pts: 90, topMessage: 40 }]
  loop.ownResult({ _: 'messages.getDialogs' }, { _: 'messages.dialogs', dialogs })
  loop.ownResult({ _: 'messages.readHistory' }, { _: 'messages.affectedMessages', pts: 11, ptsCount: 1 })
  loop.receive(short(12, SELF, 'after that'))
  expect(loop.status().engine).toBeUndefined()
  allow()
  await world.clock.settle()
  expect(world.texts()).toEqual(['after that'])
  expect(loop.status().engine).toMatchObject({ channels: 1 })
  await loop.stop()
})

test('once it is stopped, it is not tried again', async () => {
  let reads = 0
  world.storage.updatePositions = () => {
    reads++
    return Promise.reject(new StorageError('STORAGE_UNAVAILABLE', 'away'))
  }
  const loop = await world.begin()
  await loop.stop()
  await world.clock.advance(120_000)
  expect(reads).toBe(1)
})

describe('a channel', () => {
  const channel = (accessHash: bigint): tl.channel => ({
    _: 'channel',
    id: 7,
    accessHash,
    title: 'C',
    photo: { _: 'chatPhotoEmpty' },
    date: DATE,
  })
  const news = { _: 'updateChannelTooLong', channelId: 7 } as const
  const changed: tl.updateShort = { _: 'updateShort', update: news, date: DATE }
  const asked: unknown[] = []

  beforeEach(() => {
    asked.length = 0
    world.answers['updates.getChannelDifference'] = (call: tl.updates.getChannelDifference) => {
      asked.push(call.channel)
      const good = 'accessHash' in call.channel && call.channel.accessHash === 70n
      if (!good) throw new RpcError(400, 'CHANNEL_INVALID', call._)
      return { _: 'updates.channelDifferenceEmpty', final: true, pts: 9 }
    }
  })

  const dialogs = (...chats: tl.Chat[]) => ({
    _: 'messages.dialogs',
    dialogs: chats.map(({ id }) => ({
      _: 'dialog',
      peer: { _: 'peerChannel', channelId: id },
      topMessage: 1,
    })),
    messages: [],
    chats,
    users: [],
  })

  test.each([
    ['without an access hash', undefined],
    ['with one that is not good any more', 69n],
  ])('%s is found among the chats', async (_, known) => {
    world.answers['messages.getDialogs'] = () => dialogs(channel(70n))
    const loop = await world.begin({ 7: { pts: 9 } })
    if (known !== undefined) {
      const peer = {
        type: 'peer',
        kind: 'channel',
        id: 7,
        accessHash: known,
        min: false,
        updatedAt: 1,
      } as const
      await world.storage.write({ session: 's', owner: 1, writes: [peer] })
    }
    loop.receive(changed)
    await world.clock.settle()
    expect(asked.at(-1)).toMatchObject({ channelId: 7, accessHash: 70n })
    await world.clock.advance(60_000)
    expect(world.handled.filter(({ type }) => type === 'channelLost')).toEqual([])
    await loop.stop()
  })

  test('known only by a message it was seen in is asked for through that', async () => {
    const loop = await world.begin({ 7: { pts: 9 } })
    const seenIn = { peer: { kind: 'chat', id: 3 }, messageId: 4 } as const
    const peer = {
      type: 'peer',
      kind: 'channel',
      id: 7,
      accessHash: 1n,
      min: true,
      seenIn,
      updatedAt: 1,
    } as const
    await world.storage.write({ session: 's', owner: 1, writes: [peer] })
    loop.receive(changed)
    await world.clock.settle()
    expect(asked[0]).toMatchObject({ _: 'inputChannelFromMessage', channelId: 7, msgId: 4 })
    await loop.stop()
  })

  test('that is nowhere to be found is given up in plain words, and the chats are listed once', async () => {
    world.answers['messages.getDialogs'] = () => dialogs()
    const loop = await world.begin({ 7: { pts: 9 } })
    loop.receive(changed)
    await world.clock.advance(60_000)
    expect(world.handled.map((one) => 'reason' in one && one.reason)).toEqual(['unavailable', 'noAccessHash'])
    // The list and the archive.
    expect(world.count('messages.getDialogs')).toBe(2)
    await loop.stop()
  })

  test('is not given up while nobody can be asked', async () => {
    world.answers['messages.getDialogs'] = () => {
      throw new Error('no connection')
    }
    const loop = await world.begin({ 7: { pts: 9 } })
    loop.receive(changed)
    await world.clock.advance(600_000)
    expect(world.handled).toEqual([])
    await loop.stop()
  })
})

test('a difference that Telegram puts off is told, and asked for again when the wait is over', async () => {
  const world = new World()
  const answer = world.answers['updates.getDifference']!
  world.answers['updates.getDifference'] = () => {
    throw new RpcError(420, 'FLOOD_WAIT_300', 'updates.getDifference')
  }
  const loop = await world.begin()
  const asked = () => world.calls.filter((call) => call === 'updates.getDifference').length
  expect(world.faults).toEqual(['fetching missed updates'])
  world.answers['updates.getDifference'] = answer
  await world.clock.advance(299_000)
  expect(asked()).toBe(1)
  await world.clock.advance(2_000)
  expect(asked()).toBe(2)
  expect(world.faults).toHaveLength(1)
  await loop.stop()
})
