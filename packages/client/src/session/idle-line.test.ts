import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import { expect, test } from 'vitest'
import type { DcLine } from './dc-line.ts'
import { IdleLine } from './idle-line.ts'

function setUp() {
  const clock = new VirtualClock()
  const wheel = new TimerWheel(clock)
  const events: string[] = []
  const line = {
    call: () => new Promise((resolve) => wheel.after(1000, () => resolve(true))),
    close: () => void events.push('closed'),
  } as unknown as DcLine
  const idle = new IdleLine(line, wheel, () => void events.push('idle'))
  const call = () => idle.call({ _: 'help.getNearestDc' })
  return { clock, wheel, events, idle, call }
}

test('closes 300 s after its last call, and not before', async () => {
  const { clock, wheel, events, call } = setUp()
  void call()
  await clock.advance(300_000)
  void call()
  await clock.advance(300_500)
  expect(events).toEqual([])
  await clock.advance(1000)
  expect(events).toEqual(['idle', 'closed'])
  expect(wheel.size).toBe(0)
})

test('waits for calls that take long', async () => {
  const { clock, wheel, events, idle } = setUp()
  const line = idle
  void line.call({ _: 'help.getNearestDc' })
  void line.call({ _: 'help.getNearestDc' })
  expect(line.pendingCalls).toBe(2)
  expect(wheel.size).toBe(2)
  await clock.advance(1001)
  expect(line.pendingCalls).toBe(0)
  expect(events).toEqual([])
})

test('closed by its owner it leaves no timer behind', async () => {
  const { clock, wheel, events, idle, call } = setUp()
  void call()
  await clock.advance(500)
  idle.close()
  await clock.advance(400_000)
  expect(events).toEqual(['closed'])
  expect(wheel.size).toBe(0)
})
