/**
 * The one error of this room. `code` is stable and meant for programs; the message says what was wrong, where,
 * and what was expected, and never carries key material.
 */
export type CryptoErrorCode =
  | 'LENGTH_INVALID'
  | 'NUMBER_INVALID'
  | 'INFLATE_TOO_LARGE'
  | 'INFLATE_INVALID'
  | 'PQ_INVALID'
  | 'PEM_INVALID'
  | 'RSA_KEY_INVALID'
  | 'RSA_DATA_INVALID'
  | 'DH_PRIME_INVALID'
  | 'DH_GENERATOR_INVALID'
  | 'DH_VALUE_INVALID'
  | 'SRP_INVALID'

export class CryptoError extends Error {
  readonly code: CryptoErrorCode

  constructor(code: CryptoErrorCode, message: string) {
    super(message)
    this.name = 'CryptoError'
    this.code = code
  }
}

/** Throws `LENGTH_INVALID` unless `bytes` is exactly `length` bytes long. */
export function expectLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new CryptoError('LENGTH_INVALID', `${what}: ${bytes.length} bytes, expected ${length}`)
  }
}
