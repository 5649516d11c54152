import { expect, test } from 'vitest'
import { SessionCounters } from '../session/counters.ts'
import { countsOf, type SessionMetrics, sumOf } from './metrics.ts'
import { prometheusText } from './prometheus.ts'

function metrics(roundTrip: number | undefined): SessionMetrics {
  const counters = new SessionCounters()
  counters.connects = 2
  counters.pings = 4
  counters.pingMilliseconds = 100
  counters.called('messages.sendMessage', 1500, new Error('a secret'))
  const now = { connections: 1, callsRunning: 0, callsWaiting: 0, updatesWaiting: 0 }
  return { ...countsOf(counters), ...now, state: 'online', roundTrip }
}

test('a name with quotes, backslashes and line feeds stays one label', () => {
  const one = metrics(30)
  const text = prometheusText(sumOf([one], new SessionCounters(), 0), [['a "b"\\c\nd', one]])
  expect(text).toContain('telegram_mt_connects_total{session="a \\"b\\"\\\\c\\nd"} 2\n')
  for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^(# |telegram_mt_)/)
})

test('times are in seconds; of several sessions the round trip is the mean of those that know it', () => {
  const sessions = [metrics(30), metrics(undefined), metrics(50)]
  const total = new SessionCounters()
  total.pings = 12
  total.pingMilliseconds = 300
  const host = sumOf(sessions, total, 0)
  expect(host.roundTrip).toBe(40)
  const lines = prometheusText(host).split('\n')
  expect(lines).toContain('telegram_mt_round_trip_seconds 0.04')
  expect(lines).toContain('telegram_mt_pings_total 12')
  expect(lines).toContain('telegram_mt_ping_seconds_total 0.3')
  expect(sumOf([], total, 0).roundTrip).toBeUndefined()
  const single = prometheusText(host, [['ann', sessions[0]!]])
  const call = 'session="ann",method="messages.sendMessage"'
  expect(single).toContain(`telegram_mt_calls_seconds_total{${call}} 1.5\n`)
  expect(single).toContain(`telegram_mt_call_errors_total{${call},error="OTHER"} 1\n`)
  expect(single).not.toContain('secret')
})
