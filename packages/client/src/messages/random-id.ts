/** 64 random bits that name a send: what the server tells repeats by. Never zero. */
export function randomId(random: (length: number) => Uint8Array): bigint {
  for (;;) {
    const bytes = random(8)
    const id = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)
    if (id !== 0n) return id
  }
}
