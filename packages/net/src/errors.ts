// The errors of this room. Each says what was wrong and where.

/**
 * The base of the errors that this package throws on purpose. `code` is stable over versions, the message is for people, and neither
 * ever holds a secret. Only what the protocol and its encoding refuse has another base, with a `code` of the same kind: SessionError,
 * SecurityError, KeyExchangeError, FramingError, TlError, CryptoError.
 */
export class TelegramError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** Why a connection could not be made, or was lost. */
export type ConnectErrorCode =
  | 'CONNECT_FAILED'
  | 'CONNECT_TIMEOUT'
  | 'CONNECT_ABORTED'
  | 'PROXY_FAILED'
  | 'PROXY_REFUSED'
  | 'PROXY_AUTH_FAILED'
  | 'STREAM_CLOSED'
  | 'STREAM_FAILED'
  | 'LINK_DEAD'
  | 'TRANSPORT_ERROR'
  | 'KEY_EXCHANGE_TIMEOUT'
  /** Every address was tried, and whoever answered at one of them has no RSA key that is known here: see its cause. */
  | 'SERVER_KEY_UNKNOWN'

/** An address could not be reached, a proxy refused, or an open stream broke. */
export class ConnectError extends TelegramError {
  declare readonly code: ConnectErrorCode

  constructor(code: ConnectErrorCode, message: string, cause?: unknown) {
    super(code, message, cause === undefined ? undefined : { cause })
  }
}

/** The server answered the call with `rpc_error`. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code = 'CALL_ERROR'
  /** `error_code` as sent: 303, 400, 401, 403, 406, 420, 500, −503 … */
  readonly errorCode: number
  /** `error_message` as sent, e.g. `FLOOD_WAIT_30`. */
  readonly errorMessage: string

  constructor(errorCode: number, errorMessage: string) {
    super(`${errorMessage} (${errorCode})`)
    this.errorCode = errorCode
    this.errorMessage = errorMessage
  }
}

/** The caller's deadline passed before the answer came; the server was asked to drop the answer. */
export class CallTimeout extends TelegramError {
  declare readonly code: 'CALL_TIMEOUT'
  /** The deadline that was given, in milliseconds from the call. */
  readonly deadline: number
  /** Whether the call was sent, so that the server may have executed it. */
  readonly mayHaveRun: boolean

  /** @param obstacle why there is no connection */
  constructor(deadline: number, mayHaveRun = false, obstacle?: Error) {
    const fate = mayHaveRun ? 'the call was sent and may have been executed' : 'the call was not sent'
    const why = obstacle === undefined ? '' : ` (${obstacle.message})`
    super('CALL_TIMEOUT', `no answer within ${deadline} ms; ${fate}${why}`, obstacle && { cause: obstacle })
    this.deadline = deadline
    this.mayHaveRun = mayHaveRun
  }
}

/** The session was closed, so the call cannot end otherwise; it may have been executed. A mere drop never causes this. */
export class ConnectionClosed extends TelegramError {
  declare readonly code: 'CONNECTION_CLOSED'

  constructor(reason: string, cause?: unknown) {
    super(
      'CONNECTION_CLOSED',
      `the connection is closed: ${reason}`,
      cause === undefined ? undefined : { cause },
    )
  }
}

/**
 * An auth key was to be made first, and so many key exchanges in a row were broken or refused: whoever answers has not proven to
 * be the server. The call was not sent. `cause` is what was wrong with the last.
 */
export class ServerUnproven extends TelegramError {
  declare readonly code: 'SERVER_UNPROVEN'

  constructor(exchanges: number, cause: Error) {
    super('SERVER_UNPROVEN', `${exchanges} key exchanges failed in a row: ${cause.message}`, { cause })
  }
}

/** A proxy link or address that cannot be understood. The text never repeats a secret or a password. */
export class ProxyLinkError extends TelegramError {
  declare readonly code: 'PROXY_LINK_INVALID'

  constructor(message: string, options?: ErrorOptions) {
    super('PROXY_LINK_INVALID', message, options)
  }
}

/** Any thrown value as an Error. */
export function toError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value))
}

/** The reason of an aborted signal: what the caller gave, or a DOMException named AbortError. */
export function abortReason(signal: AbortSignal): Error {
  return toError(signal.reason)
}
