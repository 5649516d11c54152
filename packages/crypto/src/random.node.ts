/**
 * Random bytes of the platform's generator. Small requests are cut from a block, because one call into the
 * generator costs as much as several hundred bytes; what was handed out is wiped from the block.
 */
import { randomFillSync } from 'node:crypto'

const block = new Uint8Array(4096)
let used = block.length

/** `length` cryptographically strong random bytes, in memory of their own. */
export function randomBytes(length: number): Uint8Array {
  if (length > block.length >> 3) return randomFillSync(new Uint8Array(length))
  if (used + length > block.length) {
    randomFillSync(block)
    used = 0
  }
  const bytes = block.slice(used, used + length)
  block.fill(0, used, used + length)
  used += length
  return bytes
}
