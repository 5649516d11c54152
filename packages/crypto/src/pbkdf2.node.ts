/** PBKDF2 (RFC 8018) by the platform, in its thread pool: the event loop stays free. */
import { pbkdf2 } from 'node:crypto'
import { plainBytes } from './plain-bytes.node.ts'

/** 64 bytes of PBKDF2-HMAC-SHA-512. */
export function pbkdf2HmacSha512(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, 64, 'sha512', (error, key) => {
      if (error === null) resolve(plainBytes(key))
      else reject(error)
    })
  })
}
