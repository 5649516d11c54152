/** Metrics as Prometheus reads them (https://prometheus.io/docs/instrumenting/exposition_formats/). */
import { NUMBERS } from '../session/counters.ts'
import type { HostMetrics, SessionMetrics } from './metrics.ts'

/** Prometheus counts in seconds. */
const IN_SECONDS = new Set<(typeof NUMBERS)[number]>(['pingMilliseconds'])

const HELP: Record<(typeof NUMBERS)[number], [name: string, help: string]> = {
  connects: ['connects_total', 'Connections made'],
  drops: ['drops_total', 'Connections lost'],
  failedConnects: ['failed_connects_total', 'Attempts to connect that failed'],
  keyExchanges: ['key_exchanges_total', 'Auth keys made'],
  pings: ['pings_total', 'Pings that were answered'],
  pingMilliseconds: ['ping_seconds_total', 'Time from pings to their answers'],
  resends: ['resends_total', 'Calls sent again within a session of the protocol'],
  retries: ['retries_total', 'Calls made again after a wait, a redirect or a fault of the server'],
  floodWaits: ['flood_waits_total', 'Waits that Telegram asked for'],
  faults: ['faults_total', 'Things that went wrong inside a session and were contained'],
  updatesHandled: ['updates_handled_total', 'Updates that the program has finished with'],
  updatesParked: ['updates_parked_total', 'Updates put aside because the program could not handle them'],
}

const GAUGES = {
  connections:
    'Connections that are there or being made, without the main ones of sessions that wait for their next try',
  callsRunning: 'Calls that have not ended',
  callsWaiting: 'Calls that wait for the end of a flood wait',
  updatesWaiting: 'Updates that wait for the program',
} as const

/** What is counted for the host as a whole and for each of its sessions. */
type Sample = readonly [
  Labels,
  Pick<HostMetrics, keyof typeof GAUGES | keyof typeof HELP | 'roundTrip' | 'methods'>,
]
type Labels = { readonly [label: string]: string }

class Exposition {
  #text = ''

  family(name: string, type: 'counter' | 'gauge', help: string): void {
    this.#text += `# HELP telegram_mt_${name} ${help}.\n# TYPE telegram_mt_${name} ${type}\n`
  }

  sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    const braces = pairs.length === 0 ? '' : `{${pairs.join(',')}}`
    this.#text += `telegram_mt_${name}${braces} ${value}\n`
  }

  toString(): string {
    return this.#text
  }
}

/** @param sessions those that get lines of their own, by id; the sums carry no `session` label then. */
export function prometheusText(
  host: HostMetrics,
  sessions: readonly (readonly [id: string, metrics: SessionMetrics])[] = [],
): string {
  const text = new Exposition()
  const all: readonly Sample[] =
    sessions.length === 0 ? [[{}, host]] : sessions.map(([session, metrics]) => [{ session }, metrics])

  text.family('sessions', 'gauge', 'Sessions by state')
  for (const [state, count] of Object.entries(host.sessions)) text.sample('sessions', { state }, count)
  text.family('connects_waiting', 'gauge', 'Attempts to connect that wait for their turn')
  text.sample('connects_waiting', {}, host.connectsWaiting)
  for (const key of NUMBERS) {
    const [name, help] = HELP[key]
    text.family(name, 'counter', help)
    for (const [labels, metrics] of all)
      text.sample(name, labels, IN_SECONDS.has(key) ? metrics[key] / 1000 : metrics[key])
  }
  for (const key of Object.keys(GAUGES) as (keyof typeof GAUGES)[]) {
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    text.family(name, 'gauge', GAUGES[key])
    for (const [labels, metrics] of all) text.sample(name, labels, metrics[key])
  }
  text.family(
    'round_trip_seconds',
    'gauge',
    'Round trip as last measured by a ping; of several sessions the mean',
  )
  for (const [labels, { roundTrip }] of all)
    if (roundTrip !== undefined) text.sample('round_trip_seconds', labels, roundTrip / 1000)
  byMethod(text, all)
  return text.toString()
}

function byMethod(text: Exposition, all: readonly Sample[]): void {
  const entries = all.flatMap(([labels, { methods }]) =>
    Object.entries(methods).map(([method, metrics]) => [{ ...labels, method }, metrics] as const),
  )
  text.family('calls_total', 'counter', 'Calls that have ended')
  for (const [labels, { count }] of entries) text.sample('calls_total', labels, count)
  text.family('calls_seconds_total', 'counter', 'Time from the making of calls to their end, waits included')
  for (const [labels, { milliseconds }] of entries)
    text.sample('calls_seconds_total', labels, milliseconds / 1000)
  text.family('call_errors_total', 'counter', 'Calls that ended with an error')
  for (const [labels, { errors }] of entries)
    for (const [error, count] of Object.entries(errors))
      text.sample('call_errors_total', { ...labels, error }, count)
}

/** "label_value … with the backslash, double-quote, and line feed characters escaped". */
function escaped(text: string): string {
  return text.replace(/[\\"]/g, (sign) => `\\${sign}`).replaceAll('\n', '\\n')
}
