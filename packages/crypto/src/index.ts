/** The cryptography of MTProto: small, pure functions over byte strings and numbers. */
export { type AesCtr, createAesCtr } from './aes-ctr.node.ts'
export type { AesIge } from './aes-ige.ts'
export { aesIge } from './aes-ige-in-use.ts'
export { bigintToBytes, bytesToBigint, equalBytes } from './bytes.ts'
export { CryptoError, type CryptoErrorCode } from './crypto-error.ts'
export { checkDhPrime, checkDhPrimeAsync, checkDhValue, knownDhPrime } from './dh-checks.ts'
export { factorizePq } from './factorize-pq.ts'
export { gunzip, gzip } from './gzip.node.ts'
export { hmacSha256, sha1, sha256, sha512 } from './hashes.node.ts'
export { decryptMessage, encryptMessage } from './message-cipher.ts'
export {
  type AesKeyIv,
  authKeyId,
  type MessageSender,
  messageKey,
  messageKeyIv,
  tmpAesKeyIv,
} from './message-keys.ts'
export { modPow } from './modular-power.ts'
export { randomBytes } from './random.node.ts'
export {
  exportRsaPrivateKey,
  exportRsaPublicKey,
  generateRsaKey,
  parseRsaPrivateKey,
  parseRsaPublicKey,
  type RsaPrivateKey,
  type RsaPublicKey,
  rsaPublicKey,
} from './rsa-key.ts'
export { rsaHashedDecrypt, rsaPadDecrypt, rsaPadEncrypt } from './rsa-pad.ts'
export {
  type PasswordAlgo,
  passwordHash,
  passwordVerifier,
  srpChallenge,
  srpProof,
  srpVerify,
} from './srp.ts'
export { telegramPublicKeys } from './telegram-public-keys.ts'
