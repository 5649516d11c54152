/** How a session stands, in numbers. */
import { countsOf, type SessionMetrics } from '../host/metrics.ts'
import type { Invoker } from '../rpc/invoker.ts'
import type { UpdateLoop } from '../update-loop/update-loop.ts'
import type { ConnectionWatch } from './connection-watch.ts'
import type { SessionConnections } from './connections.ts'
import type { SessionCounters } from './counters.ts'
import type { Lifecycle } from './lifecycle.ts'

export interface Measured {
  readonly lifecycle: Lifecycle
  readonly counters: SessionCounters
  readonly connections: SessionConnections
  readonly watch: ConnectionWatch
  readonly invoker: Invoker
  readonly updates: UpdateLoop
}

export function measure({
  lifecycle,
  counters,
  connections,
  watch,
  invoker,
  updates,
}: Measured): SessionMetrics {
  connections.count()
  const { delivery } = updates.status()
  const { updatesHandled, ...counts } = countsOf(counters)
  const main = lifecycle.is('connecting', 'authorizing', 'online') ? 1 : 0
  return {
    ...counts,
    state: lifecycle.state.name,
    roundTrip: watch.roundTrip,
    connections: main + connections.others,
    callsRunning: invoker.running,
    callsWaiting: invoker.waiting,
    // What was handled before the session was last closed, and since.
    updatesHandled: updatesHandled + (delivery?.handled ?? 0),
    updatesWaiting: delivery?.waiting ?? 0,
  }
}
