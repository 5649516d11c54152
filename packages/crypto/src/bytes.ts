/**
 * Byte strings: joining, comparing, and their reading as big-endian numbers. Nothing here needs the platform.
 */
import { CryptoError } from './crypto-error.ts'

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Constant-time comparison: how long it takes depends on the lengths only, never on the contents. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/** Reads bytes as an unsigned big-endian number; no bytes are 0. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const head = bytes.length % 8
  let value = 0n
  for (let i = 0; i < head; i++) value = (value << 8n) | BigInt(view.getUint8(i))
  for (let i = head; i < bytes.length; i += 8) value = (value << 64n) | view.getBigUint64(i)
  return value
}

/**
 * Writes a number as exactly `length` big-endian bytes, leading zeros kept.
 * Throws `NUMBER_INVALID` if it is negative or needs more bytes.
 */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  let rest = value
  let at = length
  for (; at >= 8; at -= 8) {
    view.setBigUint64(at - 8, BigInt.asUintN(64, rest))
    rest >>= 64n
  }
  for (; at > 0; at--) {
    view.setUint8(at - 1, Number(rest & 0xffn))
    rest >>= 8n
  }
  // A negative number never shifts down to zero, so one comparison refuses both faults.
  if (rest !== 0n)
    throw new CryptoError('NUMBER_INVALID', `number is negative or needs more than ${length} bytes`)
  return bytes
}

/** The number's length in bits; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0
  const hex = value.toString(16)
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28
}

/** The "64 lower-order bits" of a hash: its last 8 bytes, read as a TL `long`. */
export function lower64(hash: Uint8Array): bigint {
  return new DataView(hash.buffer, hash.byteOffset, hash.length).getBigInt64(hash.length - 8, true)
}
