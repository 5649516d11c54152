import { describe, expect, it } from 'vitest'
import { FakeServer, fakeHost, someKey } from './fake-peer.testing.ts'
import { SessionConnection } from './session-connection.ts'
import { VirtualClock } from './virtual-clock.ts'

function perSecond(times: readonly number[]): number {
  let most = 0
  let from = 0
  for (let to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= 1000) from++
    most = Math.max(most, to - from + 1)
  }
  return most
}

describe('a thousand sessions after an outage', () => {
  it('come back without knocking all at once, and none is forgotten', async () => {
    const clock = new VirtualClock()
    const server = new FakeServer(clock)
    // Park and Miller's generator, so that a run can be repeated.
    let state = 42
    const random = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    const { host } = fakeHost(clock, { random, limits: { connects: [{ count: 50, within: 1000 }] } })
    const connections = Array.from(
      { length: 1000 },
      (_, i) =>
        new SessionConnection({
          host,
          name: `session ${i}`,
          dc: 2,
          addresses: () => [{ host: 'dc2', port: 443 }],
          dial: server.dial,
          key: someKey,
          onEvent: () => {},
        }),
    )
    const online = () => connections.every((connection) => connection.state.name === 'online')
    for (const connection of connections) connection.start()
    expect(await clock.until(online)).toBeLessThan(20_000)
    await clock.advance(20_000)

    server.connects.length = 0
    server.refuses = () => true
    server.outage()
    await clock.advance(60_000)
    expect(perSecond(server.connects.map((connect) => connect.at))).toBeLessThanOrEqual(50)

    const before = server.connects.length
    server.refuses = () => false
    // 1,000 at 50 in a second, and the last waits up to 16 s before its next try.
    expect(await clock.until(online)).toBeLessThan(40_000)
    expect(perSecond(server.connects.map((connect) => connect.at))).toBeLessThanOrEqual(50)
    expect(server.connects.length - before).toBe(1000)
    expect(server.links.size).toBe(1000)
  })
})
