/**
 * A fixed piece of plain JavaScript of the kind that the project's hot paths are made of: reading numbers and texts out of
 * bytes, making objects, looking them up, hashing. How long it takes says how fast this machine is at present; what is
 * measured is told as a multiple of it, so that a slow or busy machine changes nothing.
 */
import { createHash } from 'node:crypto'

interface Entry {
  readonly id: number
  readonly long: bigint
  readonly text: string
  readonly flags: boolean
}

const ENTRIES = 400
const SIZE = 48
const bytes = Uint8Array.from({ length: ENTRIES * SIZE }, (_, i) => 97 + ((i * 7 + (i >> 5)) % 26))

/** Returns something of all that it did, so that no compiler may leave it out. */
export function yardstick(): number {
  const view = new DataView(bytes.buffer)
  const known = new Map<number, Entry>()
  let sum = 0
  for (let at = 0; at < bytes.length; at += SIZE) {
    let text = ''
    for (let i = 16; i < SIZE; i++) text += String.fromCharCode(bytes[at + i] ?? 0)
    const id = view.getUint32(at, true)
    known.set(id, { id, long: view.getBigInt64(at + 4, true), text, flags: (id & 4) !== 0 })
    if (at % 960 === 0)
      sum +=
        createHash('sha256')
          .update(bytes.subarray(at, at + SIZE))
          .digest()[0] ?? 0
  }
  for (const { id, text, flags, long } of known.values()) {
    if (flags) sum += text.length
    if (long > 0n) sum += known.get(id)?.id ?? 0
  }
  return sum
}
