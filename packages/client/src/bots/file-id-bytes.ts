/** How the Bot API packs bytes into ids: runs of zeros made short, then base64 for addresses. */

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

export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url')
}

/** Undefined if it is none. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  return /^[\w-]+=*$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64url')) : undefined
}
