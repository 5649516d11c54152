/** AES-256-CBC encryption of whole blocks by the platform: the fast road for long IGE encryption. */
import { createCipheriv } from 'node:crypto'
import { plainBytes } from './plain-bytes.node.ts'

/** Returns a function that encrypts the next blocks of one chain. */
export function aesCbcEncryptor(key: Uint8Array, iv: Uint8Array): (blocks: Uint8Array) => Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  // Never finished: whole blocks leave nothing behind, and finishing would add a block of padding.
  return (blocks) => plainBytes(cipher.update(blocks))
}
