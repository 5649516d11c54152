/**
 * gzip_packed stands in for any object (https://core.telegram.org/mtproto/service_messages#packed-object). What comes in
 * is bounded, so that a few bytes cannot become a flood; what goes out is packed when that helps.
 */
import { CryptoError, gunzip, gzip } from '@telegram-mt/crypto'
import { TlReader, TlWriter } from '@telegram-mt/tl'
import { GZIP_PACKED } from './constructors.ts'
import { SecurityError } from './errors.ts'

/** Smaller bodies are sent as they are. */
const PACK_FROM = 512
/** Packing must save a tenth to be worth the other side's work. */
const WORTHWHILE = 0.9
/** Far above any real answer. */
export const MAX_UNPACKED = 16 * 1024 * 1024

/** The object as gzip_packed, or as it is when that is not clearly smaller. */
export function packed(body: Uint8Array): Uint8Array {
  if (body.length <= PACK_FROM) return body
  const stream = gzip(body)
  if (stream.length > body.length * WORTHWHILE) return body
  const writer = new TlWriter(stream.length + 16)
  writer.uint(GZIP_PACKED)
  writer.bytes(stream)
  return writer.finish()
}

export function isPacked(body: Uint8Array): boolean {
  if (body.length < 8) return false
  return (
    ((body[0] ?? 0) | ((body[1] ?? 0) << 8) | ((body[2] ?? 0) << 16) | ((body[3] ?? 0) << 24)) >>> 0 ===
    GZIP_PACKED
  )
}

/**
 * Unpacks a gzip_packed object (gzip or zlib), or gives back any other as it is.
 * @throws SecurityError GZIP_TOO_LARGE, GZIP_INVALID, GZIP_NESTED
 */
export function unpacked(body: Uint8Array, maxSize = MAX_UNPACKED): Uint8Array {
  if (!isPacked(body)) return body
  const object = inflate(body, maxSize)
  if (isPacked(object))
    throw new SecurityError('GZIP_NESTED', 'a compressed object inside a compressed object')
  if (object.length < 4 || object.length % 4 !== 0) {
    throw new SecurityError(
      'GZIP_INVALID',
      `a compressed object of ${object.length} bytes, which TL cannot have`,
    )
  }
  return object
}

function inflate(body: Uint8Array, maxSize: number): Uint8Array {
  try {
    const reader = new TlReader(body)
    reader.uint()
    return gunzip(reader.bytes(), maxSize)
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'INFLATE_TOO_LARGE') {
      throw new SecurityError(
        'GZIP_TOO_LARGE',
        `a compressed object that inflates to more than ${maxSize} bytes`,
      )
    }
    throw new SecurityError('GZIP_INVALID', 'a compressed object that is not an intact stream')
  }
}
