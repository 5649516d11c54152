/** What a client session tells its user. */
import type { SecurityError, SessionError } from './errors.ts'
import type { DeathCause } from './liveness.ts'
import type { Salt } from './service-messages.ts'

/** Names a call to the user of the session; never used twice. */
export type CallId = number

/** Why the connection must be closed and a new one opened. */
export type DeadReason =
  | DeathCause
  /** A call waits for its answer for a minute, and questions about it stay unanswered as well. */
  | 'CALL_STALLED'
  /** The session began anew, under another id: nothing that is still on its way over this connection is for it. */
  | 'SESSION_REBUILT'

export type SessionEvent =
  /** A call ended well. `body` is the TL object of the result, unpacked. */
  | { type: 'result'; call: CallId; body: Uint8Array }
  /** A call ended with the server's rpc_error. */
  | { type: 'error'; call: CallId; code: number; message: string }
  /** A call ended without the server's word on it. */
  | { type: 'failed'; call: CallId; error: SessionError | SecurityError }
  /** A message of the API layer that answers nothing. */
  | { type: 'update'; body: Uint8Array }
  /** The server began a new session: updates may have been lost, the difference must be fetched. */
  | { type: 'newSession'; firstMsgId: bigint; uniqueId: bigint }
  /** The salts changed, in the order received: to be stored with the session. */
  | { type: 'salts'; salts: Salt[] }
  /** The server's clock minus ours changed noticeably (ms): to be stored with the session. */
  | { type: 'time'; timeOffset: number }
  /** A ping was answered after so many ms. */
  | { type: 'pong'; rtt: number }
  /** The connection is of no use any more; said once for each. */
  | { type: 'dead'; reason: DeadReason }
  /** A message was dropped without harm: its time could not be proven, or it could not be read. */
  | { type: 'refused'; error: SecurityError | SessionError }
