/** The runs side by side, as Markdown. */
import { number, padded } from '../runner/table.ts'
import type { ScaleResult } from './run.ts'

const lines: readonly [string, string, (result: ScaleResult) => number][] = [
  ['all online after', 's', ({ connect }) => connect.time],
  ['client CPU of that', 's', ({ connect }) => connect.cpu],
  ['RSS of the client, at work', 'MiB', ({ calm }) => calm.rss],
  ['RSS by the session', 'KiB', ({ calm, sessions }) => (calm.rss * 1024) / sessions],
  ['heap and buffers of the client, after collection', 'MiB', ({ calm }) => calm.heap],
  ['heap by the session', 'KiB', ({ calm, sessions }) => (calm.heap * 1024) / sessions],
  ['client CPU, a call and an update a minute each', '% of a core', ({ calm }) => calm.cpu * 100],
  ['client CPU of one call and one update', 'µs', ({ calm, sessions }) => ((calm.cpu * 60) / sessions) * 1e6],
  ['event loop late by, p50', 'ms', ({ calm }) => calm.delay50],
  ['event loop late by, p99', 'ms', ({ calm }) => calm.delay99],
  ['calls made', '', ({ calls }) => calls.made],
  ['calls that failed', '', ({ calls }) => calls.failed],
  ['a call took, p50', 'ms', ({ calls }) => calls.p50],
  ['a call took, p99 (the cut included)', 'ms', ({ calls }) => calls.p99],
  ['all back after a cut of all connections', 's', ({ reconnect }) => reconnect.time],
  ['client CPU of that', 's', ({ reconnect }) => reconnect.cpu],
  ['event loop late by meanwhile, p99', 'ms', ({ reconnect }) => reconnect.delay99],
  ['updates sent', '', ({ updates }) => updates.sent],
  ['updates lost', '', ({ updates }) => updates.lost],
  ['updates told twice', '', ({ updates }) => updates.repeated],
  ['new sessions with key exchanges, per second', '1/s', ({ exchanges }) => exchanges.count / exchanges.time],
  ['client CPU of one of these', 'ms', ({ exchanges }) => (exchanges.cpu / exchanges.count) * 1000],
  ['CPU of the box', '% of a core', ({ calm }) => calm.boxCpu * 100],
  ['RSS of the box', 'MiB', ({ calm }) => calm.boxRss],
]

export function scaleTable(results: readonly ScaleResult[]): string {
  const head = ['', 'unit', ...results.map(({ sessions }) => `${sessions.toLocaleString('en')} sessions`)]
  const rows = lines.map(([name, unit, value]) => [
    name,
    unit,
    ...results.map((result) => shown(unit, value(result))),
  ])
  return padded([head, ...rows])
}

const shown = (unit: string, value: number) => (unit === '' ? value.toLocaleString('en') : number(value))
