/** What a session tells the program about itself, besides the account's updates. */
import type { FailedLater, SentLater } from '../messages/outbox/outbox-session.ts'
import type { FloodWait } from '../rpc/flood-wait.ts'
import type { LogoutReason } from '../rpc/rpc-error.ts'
import type { UpdateEvents } from '../update-loop/update-program.ts'
import type { SessionState } from './lifecycle.ts'

/** Something went wrong inside one session; it was contained there, and the session goes on. */
export interface SessionFault {
  error: Error
  /** What the session was doing. */
  where: string
}

export interface SessionEvents extends UpdateEvents {
  /** The session's state has changed: now, before. */
  state: [state: SessionState, before: SessionState]
  /** Telegram wants a wait, and calls of this session now wait it out: see `session.waits()`. */
  floodWait: [wait: FloodWait]
  /** A send that was kept in the outbox, by an earlier run of the program or when the session ended, is done. */
  sent: [send: SentLater]
  /** … or was refused, or dropped as another account has signed in (`SEND_OF_OTHER_ACCOUNT`). */
  sendFailed: [send: FailedLater]
  /** The account was lost: why. The record stays in the storage, marked. */
  loggedOut: [reason: LogoutReason]
  fault: [fault: SessionFault]
}

/** Tells the session's listeners; whether there were any. */
export type Tell = <E extends keyof SessionEvents>(event: E, ...details: SessionEvents[E]) => boolean
