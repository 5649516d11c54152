import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import {
  array,
  assert as assertProperty,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { StorageError } from '../storage/error.ts'
import { MemoryStorage } from '../storage/memory.ts'
import type { SessionWrite } from '../storage/storage.ts'
import type { ChatEvent } from '../updates/event-types.ts'
import type { UpdateDelivery } from '../updates/types.ts'
import type { UpdateOptions } from './handlers.ts'
import { UpdateProgram } from './update-program.ts'

/** An account whose updates are numbered, in a storage that may refuse, over as many runs as are wanted. */
class World {
  readonly clock = new VirtualClock()
  readonly wheel = new TimerWheel(this.clock)
  readonly storage = new MemoryStorage()
  readonly options: UpdateOptions
  readonly updates: tl.Update[] = []
  readonly faults: string[] = []
  /** Writes that are refused from now on. */
  refuse = 0
  #program: UpdateProgram | undefined
  #handedOut = 0

  constructor(options: UpdateOptions = {}) {
    this.options = options
  }

  /** Another process: what the one before had in memory is gone. */
  async run(begin: (program: UpdateProgram) => void = () => {}): Promise<UpdateProgram> {
    await this.storage.open()
    const owner = await this.storage.claim('a')
    const write = async (...writes: SessionWrite[]): Promise<void> => {
      await new Promise<void>((done) => this.wheel.after(1, done))
      if (this.refuse-- > 0) throw new StorageError('STORAGE_FULL', 'no room')
      this.refuse = Math.max(0, this.refuse)
      await this.storage.write({ session: 'a', owner, writes })
    }
    const { storage, options: updates } = this
    const host = { connections: { wheel: this.wheel }, storage, updates, now: () => this.wheel.now() }
    const post = (...writes: SessionWrite[]) => void write(...writes).catch(() => undefined)
    const stored = { id: 'a', userId: 5, accountId: 5, username: undefined, write, post }
    const events = { fault: (_: unknown, where: string) => void this.faults.push(where), tell: () => {} }
    const program = new UpdateProgram({ host: { ...host, printMessages: false }, stored }, events, () => {})
    this.#program = program
    begin(program)
    const { state, channels } = await storage.updatePositions('a')
    this.#handedOut = state?.pts ?? 0
    await program.start(state && { ...state, channels })
    this.deliver()
    return program
  }

  /** Hands out everything behind the position, as a difference does. */
  deliver(): void {
    for (const update of this.updates.slice(this.#handedOut)) {
      this.#handedOut++
      this.#program?.add([delivered(update, this.#handedOut)])
    }
  }

  say(...updates: tl.Update[]): void {
    this.updates.push(...updates)
    this.deliver()
  }
}

function delivered(update: tl.Update, pts: number): UpdateDelivery {
  const position = { type: 'account', pts, qts: 0, seq: 0, top: pts } as const
  const base = { type: 'update', sequence: 0, users: [], chats: [], origin: 'push', date: 0 } as const
  return { ...base, id: `u${pts}`, position, update }
}

const message = (id: number, text: string, more: Partial<tl.message> = {}): tl.message => ({
  _: 'message',
  id,
  peerId: { _: 'peerChat', chatId: 3 },
  date: 0,
  message: text,
  ...more,
})
const said = (id: number, text: string): tl.Update => ({
  _: 'updateNewMessage',
  message: message(id, text),
  pts: 0,
  ptsCount: 1,
})
const changed = (id: number, text: string): tl.Update => ({
  _: 'updateEditMessage',
  message: message(id, text, { editDate: 1 }),
  pts: 0,
  ptsCount: 1,
})
const removed = (...messages: number[]): tl.Update => ({
  _: 'updateDeleteMessages',
  messages,
  pts: 0,
  ptsCount: messages.length,
})

const brief = (event: ChatEvent): string =>
  event.type === 'message' || event.type === 'edited'
    ? `${event.type} ${event.message.message}`
    : event.type === 'deleted'
      ? `deleted ${event.messageIds} of ${event.chat?.id}`
      : event.type

describe('events', () => {
  test('know the chats of deleted messages and true edits, also before anything is saved, and after a restart', async () => {
    const world = new World()
    const events: string[] = []
    const listen = (program: UpdateProgram) => {
      program.onEvent = (event) => void events.push(brief(event))
    }
    await world.run(listen)
    world.say(said(1, 'one'), said(2, 'two'), changed(1, 'one'), changed(1, 'one!'), removed(2))
    await world.clock.settle()
    expect(events).toEqual(['message one', 'message two', 'edited one!', 'deleted 2 of 3'])
    await world.clock.advance(100)
    await world.run(listen)
    world.say(changed(1, 'one!'), removed(1, 2))
    await world.clock.settle()
    expect(events.slice(4)).toEqual(['deleted 1 of 3', 'deleted 2 of undefined'])
  })

  test('an update that comes again after a crash means what it meant the first time', async () => {
    const world = new World()
    const seen: string[] = []
    let failing = true
    const listen = (program: UpdateProgram) => {
      program.onEvent = (event) => {
        seen.push(brief(event))
        // The process dies while it handles this one.
        if (event.type === 'deleted' && failing) return new Promise(() => {})
        return undefined
      }
    }
    await world.run(listen)
    world.say(said(1, 'one'), changed(1, 'two'), removed(1))
    await world.clock.advance(100)
    failing = false
    await world.run(listen)
    await world.clock.advance(100)
    expect(seen).toEqual(['message one', 'edited two', 'deleted 1 of 3', 'deleted 1 of 3'])
  })

  test('old messages are forgotten', async () => {
    const world = new World()
    const program = await world.run()
    program.onEvent = () => {}
    world.say(...Array.from({ length: 2_100 }, (_, at) => said(at + 1, 'x')))
    await world.clock.advance(1_000)
    const known = await world.storage.messages('a', [1, 1_000, 1_100, 2_100])
    expect([...known.keys()]).toEqual([1_100, 2_100])
  })
})

test('a handler that ends after its session has ended changes nothing any more', async () => {
  const world = new World()
  let finish = () => {}
  const seen: string[] = []
  const first = await world.run((program) => {
    program.onUpdate = ({ id }) => {
      seen.push(id)
      return new Promise<void>((resolve) => {
        finish = resolve
      })
    }
  })
  world.say(said(1, 'one'))
  const stopped = first.stop()
  await world.clock.advance(10_000)
  await stopped
  finish()
  await world.clock.advance(10_000)
  expect((await world.storage.updatePositions('a')).state).toBeUndefined()
  expect(seen).toEqual(['u1'])
  expect(world.faults).toEqual([])
})

test('the log is tried again when the storage refuses, and readers get everything in order', async () => {
  const world = new World({ log: true })
  const program = await world.run()
  world.refuse = 2
  world.say(said(1, 'one'), said(2, 'two'))
  const reader = program.read({ consumer: 'a' })
  const first = reader.next()
  await world.clock.advance(5_000)
  expect(await first).toMatchObject({ value: { cursor: 1, update: { id: 'u1' } } })
  expect(await reader.next()).toMatchObject({ value: { cursor: 2, update: { id: 'u2' } } })
  expect(world.faults.length).toBeGreaterThan(0)
})

test('a damaged record of the log is an error in its turn, and can be passed', async () => {
  const world = new World({ log: true })
  const program = await world.run()
  world.say(said(1, 'one'), said(2, 'two'), said(3, 'three'))
  await world.clock.advance(100)
  const { log } = world.storage
  // The second cannot be read, alone or among others.
  world.storage.log = async (session, page) => {
    const records = await log.call(world.storage, session, page)
    if (!records.some(({ cursor }) => cursor === 2)) return records
    throw new StorageError('STORAGE_RECORD_CORRUPT', 'damaged')
  }
  const reader = program.read({ consumer: 'a' })
  expect(await reader.next()).toMatchObject({ value: { cursor: 1 } })
  await expect(reader.next()).rejects.toMatchObject({ code: 'STORAGE_RECORD_CORRUPT' })
  await reader.return?.()
  await world.clock.settle()
  expect(await program.read({ consumer: 'a', from: 2 }).next()).toMatchObject({ value: { cursor: 3 } })
})

test('one damaged parked update is told of, and the others are listed', async () => {
  const world = new World({ retryDelays: [] })
  const program = await world.run((program) => {
    program.onUpdate = () => {
      throw new Error('no')
    }
  })
  world.say(said(1, 'one'), said(2, 'two'), said(3, 'three'))
  await world.clock.advance(100)
  const [first] = await world.storage.deadLetters('a')
  const damaged: SessionWrite = { type: 'deadLetter', ...first!, event: new Uint8Array([1, 2, 3]) }
  await world.storage.write({ session: 'a', owner: 1, writes: [damaged] })
  expect((await program.deadLetters()).map(({ id }) => id)).toEqual(['u2', 'u3'])
  expect(world.faults.at(-1)).toBe('reading a parked update')
  expect(await world.storage.deadLetters('a')).toHaveLength(3)
  const [lost, ...others] = await program.damagedDeadLetters()
  expect(lost).toMatchObject({ id: 'u1', error: { code: 'STORAGE_RECORD_CORRUPT' } })
  expect(others).toEqual([])
  const gone = lost!.discard()
  await world.clock.advance(2)
  await gone
  expect((await world.storage.deadLetters('a')).map(({ id }) => id)).toEqual(['u2', 'u3'])
})

test('whatever fails and whenever the process dies, the log has every update once, in order', () =>
  assertProperty(
    asyncProperty(
      array(
        oneof(
          record({ do: constantFrom('say' as const), count: integer({ min: 1, max: 5 }) }),
          record({ do: constantFrom('pass' as const), count: integer({ min: 0, max: 60 }) }),
          record({ do: constantFrom('refuse' as const), count: integer({ min: 1, max: 3 }) }),
          record({ do: constantFrom('restart' as const), count: integer({ min: 0, max: 0 }) }),
        ),
        { maxLength: 40 },
      ),
      boolean(),
      async (steps, handlerThrows) => {
        const world = new World({ log: { keep: 1_000 }, retryDelays: [5, 5] })
        const handled: string[] = []
        let calls = 0
        const begin = (program: UpdateProgram) => {
          program.onUpdate = async ({ id }) => {
            await new Promise<void>((done) => world.wheel.after(calls % 7, done))
            if (handlerThrows && ++calls % 3 === 0) throw new Error('no')
            handled.push(id)
          }
        }
        await world.run(begin)
        for (const { do: what, count } of steps) {
          if (what === 'say')
            world.say(...Array.from({ length: count }, () => said(world.updates.length + 1, 'x')))
          else if (what === 'pass') await world.clock.advance(count)
          else if (what === 'refuse') world.refuse = count
          else await world.run(begin)
        }
        await world.clock.advance(60_000)
        const ids = world.updates.map((_, at) => `u${at + 1}`)
        const log = await world.storage.log('a', { limit: 10_000 })
        expect(log.map(({ id }) => id)).toEqual(ids.map((id) => `5/${id}`))
        expect((await world.storage.updatePositions('a')).state?.pts ?? 0).toBe(ids.length)
        const parked = (await world.storage.deadLetters('a')).map(({ id }) => id)
        expect(new Set([...handled, ...parked])).toEqual(new Set(ids))
      },
    ),
    { numRuns: 60 },
  ))
