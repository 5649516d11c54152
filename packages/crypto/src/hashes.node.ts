/**
 * Hashes of the platform. Each takes the parts of a message, so that callers need not join them first.
 */
import { createHash, createHmac } from 'node:crypto'
import { plainBytes } from './plain-bytes.node.ts'

export function sha1(...parts: Uint8Array[]): Uint8Array {
  return digest('sha1', parts)
}

export function sha256(...parts: Uint8Array[]): Uint8Array {
  return digest('sha256', parts)
}

export function sha512(...parts: Uint8Array[]): Uint8Array {
  return digest('sha512', parts)
}

export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return plainBytes(mac.digest())
}

function digest(algorithm: string, parts: Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return plainBytes(hash.digest())
}
