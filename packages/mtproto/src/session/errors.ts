/**
 * What the encrypted session refuses. A `SecurityError` is a broken rule of the protocol: its `code` says which, and
 * `check` names the row of the project's list of checks. A `SessionError` ends a call, or tells of a peer's mistake that
 * endangers nobody. No key, salt or content ever stands in a message.
 */

/** Which check found the fault: M1 auth key, M2 msg_key, M3 session, M4 parity, M5 age, M6 replay, M7 length, … */
export type SecurityCheck = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7' | 'M8' | 'M9' | 'M10' | 'M11'

const checks = {
  /** The packet is encrypted with another auth key. */
  AUTH_KEY_UNKNOWN: 'M1',
  /** The packet could not be decrypted to something whose msg_key fits; no detail, so that nothing can be probed. */
  DECRYPTION_FAILED: 'M2',
  /** The message belongs to another session. */
  SESSION_ID_FOREIGN: 'M3',
  /** The two low bits of msg_id are not those of this sender. */
  MSG_ID_PARITY: 'M4',
  /** msg_id is more than 300 s behind the server's time. */
  MSG_ID_TOO_OLD: 'M5',
  /** msg_id is more than 30 s ahead of the server's time. */
  MSG_ID_TOO_NEW: 'M5',
  /** msg_id is lower than all that are remembered: it cannot be told from a replay. */
  MSG_ID_FORGOTTEN: 'M6',
  /** The message's length is negative, unaligned, or beyond the packet. */
  MESSAGE_LENGTH: 'M7',
  /** Fewer than 12 or more than 1024 bytes of padding. */
  PADDING_LENGTH: 'M7',
  /** A container inside a container. */
  CONTAINER_NESTED: 'M8',
  /** More messages than a container may hold, or than its bytes can. */
  CONTAINER_COUNT: 'M8',
  /** A message inside a container with a higher msg_id than the container's. */
  CONTAINER_MSG_ID: 'M8',
  /** The messages do not fill the container exactly. */
  CONTAINER_LENGTH: 'M8',
  /** A compressed object that inflates beyond the bound. */
  GZIP_TOO_LARGE: 'M9',
  /** A compressed object that is not an intact stream. */
  GZIP_INVALID: 'M9',
  /** A compressed object inside a compressed object. */
  GZIP_NESTED: 'M9',
  /** The packet is larger than this side accepts. */
  PACKET_TOO_LARGE: 'M10',
  /** seq_no is negative, or odd where it must be even, or the reverse. */
  SEQ_NO_INVALID: 'M11',
} as const satisfies Record<string, SecurityCheck>

export type SecurityErrorCode = keyof typeof checks

/**
 * A message that the rules of the protocol forbid to accept
 * (https://core.telegram.org/mtproto/security_guidelines). When it is thrown, nothing of the packet was taken over.
 */
export class SecurityError extends Error {
  readonly code: SecurityErrorCode
  readonly check: SecurityCheck

  constructor(code: SecurityErrorCode, message: string) {
    super(message)
    this.name = 'SecurityError'
    this.code = code
    this.check = checks[code]
  }
}

export type SessionErrorCode =
  /** The server rejected the call's message again and again within a minute, each time for a reason that sending anew should mend. */
  | 'CALL_REJECTED'
  /** The server refused the form of the call's message; sending it again cannot help. */
  | 'CALL_REFUSED'
  /** The server lost the session, and with it whether this call was executed; it was asked to run at most once. */
  | 'CALL_UNCERTAIN'
  /** The body of a call is not a TL object that fits one message. */
  | 'CALL_INVALID'
  /** The answer came, but cannot be read. */
  | 'ANSWER_INVALID'
  /** A service message that cannot be read; it was acknowledged and dropped. */
  | 'SERVICE_MALFORMED'

export class SessionError extends Error {
  readonly code: SessionErrorCode

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SessionError'
    this.code = code
  }
}
