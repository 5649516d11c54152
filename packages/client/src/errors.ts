/** The errors that this package throws. Each has a stable `code`; none ever holds a secret. */

/** Anything that this package throws on purpose. `code` is stable over versions; the message is for people. */
export class TelegramError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** A setting is missing or wrong: the program must be changed, trying again will not help. */
export class ConfigurationError extends TelegramError {}

/** A session was asked for something that its state does not allow (closed, logged out, no code sent yet, …). */
export class SessionStateError extends TelegramError {}

/**
 * The session was closed while a send was under way, `SEND_KEPT`: it stays in the outbox and goes out, under the same random id,
 * when the session is open again. Whoever sends it anew gives this `randomId`, so that it is sent once all the same.
 */
export class SendKeptError extends SessionStateError {
  /** The first of the send's random ids. */
  readonly randomId: bigint

  constructor(randomId: bigint, options: ErrorOptions) {
    super(
      'SEND_KEPT',
      'the session was closed: the message is kept in the outbox and goes out when it is open again',
      options,
    )
    this.randomId = randomId
  }
}

/** A peer was given in a form that is not understood, or is not known to this account. */
export class PeerError extends TelegramError {}
