/** What a server session tells its user. */
import type { SecurityError, SessionError } from './errors.ts'

export type ServerEvent =
  /** To be executed, and answered with `answer`. `body` is unpacked; wrappers of the API layer are still around it. */
  | { type: 'call'; msgId: bigint; body: Uint8Array }
  /** The client gave up a call that is being executed: its answer is not wanted. */
  | { type: 'cancelled'; msgId: bigint }
  /** The connection is to be closed when nothing comes for so long (ms). */
  | { type: 'disconnectAfter'; delay: number }
  /** The client wants another of its sessions destroyed; the answer is `destroyed`. */
  | { type: 'destroySession'; msgId: bigint; sessionId: bigint }
  /** HTTP only: how the client wants to be answered; all in ms. */
  | { type: 'httpWait'; maxDelay: number; waitAfter: number; maxWait: number }
  /** A message that could not be used was answered or dropped. */
  | { type: 'refused'; error: SecurityError | SessionError }
