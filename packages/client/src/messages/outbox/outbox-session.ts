/** What joins an outbox to its session, and what it tells of sends that nobody waits for any more. */
import type { TimerWheel } from '@telegram-mt/net'
import type { PeerDirectory } from '../../peers/directory.ts'
import type { PeerKey } from '../../peers/marked-id.ts'
import type { OngoingWait } from '../../rpc/flood-wait.ts'
import type { Invoke } from '../../rpc/invoke.ts'
import type { SessionWrite, Storage } from '../../storage/storage.ts'
import type { SendCall } from './send-call.ts'

/** What the outbox needs of its session. */
export interface OutboxSession {
  readonly id: string
  readonly storage: Storage
  readonly wheel: TimerWheel
  /**
   * The account that sends. @throws SessionStateError `SESSION_CLOSED`, `SESSION_DEAD`, `NOT_SIGNED_IN` there is none that could.
   */
  requireSender(): number
  /** Whether there is one. */
  maySend(): boolean
  isOnline(): boolean
  readonly peers: Pick<PeerDirectory, 'resolve' | 'resolveAnew'>
  readonly invoke: Invoke
  now(): number
  /** 0 ≤ x < 1 */
  jitter(): number
  waits(): OngoingWait[]
  write(...writes: SessionWrite[]): Promise<void>
  post(...writes: SessionWrite[]): void
  fault(error: unknown, where: string): void
  /** A send that nobody waits for any more has ended. */
  sent(send: SentLater): void
  failed(send: FailedLater): void
}

/** A send of an earlier run is done now. */
export interface SentLater {
  readonly randomId: bigint
  readonly chat: PeerKey
  readonly method: SendCall['_']
  /** The ids of the messages made, as far as Telegram's answer tells them. */
  readonly messageIds: readonly number[]
}

/** A send of an earlier run was refused, or has lost its account to another: `SEND_OF_OTHER_ACCOUNT`. */
export interface FailedLater {
  readonly randomId: bigint
  readonly chat: PeerKey
  readonly method: SendCall['_']
  readonly error: unknown
}
