/** Numbers from 0 up to 1 that look random and are the same for the same seed. */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    // A counter, mixed: xorshift-multiply rounds as in the finalizers of common hashes.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000
  }
}
