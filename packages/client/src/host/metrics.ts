/** What a host and its sessions count, for programs and for Prometheus. */
import type { MethodMetrics, SessionCounters } from '../session/counters.ts'
import { NUMBERS } from '../session/counters.ts'
import type { SessionStateName } from '../session/lifecycle.ts'

/** Counts since the session, or the host, came to be in this process. */
export type Counts = { readonly [N in (typeof NUMBERS)[number]]: number }

export interface SessionMetrics extends Counts {
  readonly state: SessionStateName
  /** Milliseconds, as last measured by a ping; undefined before the first. */
  readonly roundTrip: number | undefined
  /** Connections that are there now, or being made; the main one is not counted while the session is `waiting`. */
  readonly connections: number
  /** Calls that have not ended. */
  readonly callsRunning: number
  /** Of these, calls that wait for the end of a flood wait. */
  readonly callsWaiting: number
  /** Updates that wait for the program. */
  readonly updatesWaiting: number
  readonly methods: { readonly [method: string]: Readonly<MethodMetrics> }
}

export interface HostMetrics extends Counts {
  /** Sessions by state. */
  readonly sessions: { readonly [S in SessionStateName]: number }
  /** Milliseconds, the mean of what the sessions last measured; undefined if none has. */
  readonly roundTrip: number | undefined
  /** Connections that are there now, or being made; main ones of sessions that are `waiting` are not counted. */
  readonly connections: number
  readonly callsRunning: number
  readonly callsWaiting: number
  readonly updatesWaiting: number
  /** Attempts to connect, and key exchanges, that wait for their turn at the host's gate. */
  readonly connectsWaiting: number
  readonly methods: { readonly [method: string]: Readonly<MethodMetrics> }
}

export function countsOf(counters: SessionCounters): Counts & Pick<SessionMetrics, 'methods'> {
  const counts = Object.fromEntries(NUMBERS.map((name) => [name, counters[name]])) as Counts
  const methods = Object.fromEntries(
    [...counters.methods].map(([name, metrics]) => [name, { ...metrics, errors: { ...metrics.errors } }]),
  )
  return { ...counts, methods }
}

const NO_SESSIONS: HostMetrics['sessions'] = {
  idle: 0,
  connecting: 0,
  authorizing: 0,
  online: 0,
  waiting: 0,
  loggedOut: 0,
  closed: 0,
}

/** The sum over all sessions. `total` holds the counts of all that there are or were. */
export function sumOf(
  sessions: readonly SessionMetrics[],
  total: SessionCounters,
  connectsWaiting: number,
): HostMetrics {
  const byState = { ...NO_SESSIONS }
  for (const { state } of sessions) byState[state]++
  const sum = (name: 'connections' | 'callsRunning' | 'callsWaiting' | 'updatesWaiting') =>
    sessions.reduce((all, session) => all + session[name], 0)
  return {
    ...countsOf(total),
    sessions: byState,
    roundTrip: mean(sessions),
    connections: sum('connections'),
    callsRunning: sum('callsRunning'),
    callsWaiting: sum('callsWaiting'),
    updatesWaiting: sum('updatesWaiting'),
    connectsWaiting,
  }
}

function mean(sessions: readonly SessionMetrics[]): number | undefined {
  let sum = 0
  let count = 0
  for (const { roundTrip } of sessions) {
    if (roundTrip === undefined) continue
    sum += roundTrip
    count++
  }
  return count === 0 ? undefined : sum / count
}
