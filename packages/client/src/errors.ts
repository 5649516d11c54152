/** The errors of this room: see `TelegramError` for what they have in common. */
import { TelegramError } from '@telegram-mt/net'

export { TelegramError }

/** A setting is missing or wrong: the program must be changed, trying again will not help. */
export class ConfigurationError extends TelegramError {}

/** A session was asked for something that its state does not allow (closed, logged out, no code sent yet, …). */
export class SessionStateError extends TelegramError {}

/**
 * Whoever answered at a datacenter's address has no RSA key that this host knows, `SERVER_KEY_UNKNOWN`: the host was given the
 * wrong `publicKeys` or `dcs`, or somebody on the way pretends to be the server. No key was made with it, and nothing was sent.
 */
export class ServerKeyUnknownError extends TelegramError {
  /** Fingerprints of the RSA keys that were offered. */
  readonly offered: readonly bigint[]
  /** … and of those that the host knows. */
  readonly known: readonly bigint[]

  constructor(
    where: string,
    keys: { readonly offered: readonly bigint[]; readonly known: readonly bigint[] },
    options?: ErrorOptions,
  ) {
    super(
      'SERVER_KEY_UNKNOWN',
      `${where} offers RSA keys with the fingerprints ${hexOf(keys.offered)}, and this host knows ${hexOf(keys.known)}: ` +
        'either it needs the publicKeys of these servers, or somebody else answers in their place',
      options,
    )
    this.offered = keys.offered
    this.known = keys.known
  }
}

/** Fingerprints of RSA keys as people compare them. */
export function hexOf(fingerprints: readonly bigint[]): string {
  const hex = fingerprints.map((id) => BigInt.asUintN(64, id).toString(16).padStart(16, '0'))
  return hex.join(', ') || 'none'
}

/**
 * The session was closed, or logged out, while a send was under way, `SEND_KEPT`: it stays in the outbox and goes out, under the
 * same random id, when the account is online again. Whoever sends it anew gives this `randomId`, so that it is sent once all
 * the same. `cause` says what has ended.
 */
export class SendKeptError extends SessionStateError {
  /** The first of the send's random ids. */
  readonly randomId: bigint

  constructor(randomId: bigint, options: { readonly cause: Error }) {
    super(
      'SEND_KEPT',
      `${options.cause.message}: the message is kept in the outbox, and goes out when the account is online again`,
      options,
    )
    this.randomId = randomId
  }
}

/** A peer was given in a form that is not understood, or is not known to this account. */
export class PeerError extends TelegramError {}
