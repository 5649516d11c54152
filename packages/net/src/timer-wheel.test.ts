import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Timer, TimerWheel } from './timer-wheel.ts'
import { VirtualClock } from './virtual-clock.ts'

function setup() {
  const clock = new VirtualClock()
  const wheel = new TimerWheel(clock)
  return { clock, wheel }
}

describe('TimerWheel', () => {
  it('runs short waits to the millisecond and long ones within 16 ms', async () => {
    const { clock, wheel } = setup()
    await clock.advance(7)
    const waits = [
      1, 2, 63, 64, 65, 100, 999, 1000, 4095, 4096, 60_000, 262_144, 300_001, 16_777_216, 90_000_000,
    ]
    const late = new Map<number, number>()
    const start = clock.monotonic()
    for (const wait of waits) wheel.after(wait, () => late.set(wait, clock.monotonic() - start - wait))
    await clock.advance(90_000_100)
    for (const wait of waits) {
      expect(late.get(wait), `wait of ${wait} ms`).toBeGreaterThanOrEqual(0)
      expect(late.get(wait), `wait of ${wait} ms`).toBeLessThanOrEqual(wait < 10_000 ? 0 : 16)
    }
    expect(wheel.size).toBe(0)
    expect(clock.waiting).toBe(0)
  })

  it('leaves a timer that runs sooner where it is, and brings one forward that runs later', async () => {
    const { clock, wheel } = setup()
    const ran: number[] = []
    const timer = wheel.after(1000, () => ran.push(clock.monotonic()))
    const start = clock.monotonic()
    for (const wait of [5000, 100_000, 1000]) wheel.startAtLatest(timer, wait)
    await clock.advance(400)
    wheel.startAtLatest(timer, 700)
    expect(wheel.size).toBe(1)
    await clock.advance(600)
    expect(ran).toEqual([start + 1000])
    wheel.startAtLatest(timer, 500)
    wheel.startAtLatest(timer, 200)
    await clock.advance(200)
    expect(ran).toEqual([start + 1000, start + 1200])
    expect(wheel.size).toBe(0)
  })

  it('runs each timer once and never early, whatever is scheduled, moved and cancelled between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            pause: fc.oneof(fc.nat(3), fc.nat(5000), fc.nat(10_000_000)),
            wait: fc.oneof(fc.nat(70), fc.nat(5000), fc.nat(400_000), fc.nat(100_000_000)),
            action: fc.constantFrom('add', 'add', 'cancel', 'move'),
            pick: fc.nat(),
          }),
          { maxLength: 40 },
        ),
        async (steps) => {
          const { clock, wheel } = setup()
          const due = new Map<Timer, number>()
          const faults: string[] = []
          for (const { pause, wait, action, pick } of steps) {
            const known = [...due.keys()]
            const old = known[pick % Math.max(1, known.length)]
            if (action === 'add' || old === undefined) {
              const timer: Timer = wheel.after(wait, () => {
                const late = clock.monotonic() - (due.get(timer) ?? Number.POSITIVE_INFINITY)
                if (!(late >= 0 && late <= 17)) faults.push(`late by ${late}`)
                due.delete(timer)
              })
              due.set(timer, clock.monotonic() + Math.max(1, wait))
            } else if (action === 'cancel') {
              wheel.cancel(old)
              due.delete(old)
            } else {
              wheel.start(old, wait)
              due.set(old, clock.monotonic() + Math.max(1, wait))
            }
            expect(wheel.size).toBe(due.size)
            await clock.advance(pause)
          }
          await clock.advance(100_000_100)
          expect(faults).toEqual([])
          expect(due.size).toBe(0)
          expect(wheel.size).toBe(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leaves no ring out when the hand reaches slots of several at once', async () => {
    const { clock, wheel } = setup()
    const late: number[] = []
    const wait = (ms: number) => {
      const due = clock.monotonic() + ms
      wheel.after(ms, () => late.push(clock.monotonic() - due))
    }
    // Both are in slots that begin at 8192: seen from 0 in the ring of 4 s, seen from 4200 in that of 64 ms.
    wait(8202)
    wait(4200)
    await clock.advance(4200)
    wait(4000)
    await clock.advance(20_000)
    expect(late).toEqual([0, 0, 0])
  })

  it('is never late among timers that keep coming', async () => {
    const { clock, wheel } = setup()
    let ran = 0
    let latest = 0
    for (let i = 0; i < 6_000; i++) {
      const ms = 1 + ((i * 7919) % 9_973)
      const due = clock.monotonic() + ms
      wheel.after(ms, () => {
        ran++
        latest = Math.max(latest, clock.monotonic() - due)
      })
      await clock.advance(1 + (i % 7))
    }
    await clock.advance(10_000)
    expect([ran, latest]).toEqual([6_000, 0])
  })

  it('keeps one real timer however many are waiting, and none when all have run', async () => {
    const { clock, wheel } = setup()
    let ran = 0
    for (let i = 0; i < 10_000; i++) wheel.after(1 + ((i * 7919) % 100_000), () => ran++)
    expect(clock.waiting).toBe(1)
    await clock.advance(100_100)
    expect(ran).toBe(10_000)
    expect(clock.waiting).toBe(0)
  })

  it('does not hold the process with a real timer that no one needs any more', () => {
    const clock = new VirtualClock()
    const held: boolean[] = []
    const wheel = new TimerWheel({
      monotonic: () => clock.monotonic(),
      wall: () => clock.wall(),
      soon: (fn) => clock.soon(fn),
      after(ms, fn) {
        const timer = clock.after(ms, fn)
        const at = held.push(true) - 1
        return {
          cancel: () => timer.cancel(),
          ref: () => {
            held[at] = true
          },
          unref: () => {
            held[at] = false
          },
        }
      },
    })
    const timer = wheel.after(5000, () => {})
    expect(held).toEqual([true])
    wheel.cancel(timer)
    expect(held).toEqual([false])
    wheel.after(9000, () => {})
    expect(held).toEqual([true])
  })

  it('lets the others run when one callback throws', async () => {
    const { clock, wheel } = setup()
    let ran = false
    wheel.after(10, () => {
      throw new Error('a bug of the owner')
    })
    wheel.after(10, () => {
      ran = true
    })
    await expect(clock.advance(10)).rejects.toThrow('a bug of the owner')
    await clock.advance(5)
    expect(ran).toBe(true)
  })

  it('may be rescheduled and cancelled from callbacks of the same tick', async () => {
    const { clock, wheel } = setup()
    const ran: string[] = []
    const second = { timer: wheel.after(50, () => {}) }
    wheel.after(20, () => {
      ran.push('first')
      wheel.cancel(second.timer)
    })
    second.timer = wheel.after(20, () => ran.push('second'))
    let times = 0
    const again: Timer = wheel.after(20, () => {
      ran.push('again')
      if (++times < 3) wheel.start(again, 1)
    })
    await clock.advance(100)
    expect(ran).toEqual(['first', 'again', 'again', 'again'])
  })

  it('times by monotonic time when the wall clock is set forward or back', async () => {
    const { clock, wheel } = setup()
    let ran = 0
    wheel.after(10_000, () => ran++)
    clock.jumpWall(86_400_000)
    await clock.advance(9_000)
    clock.jumpWall(-3 * 86_400_000)
    await clock.advance(900)
    expect(ran).toBe(0)
    await clock.advance(120)
    expect(ran).toBe(1)
  })

  it('gives a time of day that never goes back, moves on with a sleep, and tells of the sleep once', async () => {
    const { clock, wheel } = setup()
    const slept: number[] = []
    wheel.addSleepListener({ onSleep: (ms) => slept.push(ms) })
    const start = wheel.now()
    expect(start).toBe(clock.wall())
    clock.jumpWall(-3_600_000)
    await clock.advance(1000)
    expect(wheel.now()).toBe(start + 1000)
    // Asleep for half an hour: wall time went on, monotonic time stood still.
    clock.jumpWall(1_800_000)
    expect(wheel.now()).toBe(start + 1_801_000)
    await clock.settle()
    expect(slept).toEqual([1_800_000])
    await clock.advance(60_000)
    expect(wheel.now()).toBe(start + 1_861_000)
    expect(slept).toHaveLength(1)
  })
})
