/**
 * The same memory as a plain Uint8Array. A Buffer would pass for one by type, but its `slice` shares memory where
 * Uint8Array's copies; nothing that leaves this room may behave differently from what its type says.
 */
export function plainBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
