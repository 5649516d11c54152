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

/** A peer was given in a form that is not understood, or is not known to this account. */
export class PeerError extends TelegramError {}
