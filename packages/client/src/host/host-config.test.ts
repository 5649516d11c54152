import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import { expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import { type ConfigSource, HostConfig } from './host-config.ts'
import { silentLogger } from './logger.ts'

const minute = 60_000

function setUp() {
  const clock = new VirtualClock()
  const wheel = new TimerWheel(clock)
  const start = wheel.now()
  const asked: string[] = []
  const taken: (readonly tl.DcOption[])[] = []
  const warnings: object[] = []
  const server = { lifetime: 3600, fails: false, thisDc: 2 }
  const config = new HostConfig({
    wheel,
    logger: { ...silentLogger, warn: (details) => void warnings.push(details) },
    test: false,
    onDcOptions: (options) => void taken.push(options),
  })
  const source = (id: string, dc = 2): ConfigSource => ({
    id,
    dc,
    getConfig: async () => {
      asked.push(`${id} ${(wheel.now() - start) / minute}`)
      if (server.fails) throw new Error('no answer')
      // Only what is looked at.
      return {
        date: 1000,
        expires: 1000 + server.lifetime,
        testMode: false,
        thisDc: server.thisDc,
        dcOptions: [],
      } as unknown as tl.config
    },
  })
  return { clock, wheel, config, asked, taken, server, source, warnings }
}

test('asked once for all sessions, by the one that is online first', async () => {
  const { clock, config, asked, taken, source } = setUp()
  expect(config.current).toBeUndefined()
  for (const id of ['a', 'b', 'c']) config.online(source(id))
  await clock.settle()
  expect(asked).toEqual(['a 0'])
  expect(taken).toHaveLength(1)
  expect(config.current).toMatchObject({ thisDc: 2 })
})

test('asked again when it expires, each time by another session', async () => {
  const { clock, config, asked, source } = setUp()
  for (const id of ['a', 'b', 'c']) config.online(source(id))
  await clock.advance(180 * minute)
  expect(asked).toEqual(['a 0', 'b 60', 'c 120', 'a 180'])
})

test('while nobody is online it waits for the next one, and keeps no timer', async () => {
  const { clock, wheel, config, asked, source } = setUp()
  const one = source('a')
  config.online(one)
  await clock.settle()
  config.offline(one)
  expect(wheel.size).toBe(0)
  await clock.advance(600 * minute)
  expect(asked).toEqual(['a 0'])
  config.online(source('b'))
  await clock.settle()
  expect(asked).toEqual(['a 0', 'b 600'])
})

test('a failure is tried again after a while, not at once', async () => {
  const { clock, config, asked, server, source } = setUp()
  server.fails = true
  for (const id of ['a', 'b']) config.online(source(id))
  await clock.advance(0.9 * minute)
  expect(asked).toEqual(['a 0', 'b 0.5'])
  server.fails = false
  await clock.advance(30 * minute)
  expect(asked).toEqual(['a 0', 'b 0.5', 'a 1'])
})

test('a lifetime that is nonsense does not make us ask all the time, nor never again', async () => {
  const { clock, config, asked, server, source } = setUp()
  server.lifetime = -5
  config.online(source('a'))
  await clock.advance(3.5 * minute)
  expect(asked).toHaveLength(4)
  server.lifetime = 1e9
  await clock.advance(minute)
  asked.length = 0
  await clock.advance(24 * 60 * minute)
  expect(asked).toHaveLength(1)
})

test('the server says that it has changed: addresses are taken, the rest is fetched, once a minute at most', async () => {
  const { clock, config, asked, taken, source } = setUp()
  config.online(source('a'))
  await clock.advance(10 * minute)
  const dcOptions: tl.DcOption[] = [{ _: 'dcOption', id: 2, ipAddress: '10.0.0.1', port: 443 }]
  config.receive({ _: 'updateShort', update: { _: 'updateDcOptions', dcOptions }, date: 0 })
  expect(taken.at(-1)).toBe(dcOptions)
  const updates: tl.Update[] = [{ _: 'updateConfig' }, { _: 'updateConfig' }]
  config.receive({ _: 'updates', updates, users: [], chats: [], date: 0, seq: 1 })
  await clock.advance(0.5 * minute)
  config.receive({ _: 'updateShort', update: { _: 'updateConfig' }, date: 0 })
  await clock.advance(minute)
  expect(asked).toEqual(['a 0', 'a 10', 'a 11'])
})

test('a datacenter that keeps failing makes another session ask where it is', async () => {
  const { clock, config, asked, source } = setUp()
  config.online(source('a', 2))
  await clock.advance(5 * minute)
  config.failed(4)
  config.failed(4)
  await clock.settle()
  expect(asked).toHaveLength(1)
  config.failed(4)
  await clock.settle()
  expect(asked).toEqual(['a 0', 'a 5'])
  // Two failures, then a success: no sign of a move.
  config.failed(5)
  config.failed(5)
  config.reached(5)
  config.failed(5)
  await clock.advance(2 * minute)
  expect(asked).toHaveLength(2)
})

test('a server that is another datacenter, or of the other environment, is reported', async () => {
  const { clock, config, server, source, warnings } = setUp()
  server.thisDc = 3
  config.online(source('a', 2))
  await clock.settle()
  expect(warnings).toMatchObject([{ session: 'a', dc: 2, thisDc: 3, test: false, testMode: false }])
})
