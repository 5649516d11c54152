/** Joins a session to the invoker that makes its calls. */
import type { Host } from '../host/host.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import { peersIn } from '../peers/peers-in.ts'
import { Invoker } from '../rpc/invoker.ts'
import type { LogoutReason } from '../rpc/rpc-error.ts'
import type { UpdateLoop } from '../update-loop/update-loop.ts'
import type { SessionConnections } from './connections.ts'
import type { SessionCounters } from './counters.ts'
import { MovedError } from './dc-line.ts'
import type { Tell } from './events.ts'
import type { StoredSession } from './stored-session.ts'

export interface SessionCallsOptions {
  readonly host: Host
  readonly stored: StoredSession
  readonly connections: SessionConnections
  readonly counters: SessionCounters
  readonly peers: PeerDirectory
  readonly updates: UpdateLoop
  readonly tell: Tell
  onDead(reason: LogoutReason): void
}

/** Takes in what answers say of peers and updates, before those who asked get them. */
export function invokerOf(options: SessionCallsOptions): Invoker {
  const { host, stored, connections, counters, peers, updates, tell } = options
  return new Invoker({
    wheel: host.connections.wheel,
    signedIn: () => stored.userId !== undefined,
    floodWaitLimit: host.floodWaitLimit,
    jitter: () => host.connections.random(),
    call: (call, attempt, where) => connections.call(call, attempt, where),
    isElsewhere: (where) => connections.isElsewhere(where),
    moveTo: (dc) => connections.moveTo(dc),
    authorizationLost: (where) => connections.authorizationLost(where),
    forgetInitialization: (where) => connections.forgetInitialization(where),
    isMoved: (error) => error instanceof MovedError,
    onFloodWait: (wait) => {
      host.logger.warn({ session: stored.id, ...wait }, 'flood wait')
      counters.floodWaits++
      tell('floodWait', wait)
    },
    onPause: (method, milliseconds, error) =>
      host.logger.info({ session: stored.id, method, milliseconds, err: error }, 'a call is tried again'),
    onRetry: () => void counters.retries++,
    onEnd: (method, milliseconds, error) => {
      counters.called(method, milliseconds, error)
      if (error !== undefined)
        host.logger.debug({ session: stored.id, method, milliseconds, err: error }, 'call failed')
    },
    onDead: (reason) => options.onDead(reason),
    onResult: (call, result) => {
      const { users, chats } = peersIn(result)
      if (users.length > 0 || chats.length > 0) peers.learn(users, chats, result)
      updates.ownResult(call, result)
    },
  })
}
