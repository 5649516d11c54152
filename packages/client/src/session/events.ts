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
  /** A send that an earlier run of the program had left in the outbox is done. */
  sent: [send: SentLater]
  /** A send that an earlier run of the program had left in the outbox was refused. */
  sendFailed: [send: FailedLater]
  /** The account was lost: why. The record stays in the storage, marked. */
  loggedOut: [reason: LogoutReason]
  fault: [fault: SessionFault]
}

/** Tells the session's listeners; whether there were any. */
export type Tell = <E extends keyof SessionEvents>(event: E, ...details: SessionEvents[E]) => boolean
