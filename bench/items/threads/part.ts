import { aesIge, sha256 } from '@telegram-mt/crypto'
import type { Direction } from './item.ts'

const key = new Uint8Array(32).fill(7)
const iv = new Uint8Array(32).fill(9)

/** What a part costs in a packet: its hash, and the cipher in place. */
export function workOn(part: Uint8Array, direction: Direction): void {
  sha256(part)
  aesIge[direction](part, key, iv, part)
}
