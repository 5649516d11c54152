/**
 * gzip_packed: https://core.telegram.org/mtproto/service_messages#packed-object
 * Clients send gzip as well as zlib streams; both are understood, and never inflated beyond a bound.
 */
import { gzipSync, unzipSync } from 'node:zlib'
import { CryptoError } from './crypto-error.ts'
import { plainBytes } from './plain-bytes.node.ts'

export function gzip(data: Uint8Array): Uint8Array {
  return plainBytes(gzipSync(data))
}

/**
 * Inflates a gzip or zlib stream to at most `maxSize` bytes. Bytes after the end of the stream are ignored, as the
 * official client does.
 * Throws `INFLATE_TOO_LARGE` beyond the bound, `INFLATE_INVALID` for anything that is not a whole, intact stream.
 */
export function gunzip(data: Uint8Array, maxSize: number): Uint8Array {
  if (!isGzip(data) && !isZlib(data)) {
    throw new CryptoError('INFLATE_INVALID', `neither a gzip nor a zlib header in ${data.length} bytes`)
  }
  try {
    // zlib cannot be told to write nothing at all, so a bound of 0 is checked after the fact.
    const inflated = unzipSync(data, { maxOutputLength: Math.max(1, maxSize) })
    if (inflated.length <= maxSize) return plainBytes(inflated)
  } catch (error) {
    if (errorCode(error) !== 'ERR_BUFFER_TOO_LARGE') {
      throw new CryptoError('INFLATE_INVALID', `damaged or truncated stream of ${data.length} bytes`)
    }
  }
  throw new CryptoError('INFLATE_TOO_LARGE', `${data.length} bytes inflate to more than ${maxSize}`)
}

function isGzip(data: Uint8Array): boolean {
  return data[0] === 0x1f && data[1] === 0x8b
}

/** RFC 1950: method 8 (deflate), and the two header bytes are together a multiple of 31. */
function isZlib(data: Uint8Array): boolean {
  const [first, second] = data
  if (first === undefined || second === undefined) return false
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
