import { describe, expect, test } from 'vitest'
import { DISCONNECT_DELAY, Liveness } from './liveness.ts'

/** A connection on which a ping was answered after 200 ms. */
function alive(): Liveness {
  const liveness = new Liveness(0)
  liveness.connected(0)
  expect(liveness.pingDue(0, false)).toBe(true)
  liveness.pinged(0)
  liveness.data(200)
  expect(liveness.pong(200)).toBe(200)
  return liveness
}

describe('an idle connection', () => {
  test('is pinged after a minute, or along with something else after half of one', () => {
    const liveness = alive()
    expect(liveness.pingDue(29_999, true)).toBe(false)
    expect(liveness.pingDue(30_000, true)).toBe(true)
    expect(liveness.pingDue(59_999, false)).toBe(false)
    expect(liveness.pingDue(60_000, false)).toBe(true)
    expect(liveness.wakeAt()).toBe(60_000)
  })

  test('is dead after 135 s of silence, and not before, which the server is told in seconds', () => {
    const liveness = alive()
    liveness.pinged(60_000)
    expect(liveness.deathCause(135_199)).toBeUndefined()
    expect(liveness.deathCause(135_200)).toBe('PING_UNANSWERED')
    expect(DISCONNECT_DELAY).toBe(137)
  })

  test('many pings do not come all at one moment', () => {
    const wakes = new Set(
      Array.from({ length: 100 }, (_, i) => {
        const liveness = new Liveness(i / 100)
        liveness.connected(0)
        liveness.pinged(0)
        liveness.data(100)
        liveness.pong(100)
        return liveness.wakeAt()
      }),
    )
    expect(wakes.size).toBe(100)
    expect(Math.max(...wakes) - Math.min(...wakes)).toBeGreaterThan(4_000)
  })
})

describe('a connection on which a call waits', () => {
  test('is pinged after 2 s of silence, and dead 5 s after an unanswered ping', () => {
    const liveness = alive()
    liveness.setBusy(true, 10_000)
    expect(liveness.pingDue(10_999, true)).toBe(false)
    expect(liveness.pingDue(11_000, true)).toBe(true)
    expect(liveness.pingDue(11_999, false)).toBe(false)
    expect(liveness.pingDue(12_000, false)).toBe(true)
    liveness.pinged(12_000)
    expect(liveness.deathCause(16_999)).toBeUndefined()
    expect(liveness.deathCause(17_000)).toBe('PING_UNANSWERED')
  })

  test('is dead after 7 s without any data, if no ping could be sent', () => {
    const liveness = alive()
    liveness.setBusy(true, 10_000)
    expect(liveness.deathCause(16_999)).toBeUndefined()
    expect(liveness.deathCause(17_000)).toBe('SILENT')
  })

  test('lives as long as data comes, though the pong is stuck behind it', () => {
    const liveness = alive()
    liveness.setBusy(true, 10_000)
    liveness.pinged(12_000)
    for (let now = 12_000; now < 60_000; now += 1_000) {
      liveness.data(now)
      expect(liveness.deathCause(now + 999)).toBeUndefined()
    }
  })

  test('has more patience while an upload may be in front of the ping', () => {
    const liveness = alive()
    liveness.setBusy(true, 10_000, 160_000)
    liveness.pinged(32_000)
    expect(liveness.deathCause(79_999)).toBeUndefined()
    liveness.setBusy(true, 80_000, 0)
    expect(liveness.deathCause(80_000)).toBe('PING_UNANSWERED')
  })

  test('has more patience on a slow line', () => {
    const liveness = new Liveness(0)
    liveness.connected(0)
    liveness.pinged(0)
    liveness.data(6_000)
    liveness.pong(6_000)
    liveness.setBusy(true, 10_000)
    liveness.pinged(20_000)
    expect(liveness.deathCause(44_999)).toBeUndefined()
    expect(liveness.deathCause(45_000)).toBe('PING_UNANSWERED')
  })
})

test('a line that was given up for slow gets twice the time on the next connection', () => {
  const liveness = alive()
  liveness.setBusy(true, 10_000)
  liveness.deathCause(100_000)
  expect(liveness.roundTrip).toBe(400)
  for (let i = 0; i < 20; i++) liveness.deathCause(10_000_000)
  expect(liveness.roundTrip).toBe(60_000)
})

test('after sleep a ping goes out at once, and the old silence does not count', () => {
  const liveness = alive()
  liveness.probe(8_000_000)
  expect(liveness.pingDue(8_000_000, false)).toBe(true)
  liveness.pinged(8_000_000)
  expect(liveness.deathCause(8_004_000)).toBeUndefined()
  expect(liveness.deathCause(8_005_000)).toBe('PING_UNANSWERED')
})
