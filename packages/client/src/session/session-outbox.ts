/** Joins a session to the outbox of its sends. */
import type { Host } from '../host/host.ts'
import { Outbox } from '../messages/outbox/outbox.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import type { OngoingWait } from '../rpc/flood-wait.ts'
import type { Invoke } from '../rpc/invoke.ts'
import type { Tell } from './events.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { StoredSession } from './stored-session.ts'

export interface SessionOutboxOptions {
  readonly host: Host
  readonly stored: StoredSession
  readonly lifecycle: Lifecycle
  readonly peers: PeerDirectory
  readonly invoke: Invoke
  readonly tell: Tell
  waits(): OngoingWait[]
  fault(error: unknown, where: string): void
}

export function outboxOf(options: SessionOutboxOptions): Outbox {
  const { host, stored, lifecycle, peers, invoke, tell, waits, fault } = options
  return new Outbox({
    id: stored.id,
    storage: host.storage,
    wheel: host.connections.wheel,
    peers,
    userId: () => stored.userId,
    isOnline: () => lifecycle.is('online'),
    invoke,
    now: host.now,
    jitter: () => host.connections.random(),
    waits,
    write: (...writes) => stored.write(...writes),
    post: (...writes) => stored.post(...writes),
    fault,
    sent: (send) => tell('sent', send),
    failed: (send) => tell('sendFailed', send),
  })
}
