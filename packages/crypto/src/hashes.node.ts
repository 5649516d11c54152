/**
 * Hashes of the platform. Each takes the parts of a message, so that callers need not join them first.
 */
import { createHash, createHmac, hash as hashOnce } from 'node:crypto'
import { plainBytes } from './plain-bytes.node.ts'

export function sha1(...parts: Uint8Array[]): Uint8Array {
  return digest('sha1', parts)
}

export function sha256(...parts: Uint8Array[]): Uint8Array {
  return digest('sha256', parts)
}

/** SHA-256 as text of one character for each byte, for those who hash often and need no memory of its own for it. */
export function sha256Text(data: Uint8Array): string {
  return hashOnce('sha256', data, 'binary')
}

export function sha512(...parts: Uint8Array[]): Uint8Array {
  return digest('sha512', parts)
}

export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return plainBytes(mac.digest())
}

/**
 * Messages up to this length are joined here, for the platform's one-shot function takes half the time of its hash object;
 * and a quarter of its own if it gives the digest as text of one character for each byte, not as a Buffer.
 */
const scratch = new Uint8Array(4096)

function digest(algorithm: string, parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  return length <= scratch.length ? digestShort(algorithm, parts, length) : digestLong(algorithm, parts)
}

function digestShort(algorithm: string, parts: Uint8Array[], length: number): Uint8Array {
  let at = 0
  for (const part of parts) {
    scratch.set(part, at)
    at += part.length
  }
  const text = hashOnce(algorithm, scratch.subarray(0, length), 'binary')
  scratch.fill(0, 0, length)
  const result = new Uint8Array(text.length)
  for (let i = 0; i < result.length; i++) result[i] = text.charCodeAt(i)
  return result
}

function digestLong(algorithm: string, parts: Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return plainBytes(hash.digest())
}
