/** Why an auth key could not be made. */

export type KeyExchangeErrorCode =
  /** A nonce is not the one of this exchange (K1). */
  | 'KEY_EXCHANGE_NONCE'
  /** pq is larger than 64 bits or not the product of two primes (K2). */
  | 'KEY_EXCHANGE_PQ'
  /** The server offers no RSA key that is known here (K3). */
  | 'KEY_EXCHANGE_FINGERPRINT'
  /** The encrypted part of an answer is damaged: its length, hash, padding or content (K6). */
  | 'KEY_EXCHANGE_ANSWER'
  /** dh_prime is not a 2048-bit safe prime (K7). */
  | 'KEY_EXCHANGE_DH_PRIME'
  /** g is not in 2..7 or generates more than the prime-order subgroup (K8). */
  | 'KEY_EXCHANGE_DH_GENERATOR'
  /** g_a or g_b is outside the range that is safe (K9). */
  | 'KEY_EXCHANGE_DH_VALUE'
  /** new_nonce_hash of dh_gen_ok, dh_gen_retry, dh_gen_fail or server_DH_params_fail is wrong (K10). */
  | 'KEY_EXCHANGE_NEW_NONCE_HASH'
  /** The server asked for another g_b too many times (K10, K13). */
  | 'KEY_EXCHANGE_RETRIES'
  /** An answer did not come in time (K13). */
  | 'KEY_EXCHANGE_TIMEOUT'
  /** The server's msg_id is not odd (M4). */
  | 'KEY_EXCHANGE_MESSAGE_ID'
  /** Not a message of the exchange, or not the one that comes next. */
  | 'KEY_EXCHANGE_MESSAGE'
  /** The server, which proved that it is the right one, said no. */
  | 'KEY_EXCHANGE_REFUSED'
  /** The exchange was not started, was started twice, or is over. */
  | 'KEY_EXCHANGE_STATE'

/** The exchange cannot go on: drop it, and begin another on a new connection after a pause. */
export class KeyExchangeError extends Error {
  readonly code: KeyExchangeErrorCode

  constructor(code: KeyExchangeErrorCode, message: string, options?: { cause: unknown }) {
    super(message, options)
    this.name = 'KeyExchangeError'
    this.code = code
  }
}

/** K3: whoever answered offers RSA keys of which none is known here, so that nothing proves that it is the server. */
export class ServerKeyUnknown extends KeyExchangeError {
  /** Fingerprints of the keys that were offered; the first eight at most. */
  readonly offered: readonly bigint[]

  constructor(fingerprints: readonly bigint[]) {
    const offered = fingerprints.slice(0, 8)
    const named = offered.map((id) => BigInt.asUintN(64, id).toString(16).padStart(16, '0')).join(', ')
    super(
      'KEY_EXCHANGE_FINGERPRINT',
      `none of the server's RSA keys (${named || 'no fingerprints'}) is known`,
    )
    this.offered = offered
  }
}
