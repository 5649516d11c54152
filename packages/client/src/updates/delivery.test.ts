import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Deliverer, type DelivererOptions, type DeliveryEvent, type ParkedDelivery } from './delivery.ts'
import { Bench, container, fresh } from './fixtures.testing.ts'
import type { ProgramDelivery } from './handler.ts'
import { Ledger } from './ledger.ts'
import { type PositionChanges, SavedPositions } from './saved-positions.ts'
import type { Delivery, Position, UpdateDelivery } from './types.ts'

/** Timers that a test moves by hand. */
class TestTimers {
  #now = 0
  #due: { at: number; run: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { at: this.#now + milliseconds, run }
    this.#due.push(timer)
    return () => {
      this.#due = this.#due.filter((one) => one !== timer)
    }
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    for (;;) {
      await settle()
      const [next] = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#due = this.#due.filter((one) => one !== next)
      this.#now = next.at
      next.run()
    }
    this.#now = end
    await settle()
  }
}

/** Lets everything run that only waits for promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function newMessage(id: number, pts: number, channelId = 0, userId = 2): UpdateDelivery {
  const update = fresh(id, pts, channelId, channelId === 0 ? { peerId: { _: 'peerUser', userId } } : {})
  const position: Position =
    channelId === 0
      ? { type: 'account', pts, qts: 0, seq: 0, top: id }
      : { type: 'channel', channelId, pts, top: id, unverified: false, gone: false }
  return {
    type: 'update',
    id: `m${channelId}.${id}`,
    sequence: channelId,
    position,
    users: [],
    chats: [],
    update,
    origin: 'push',
    date: 0,
  }
}

function date(value: number): Delivery {
  return {
    type: 'position',
    id: '',
    sequence: 0,
    position: { type: 'date', date: value },
    users: [],
    chats: [],
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<void>((done, failed) => {
    resolve = done
    reject = failed
  })
  return { promise, resolve, reject }
}

function bench(more: Partial<DelivererOptions> = {}) {
  const timers = new TestTimers()
  const saves: PositionChanges[] = []
  const parked: ParkedDelivery[] = []
  const events: DeliveryEvent[] = []
  const deliverer = new Deliverer(undefined, {
    timers,
    save: async (changes) => void saves.push(changes),
    park: async (letter) => void parked.push(letter),
    report: (event) => void events.push(event),
    ...more,
  })
  return { timers, saves, parked, events, deliverer }
}

describe('a handler', () => {
  test('gets one update at a time, in order, and the position is saved after it is done', async () => {
    const { deliverer, timers, saves } = bench()
    const first = deferred()
    const begun: string[] = []
    deliverer.setHandler(({ id }) => {
      begun.push(id)
      return id === 'm0.1' ? first.promise : undefined
    })
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    await timers.pass(1_000)
    expect(begun).toEqual(['m0.1'])
    expect(saves).toEqual([])
    first.resolve()
    await timers.pass(1_000)
    expect(begun).toEqual(['m0.1', 'm0.2'])
    expect(saves).toMatchObject([{ account: { pts: 12, top: 2 } }])
    expect(deliverer.status()).toMatchObject({ waiting: 0, running: [], handled: 2 })
  })

  test('that throws gets it again after a while, later parked, and the rest goes on', async () => {
    const { deliverer, timers, saves, parked, events } = bench()
    const attempts: [string, number, number][] = []
    deliverer.setHandler(({ id }, { attempt }) => {
      attempts.push([id, attempt, timers.now()])
      if (id === 'm0.1') throw new Error('no')
    })
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    await timers.pass(60_000)
    expect(attempts).toEqual([
      ['m0.1', 1, 0],
      ['m0.1', 2, 100],
      ['m0.1', 3, 1_100],
      ['m0.1', 4, 6_100],
      ['m0.1', 5, 36_100],
      ['m0.2', 1, 36_100],
    ])
    expect(parked).toMatchObject([{ delivery: { id: 'm0.1' }, attempts: 5 }])
    expect(events.map(({ type }) => type)).toEqual([...Array(5).fill('handlerFailed'), 'parked'])
    expect(saves.at(-1)).toMatchObject({ account: { pts: 12 } })
  })

  test('that rejects later counts as one that throws', async () => {
    const { deliverer, timers, parked } = bench({ retryDelays: [] })
    deliverer.setHandler(() => Promise.reject(new Error('no')))
    deliverer.add([newMessage(1, 11)])
    await timers.pass(1)
    expect(parked).toHaveLength(1)
  })

  test('nothing is saved or passed over while the dead letter cannot be written', async () => {
    let full = true
    const parked: string[] = []
    const { deliverer, timers, saves, events } = bench({
      retryDelays: [],
      park: async ({ delivery }) => {
        if (full) throw new Error('disk full')
        parked.push(delivery.id)
      },
    })
    const seen: string[] = []
    deliverer.setHandler(({ id }) => {
      seen.push(id)
      if (id === 'm0.1') throw new Error('no')
    })
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    await timers.pass(10_000)
    expect([saves, seen, parked]).toEqual([[], ['m0.1'], []])
    expect(events.some(({ type }) => type === 'parkFailed')).toBe(true)
    full = false
    await timers.pass(60_000)
    expect([seen, parked]).toEqual([['m0.1', 'm0.2'], ['m0.1']])
    expect(saves.at(-1)).toMatchObject({ account: { pts: 12 } })
  })

  test('that never returns shows, and holds the rest of the session back', async () => {
    const { deliverer, timers, events, saves } = bench({ stuckAfter: 1_000 })
    deliverer.setHandler(() => new Promise(() => {}))
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    await timers.pass(5_000)
    expect(events).toEqual([{ type: 'stuck', id: 'm0.1', since: 0 }])
    expect(deliverer.status()).toMatchObject({
      waiting: 1,
      running: [{ id: 'm0.1', attempt: 1, milliseconds: 5_000 }],
    })
    await deliverer.flush()
    expect(saves).toEqual([])
  })

  test('by chat: one that never returns holds its chat back and no other', async () => {
    const { deliverer, timers, saves } = bench({ order: 'chat' })
    const done: string[] = []
    deliverer.setHandler(({ id }) => (id === 'm7.1' ? new Promise(() => {}) : void done.push(id)))
    deliverer.add([
      newMessage(1, 6, 7),
      newMessage(2, 7, 7),
      newMessage(1, 6, 8),
      newMessage(1, 11),
      date(99),
    ])
    await timers.pass(1_000)
    expect(done).toEqual(['m8.1', 'm0.1'])
    const [changes] = saves
    expect(changes?.account).toMatchObject({ pts: 11, date: 0 })
    expect([...(changes?.channels.keys() ?? [])]).toEqual([8])
  })

  test('by chat: a deletion without a chat waits for all before it and holds all after it', async () => {
    const { deliverer, timers } = bench({ order: 'chat' })
    const gates = new Map<string, ReturnType<typeof deferred>>()
    deliverer.setHandler(({ id }) => {
      const gate = deferred()
      gates.set(id, gate)
      return gate.promise
    })
    const deletion: UpdateDelivery = {
      ...newMessage(0, 13),
      id: 'd',
      update: { _: 'updateDeleteMessages', messages: [1], pts: 13, ptsCount: 1 },
    }
    deliverer.add([newMessage(1, 11, 0, 2), newMessage(2, 12, 0, 3), deletion, newMessage(3, 14, 0, 4)])
    expect([...gates.keys()]).toEqual(['m0.1', 'm0.2'])
    gates.get('m0.2')?.resolve()
    await timers.pass(1)
    expect(gates.has('d')).toBe(false)
    gates.get('m0.1')?.resolve()
    await timers.pass(1)
    expect(gates.has('d')).toBe(true)
    expect(gates.has('m0.3')).toBe(false)
    gates.get('d')?.resolve()
    await timers.pass(1)
    expect(gates.has('m0.3')).toBe(true)
  })

  test('with none set, updates wait', async () => {
    const { deliverer, timers } = bench()
    deliverer.add([newMessage(1, 11)])
    await timers.pass(1_000)
    expect(deliverer.status().waiting).toBe(1)
    const seen: string[] = []
    deliverer.setHandler(({ id }) => void seen.push(id))
    expect(seen).toEqual(['m0.1'])
  })
})

describe('pressure', () => {
  test('is told when too many wait, and when it is over', async () => {
    const { deliverer, events } = bench({ highWater: 4 })
    const all = Array.from({ length: 6 }, (_, at) => newMessage(at + 1, at + 11))
    deliverer.add(all)
    expect(events).toEqual([{ type: 'pressed' }])
    expect(deliverer.status().pressed).toBe(true)
    deliverer.setHandler(() => undefined)
    expect(events.map(({ type }) => type)).toEqual(['pressed', 'relieved'])
  })
})

describe('saving', () => {
  test('gathers, and never runs twice at once', async () => {
    let under = 0
    let most = 0
    const gates: (() => void)[] = []
    const saved: number[] = []
    const { deliverer, timers } = bench({
      save: async ({ account }) => {
        most = Math.max(most, ++under)
        const gate = deferred()
        gates.push(gate.resolve)
        await gate.promise
        under--
        saved.push(account?.pts ?? 0)
      },
    })
    deliverer.setHandler(() => undefined)
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    await timers.pass(20)
    deliverer.add([newMessage(3, 13)])
    await timers.pass(100)
    expect(gates).toHaveLength(1)
    const flushes = [deliverer.flush(), deliverer.flush()]
    gates[0]?.()
    await timers.pass(100)
    gates[1]?.()
    await Promise.all(flushes)
    expect(saved).toEqual([12, 13])
    expect(most).toBe(1)
  })

  test('that failed is tried again, with what came meanwhile', async () => {
    let refuse = true
    const saves: PositionChanges[] = []
    const { deliverer, timers, events } = bench({
      save: async (changes) => {
        if (refuse) throw new Error('busy')
        saves.push(changes)
      },
    })
    deliverer.setHandler(() => undefined)
    deliverer.add([newMessage(1, 6, 7), newMessage(1, 11)])
    await timers.pass(30)
    expect(events).toMatchObject([{ type: 'saveFailed' }])
    deliverer.add([newMessage(2, 7, 7)])
    refuse = false
    await timers.pass(5_000)
    expect(saves).toEqual([
      {
        account: expect.objectContaining({ pts: 11 }),
        channels: new Map([[7, { pts: 7, top: 2, unverified: false }]]),
      },
    ])
  })

  test('a listener that throws does no harm', async () => {
    const { deliverer, timers, parked } = bench({
      retryDelays: [],
      report: () => {
        throw new Error('bad listener')
      },
    })
    deliverer.setHandler(() => {
      throw new Error('no')
    })
    deliverer.add([newMessage(1, 11)])
    await timers.pass(1)
    expect(parked).toHaveLength(1)
  })
})

describe('stop', () => {
  test('waits for the handler at work, saves, and leaves the rest', async () => {
    const { deliverer, timers, saves } = bench()
    const gate = deferred()
    const signals: AbortSignal[] = []
    deliverer.setHandler((_delivery, { signal }) => {
      signals.push(signal)
      return gate.promise
    })
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    const stopped = deliverer.stop()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    gate.resolve()
    await timers.pass(0)
    await stopped
    expect(saves).toMatchObject([{ account: { pts: 11 } }])
  })

  test('does not wait for ever', async () => {
    const { deliverer, timers, saves } = bench()
    deliverer.setHandler(() => new Promise(() => {}))
    deliverer.add([newMessage(1, 11)])
    const stopped = deliverer.stop(1_000)
    await timers.pass(1_000)
    await stopped
    expect(saves).toEqual([])
  })

  test('does not wait for a retry', async () => {
    const { deliverer, timers, saves } = bench()
    deliverer.setHandler(() => {
      throw new Error('no')
    })
    deliverer.add([newMessage(1, 11)])
    await timers.pass(50)
    await deliverer.stop()
    expect(saves).toEqual([])
  })
})

describe('the iterator', () => {
  test('hands out one at a time; acknowledged by hand', async () => {
    const { deliverer, timers, saves } = bench()
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    const iterator = deliverer.iterate()
    const first = (await iterator.next()).value
    const second = iterator.next()
    await timers.pass(1_000)
    expect(saves).toEqual([])
    first?.ack()
    first?.ack()
    expect((await second).value?.delivery.id).toBe('m0.2')
    await timers.pass(1_000)
    expect(saves).toMatchObject([{ account: { pts: 11 } }])
  })

  test('several open at a time: the position follows the first unacknowledged', async () => {
    const { deliverer, timers, saves } = bench({ window: 3 })
    const iterator = deliverer.iterate()
    deliverer.add([newMessage(1, 11), newMessage(2, 12), newMessage(3, 13), newMessage(4, 14)])
    const open = [await iterator.next(), await iterator.next(), await iterator.next()]
    open[2]?.value?.ack()
    open[1]?.value?.ack()
    await timers.pass(1_000)
    expect(saves).toEqual([])
    open[0]?.value?.ack()
    await timers.pass(1_000)
    expect(saves).toMatchObject([{ account: { pts: 13 } }])
  })

  test('fail brings it again', async () => {
    const { deliverer, timers } = bench()
    deliverer.add([newMessage(1, 11)])
    const iterator = deliverer.iterate()
    ;(await iterator.next()).value?.fail(new Error('no'))
    const again = iterator.next()
    await timers.pass(100)
    expect((await again).value).toMatchObject({ attempt: 2, delivery: { id: 'm0.1' } })
  })

  test('leaving the loop loses nothing and parks nothing', async () => {
    const { deliverer, timers, parked, events } = bench()
    deliverer.add([newMessage(1, 11), newMessage(2, 12)])
    for await (const handed of deliverer.iterate()) {
      expect(handed.delivery.id).toBe('m0.1')
      break
    }
    await timers.pass(100_000)
    expect([parked, events]).toEqual([[], []])
    const seen: [string, number][] = []
    deliverer.setHandler(({ id }, { attempt }) => void seen.push([id, attempt]))
    await timers.pass(0)
    expect(seen).toEqual([
      ['m0.1', 1],
      ['m0.2', 1],
    ])
  })

  test('stopping ends it', async () => {
    const { deliverer } = bench()
    const iterator = deliverer.iterate()
    deliverer.add([newMessage(1, 11)])
    await iterator.next()
    const waiting = iterator.next()
    await deliverer.stop()
    expect(await waiting).toEqual({ value: undefined, done: true })
    expect(await iterator.next()).toEqual({ value: undefined, done: true })
  })
})

describe('the ledger', () => {
  /** What the ledger is for, said in the simplest way: look at everything, each time. */
  function expected(all: { sequence: number; position: Position | undefined; done: boolean }[]) {
    const result = new Map<string, number>()
    const open = new Set<number>()
    for (const { sequence, position, done } of all) {
      if (!done) open.add(sequence)
      if (position?.type === 'date' && open.size === 0) result.set('date', position.date)
      else if (position?.type === 'channel' && !open.has(sequence)) result.set(`${sequence}`, position.pts)
    }
    return result
  }

  test('counts a position only when all before it is done, in any order of finishing', () => {
    const entry = fc.record({
      sequence: fc.integer({ min: 1, max: 3 }),
      kind: fc.constantFrom('update', 'update', 'bare', 'date', 'nothing'),
    })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 16 }), fc.infiniteStream(fc.nat()), (entries, choices) => {
        const saved = new SavedPositions(undefined)
        const ledger = new Ledger(saved)
        const all: { sequence: number; position: Position | undefined; done: boolean }[] = []
        const open: { at: number; mark: ReturnType<Ledger['add']> }[] = []
        let number = 0
        const check = () => {
          const state = saved.state()
          for (const [key, value] of expected(all)) {
            if (key === 'date') expect(state?.date).toBe(value)
            else expect(channels.get(Number(key))).toBe(value)
          }
          expect(channels.size).toBe([...expected(all).keys()].filter((key) => key !== 'date').length)
          expect(ledger.open).toBe(open.length)
        }
        const channels = new Map<number, number>()
        const collect = () => {
          for (const [id, point] of saved.takeChanges().channels) channels.set(id, point?.pts ?? 0)
        }
        for (const { sequence, kind } of entries) {
          number++
          const pts: Position = {
            type: 'channel',
            channelId: sequence,
            pts: number,
            top: 0,
            unverified: false,
            gone: false,
          }
          if (kind === 'date') {
            ledger.note(0, { type: 'date', date: number })
            all.push({ sequence: 0, position: { type: 'date', date: number }, done: true })
          } else if (kind === 'bare') {
            ledger.note(sequence, pts)
            all.push({ sequence, position: pts, done: true })
          } else {
            const position = kind === 'update' ? pts : undefined
            open.push({ at: all.length, mark: ledger.add(sequence, position) })
            all.push({ sequence, position, done: false })
          }
          collect()
          check()
          const choice = choices.next().value ?? 0
          if (choice % 2 === 0 && open.length > 0) finish(choice)
        }
        while (open.length > 0) finish(choices.next().value ?? 0)

        function finish(choice: number): void {
          const [one] = open.splice(choice % open.length, 1)
          const known = one === undefined ? undefined : all[one.at]
          if (one === undefined || known === undefined) return
          known.done = true
          ledger.done(one.mark)
          collect()
          check()
        }
      }),
      { numRuns: 300 },
    )
  })
})

test('the engine and the deliverer together: nothing twice, nothing lost over a restart', async () => {
  const engine = Bench.settled(10)
  const { deliverer, timers, saves } = bench()
  const seen: ProgramDelivery[] = []
  deliverer.setHandler((delivery) => void seen.push(delivery))
  engine.push(container([fresh(1, 11), fresh(3, 13)]), container([fresh(2, 12)]))
  deliverer.add(engine.deliveries)
  await timers.pass(100)
  expect(seen.map(({ id }) => id)).toEqual(['m0.1', 'm0.2', 'm0.3'])
  expect(saves.at(-1)?.account).toMatchObject({ pts: 13, top: 3 })
})
