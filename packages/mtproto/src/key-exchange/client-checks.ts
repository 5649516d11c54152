/** What the client refuses, and what it concludes from answers, apart from the order of the exchange. */
import { CryptoError, equalBytes, type RsaPublicKey } from '@telegram-mt/crypto'
import { TlError } from '@telegram-mt/tl'
import type { tl } from '../generated/index.ts'
import { KeyExchangeError, type KeyExchangeErrorCode, ServerKeyUnknown } from './key-exchange-error.ts'
import { refusalHash } from './secrets.ts'

/** The first of the server's RSA keys that is known here. */
export function firstKnownKey(fingerprints: bigint[], keys: readonly RsaPublicKey[]): RsaPublicKey {
  for (const fingerprint of fingerprints) {
    const key = keys.find((candidate) => candidate.fingerprint === fingerprint)
    if (key !== undefined) return key
  }
  throw new ServerKeyUnknown(fingerprints)
}

/**
 * server_time has whole seconds. The msg_id of the same message says the fraction; it is not protected as server_time
 * is, and so is believed only within that second.
 */
export function serverTime(seconds: number, msgId: bigint): number {
  if (BigInt.asUintN(32, msgId >> 32n) !== BigInt.asUintN(32, BigInt(seconds))) return seconds * 1000 + 500
  return seconds * 1000 + (Number(BigInt.asUintN(32, msgId)) / 2 ** 32) * 1000
}

/** The error that a refusal of the server's stands for: only the true server can calculate its hash. */
export function refusal(answer: tl.server_DH_params_fail, newNonce: Uint8Array): KeyExchangeError {
  return equalBytes(answer.newNonceHash, refusalHash(newNonce))
    ? new KeyExchangeError('KEY_EXCHANGE_REFUSED', 'the server answered server_DH_params_fail')
    : new KeyExchangeError('KEY_EXCHANGE_NEW_NONCE_HASH', 'new_nonce_hash of server_DH_params_fail is wrong')
}

export function wrongNonce(which: string, where: string): KeyExchangeError {
  return new KeyExchangeError('KEY_EXCHANGE_NONCE', `${which} in ${where} is not the one of this exchange`)
}

const codeOfCryptoError: Partial<Record<CryptoError['code'], KeyExchangeErrorCode>> = {
  PQ_INVALID: 'KEY_EXCHANGE_PQ',
  DH_PRIME_INVALID: 'KEY_EXCHANGE_DH_PRIME',
  DH_GENERATOR_INVALID: 'KEY_EXCHANGE_DH_GENERATOR',
  DH_VALUE_INVALID: 'KEY_EXCHANGE_DH_VALUE',
}

/** Errors of the rooms below as the check that they mean here. */
export function translated(error: unknown): unknown {
  if (error instanceof CryptoError) {
    const code = codeOfCryptoError[error.code]
    if (code !== undefined) return new KeyExchangeError(code, error.message, { cause: error })
  }
  if (error instanceof TlError) {
    return new KeyExchangeError('KEY_EXCHANGE_MESSAGE', `a damaged answer: ${error.message}`, {
      cause: error,
    })
  }
  return error
}
