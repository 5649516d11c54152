/**
 * Little-endian numbers in bytes, without a view made for each packet: the platform takes longer to make one than to read or
 * write a dozen numbers through it.
 */

const view = new DataView(new ArrayBuffer(8))
const eight = new Uint8Array(view.buffer)

/** The signed 64-bit number at this place; bytes beyond the end count as 0. */
export function longAt(bytes: Uint8Array, at: number): bigint {
  for (let i = 0; i < 8; i++) eight[i] = bytes[at + i] ?? 0
  return view.getBigInt64(0, true)
}

export function putLong(bytes: Uint8Array, at: number, value: bigint): void {
  view.setBigInt64(0, value, true)
  for (let i = 0; i < 8; i++) bytes[at + i] = eight[i] ?? 0
}

/** The signed 32-bit number at this place; bytes beyond the end count as 0. */
export function intAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  )
}

export function putInt(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}
