import { describe, expect, it } from 'vitest'
import { ConnectLimiter, type ConnectLimits, Ticket } from './connect-limiter.ts'
import { TimerWheel } from './timer-wheel.ts'
import { VirtualClock } from './virtual-clock.ts'

function setup(limits?: ConnectLimits) {
  const clock = new VirtualClock()
  const limiter = new ConnectLimiter(new TimerWheel(clock), limits)
  const admitted: { key: string; at: number }[] = []
  const ask = (key: string, signal?: AbortSignal) =>
    limiter.connect(key, signal).then(() => void admitted.push({ key, at: clock.monotonic() }))
  return { clock, limiter, admitted, ask }
}

/** The most events in any window of `within` ms. */
export function mostWithin(times: readonly number[], within: number): number {
  let most = 0
  let from = 0
  for (let to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= within) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

describe('ConnectLimiter', () => {
  it('lets at most 10 connect in 5 s over all, in the order they came', async () => {
    const { clock, limiter, admitted, ask } = setup()
    for (let i = 0; i < 45; i++) void ask(`session ${i}`)
    await clock.settle()
    expect(admitted).toHaveLength(10)
    expect(limiter.waiting).toBe(35)
    await clock.advance(60_000)
    expect(admitted.map((a) => a.key)).toEqual(Array.from({ length: 45 }, (_, i) => `session ${i}`))
    expect(
      mostWithin(
        admitted.map((a) => a.at),
        5000,
      ),
    ).toBe(10)
    expect(admitted.at(-1)?.at).toBeLessThan(20_100)
    expect(limiter.waiting).toBe(0)
  })

  it('lets one session knock at one address 1/1 s, 2/4 s, 3/8 s', async () => {
    const { clock, admitted, ask } = setup()
    for (let i = 0; i < 6; i++) void ask('a')
    await clock.advance(60_000)
    const times = admitted.map((a) => a.at)
    expect(times).toHaveLength(6)
    expect(mostWithin(times, 1000)).toBe(1)
    expect(mostWithin(times, 4000)).toBe(2)
    expect(mostWithin(times, 8000)).toBe(3)
    expect(times[1]).toBe(1000)
    expect(times[2]).toBeLessThanOrEqual(4016)
  })

  it('does not let one that waits for its own sake hold back the others', async () => {
    const { clock, admitted, ask } = setup()
    void ask('a')
    void ask('a')
    void ask('b')
    await clock.settle()
    expect(admitted.map((a) => a.key)).toEqual(['a', 'b'])
    await clock.advance(1000)
    expect(admitted.map((a) => a.key)).toEqual(['a', 'b', 'a'])
  })

  it('lets those go first who are waited for, at both gates, whenever that becomes known', async () => {
    const { clock, limiter } = setup({ connects: [{ count: 1, within: 1000 }], keyExchanges: 1 })
    const admitted: string[] = []
    const tickets = new Map<string, Ticket>()
    const ask = (key: string, urgent = false) => {
      const ticket = new Ticket()
      ticket.urgent = urgent
      tickets.set(key, ticket)
      void limiter.connect(key, undefined, ticket).then(() => admitted.push(key))
    }
    for (const key of ['a', 'b', 'c', 'd', 'e']) ask(key)
    ask('in a hurry', true)
    await clock.settle()
    expect(admitted).toEqual(['a'])
    limiter.hurry(tickets.get('d')!)
    limiter.hurry(tickets.get('d')!)
    // One that has been let in has nothing to hurry for.
    limiter.hurry(tickets.get('a')!)
    await clock.advance(10_000)
    expect(admitted).toEqual(['a', 'in a hurry', 'd', 'b', 'c', 'e'])
    expect(limiter.waiting).toBe(0)

    const ends: string[] = []
    const exchange = (name: string, ticket = new Ticket()) => {
      void limiter.keyExchange(undefined, ticket).then((end) => {
        ends.push(name)
        clock.after(100, end)
      })
      return ticket
    }
    for (const name of ['1', '2']) exchange(name)
    const last = exchange('3')
    limiter.hurry(last)
    await clock.advance(1000)
    expect(ends).toEqual(['1', '3', '2'])
    expect(limiter.waiting).toBe(0)
  })

  it('parks one in a hurry that is held back by its own past, and lets it in first after that', async () => {
    const { clock, limiter, ask, admitted } = setup({ connects: [{ count: 1, within: 400 }] })
    void ask('a')
    await clock.settle()
    const ticket = new Ticket()
    void limiter
      .connect('a', undefined, ticket)
      .then(() => admitted.push({ key: 'a again', at: clock.monotonic() }))
    for (const key of ['b', 'c', 'd', 'e']) void ask(key)
    await clock.advance(500)
    limiter.hurry(ticket)
    await clock.advance(5000)
    expect(admitted.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'a again', 'd', 'e'])
  })

  it('drops who aborts, queued or held back, and loses no place by it', async () => {
    const { clock, limiter, admitted, ask } = setup({ connects: [{ count: 1, within: 1000 }] })
    const abort = new AbortController()
    void ask('a')
    const queued = ask('b', abort.signal)
    const held = ask('a', abort.signal)
    void ask('c')
    await clock.settle()
    abort.abort(new Error('not wanted any more'))
    await expect(queued).rejects.toThrow('not wanted any more')
    await expect(held).rejects.toThrow('not wanted any more')
    await expect(ask('d', abort.signal)).rejects.toThrow('not wanted any more')
    await clock.advance(1000)
    expect(admitted).toEqual([
      { key: 'a', at: 0 },
      { key: 'c', at: 1000 },
    ])
    expect(limiter.waiting).toBe(0)
  })

  it('runs at most 50 key exchanges at once', async () => {
    const { clock, limiter } = setup()
    const ends: (() => void)[] = []
    for (let i = 0; i < 120; i++) void limiter.keyExchange().then((end) => ends.push(end))
    await clock.settle()
    expect(ends).toHaveLength(50)
    ends[0]?.()
    ends[0]?.()
    await clock.settle()
    expect(ends).toHaveLength(51)
    for (let i = 1; i < 51; i++) ends[i]?.()
    await clock.settle()
    expect(ends).toHaveLength(101)
  })

  it('refuses limits that make no sense', () => {
    expect(() => setup({ connects: [{ count: 0, within: 1000 }] })).toThrow(RangeError)
  })
})
