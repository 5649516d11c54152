/**
 * CRC-32 (the IEEE polynomial, reflected), as the full transport puts it at the end of each frame.
 * Four bytes at a time over four tables: frames reach megabytes.
 */
const tables = makeTables()

function makeTables(): Int32Array {
  const table = new Int32Array(4 * 256)
  for (let i = 0; i < 256; i++) {
    let value = i
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    table[i] = value
  }
  for (let i = 256; i < 1024; i++) {
    const previous = table[i - 256] ?? 0
    table[i] = (previous >>> 8) ^ (table[previous & 0xff] ?? 0)
  }
  return table
}

/**
 * The checksum of `data` from `start` up to `end`; `seed` is the checksum of the bytes before them.
 * The result is an unsigned 32-bit number.
 */
export function crc32(data: Uint8Array, start = 0, end = data.length, seed = 0): number {
  const table = tables
  let crc = ~seed
  let i = start
  for (; i + 4 <= end; i += 4) {
    crc ^=
      (data[i] ?? 0) | ((data[i + 1] ?? 0) << 8) | ((data[i + 2] ?? 0) << 16) | ((data[i + 3] ?? 0) << 24)
    crc =
      (table[768 + (crc & 0xff)] ?? 0) ^
      (table[512 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (table[256 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (table[crc >>> 24] ?? 0)
  }
  for (; i < end; i++) crc = (table[(crc ^ (data[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}
