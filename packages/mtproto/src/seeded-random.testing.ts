/** Random bytes that a seed decides, so that a failing test can be run again. */
import { createHash } from 'node:crypto'

export function seededRandom(seed: number | string): (length: number) => Uint8Array {
  let counter = 0
  return (length) => {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; at += 32) {
      const block = createHash('sha256').update(`${seed}/${counter++}`).digest()
      bytes.set(block.subarray(0, Math.min(32, length - at)), at)
    }
    return bytes
  }
}
