import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchAddresses } from './watch-addresses.node.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('another network is told once, its loss not at all', () => {
  let addresses = '10.0.0.2'
  let told = 0
  const stop = watchAddresses(
    () => void told++,
    () => addresses,
  )
  vi.advanceTimersByTime(60_000)
  expect(told).toBe(0)
  addresses = ''
  vi.advanceTimersByTime(60_000)
  expect(told).toBe(0)
  addresses = '192.168.1.7'
  vi.advanceTimersByTime(60_000)
  expect(told).toBe(1)
  addresses = '192.168.1.7 2001:db8::7'
  vi.advanceTimersByTime(5_000)
  expect(told).toBe(2)
  stop()
  addresses = '10.0.0.2'
  vi.advanceTimersByTime(60_000)
  expect(told).toBe(2)
})

test('the machine’s own are looked at', () => {
  let told = 0
  const stop = watchAddresses(() => void told++)
  vi.advanceTimersByTime(10_000)
  stop()
  expect(told).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})
