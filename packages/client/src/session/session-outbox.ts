/** Joins a session to the outbox of its sends. */
import type { TimerWheel } from '@telegram-mt/net'
import { SessionStateError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { FailedLater, OutboxSession, SentLater } from '../messages/outbox/outbox-session.ts'
import type { PeerDirectory } from '../peers/directory.ts'
import type { OngoingWait } from '../rpc/flood-wait.ts'
import type { Invoke } from '../rpc/invoke.ts'
import type { SessionWrite, Storage } from '../storage/storage.ts'
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
  /** Why the account's key is not to be used on this host, if so. */
  readonly foreign: SessionStateError | undefined
  waits(): OngoingWait[]
  fault(error: unknown, where: string): void
}

export class SessionOutbox implements OutboxSession {
  readonly #of: SessionOutboxOptions

  constructor(options: SessionOutboxOptions) {
    this.#of = options
  }

  get id(): string {
    return this.#of.stored.id
  }

  get storage(): Storage {
    return this.#of.host.storage
  }

  get wheel(): TimerWheel {
    return this.#of.host.connections.wheel
  }

  get peers(): PeerDirectory {
    return this.#of.peers
  }

  get invoke(): Invoke {
    return this.#of.invoke
  }

  requireSender(): number {
    const { foreign, lifecycle, stored } = this.#of
    if (foreign !== undefined) throw foreign
    lifecycle.requireUsable(stored.id, 'sending')
    if (stored.userId !== undefined) return stored.userId
    throw new SessionStateError('NOT_SIGNED_IN', `sending: nobody is signed in on session ${stored.id}`)
  }

  maySend(): boolean {
    const { foreign, lifecycle, stored } = this.#of
    return foreign === undefined && stored.userId !== undefined && !lifecycle.is('closed', 'loggedOut')
  }

  isOnline(): boolean {
    return this.#of.lifecycle.is('online')
  }

  now(): number {
    return this.#of.host.now()
  }

  jitter(): number {
    return this.#of.host.connections.random()
  }

  waits(): OngoingWait[] {
    return this.#of.waits()
  }

  write(...writes: SessionWrite[]): Promise<void> {
    return this.#of.stored.write(...writes)
  }

  post(...writes: SessionWrite[]): void {
    this.#of.stored.post(...writes)
  }

  fault(error: unknown, where: string): void {
    this.#of.fault(error, where)
  }

  sent(send: SentLater): void {
    this.#of.tell('sent', send)
  }

  failed(send: FailedLater): void {
    this.#of.tell('sendFailed', send)
  }
}
