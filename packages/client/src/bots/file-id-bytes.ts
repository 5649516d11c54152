/** How the Bot API packs bytes before they become an id: runs of zeros are made short. */

/** Longer runs are written as several. */
const LONGEST_RUN = 250

export function packZeros(bytes: Uint8Array): Uint8Array {
  const packed: number[] = []
  for (let at = 0; at < bytes.length; ) {
    let run = 0
    while (run < LONGEST_RUN && bytes[at + run] === 0) run++
    if (run > 0) packed.push(0, run)
    else packed.push(bytes[at] ?? 0)
    at += Math.max(1, run)
  }
  return Uint8Array.from(packed)
}

/** Undefined if a run has no length, or if there is more than `most`. */
export function unpackZeros(packed: Uint8Array, most: number): Uint8Array | undefined {
  const bytes: number[] = []
  for (let at = 0; at < packed.length; at++) {
    const byte = packed[at] ?? 0
    if (byte !== 0) bytes.push(byte)
    else {
      const run = packed[++at]
      if (run === undefined || run === 0) return undefined
      for (let i = 0; i < run; i++) bytes.push(0)
    }
    if (bytes.length > most) return undefined
  }
  return Uint8Array.from(bytes)
}
