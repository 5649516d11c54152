/**
 * AES-256-CTR as a stream, for transport obfuscation:
 * https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
 */
import { createCipheriv } from 'node:crypto'
import { expectLength } from './crypto-error.ts'
import { plainBytes } from './plain-bytes.node.ts'

export interface AesCtr {
  /** The next bytes of the stream, encrypted or decrypted (which is the same); the input stays untouched. */
  process(data: Uint8Array): Uint8Array
}

/** Throws `LENGTH_INVALID` unless the key has 32 bytes and the initial counter block 16. */
export function createAesCtr(key: Uint8Array, iv: Uint8Array): AesCtr {
  expectLength('AES-CTR key', key, 32)
  expectLength('AES-CTR iv', iv, 16)
  const cipher = createCipheriv('aes-256-ctr', key, iv)
  return { process: (data) => plainBytes(cipher.update(data)) }
}
