/**
 * The tables of AES (FIPS 197), computed: the S-box from inversion in GF(2^8), and for each byte its S-box value
 * already multiplied by a column of MixColumns, so that a round is sixteen look-ups and their sum.
 * Words are little-endian: byte 0 of a column is the lowest.
 */
export interface AesTables {
  /** S-box and its inverse, 256 bytes each. */
  sbox: Uint8Array
  inverse: Uint8Array
  /** Four tables of 256 words each, the next one the one before rotated by a byte. */
  encrypt: Uint32Array
  decrypt: Uint32Array
}

export function aesTables(): AesTables {
  const tables = {
    sbox: new Uint8Array(256),
    inverse: new Uint8Array(256),
    encrypt: new Uint32Array(1024),
    decrypt: new Uint32Array(1024),
  }
  // x runs through the powers of the generator 3, and its inverse y through those of 1/3 = 0xf6, at the same time.
  let x = 1
  let y = 1
  do {
    x = x ^ double(x)
    y = times(y, 0xf6)
    setSbox(tables, x, y)
  } while (x !== 1)
  setSbox(tables, 0, 0)
  for (let i = 0; i < 256; i++) {
    const s = tables.sbox[i] ?? 0
    setRotations(tables.encrypt, i, [double(s), s, s, times(s, 3)])
    const v = tables.inverse[i] ?? 0
    setRotations(tables.decrypt, i, [times(v, 14), times(v, 9), times(v, 13), times(v, 11)])
  }
  return tables
}

function setSbox(tables: AesTables, value: number, inverted: number): void {
  // b ^ rotl(b, 1) ^ … ^ rotl(b, 4) ^ 0x63: multiplying repeats the byte, so that a plain shift rotates it.
  const b = inverted * 0x0101
  const s = ((b >>> 8) ^ (b >>> 7) ^ (b >>> 6) ^ (b >>> 5) ^ (b >>> 4) ^ 0x63) & 0xff
  tables.sbox[value] = s
  tables.inverse[s] = value
}

function setRotations(table: Uint32Array, index: number, column: [number, number, number, number]): void {
  let word = column[0] | (column[1] << 8) | (column[2] << 16) | (column[3] << 24)
  for (let rotation = 0; rotation < 4; rotation++) {
    table[rotation * 256 + index] = word
    word = (word << 8) | (word >>> 24)
  }
}

function double(a: number): number {
  return ((a << 1) ^ (a & 0x80 ? 0x11b : 0)) & 0xff
}

function times(a: number, b: number): number {
  let product = 0
  for (let x = a, rest = b; rest > 0; x = double(x), rest >>= 1) if (rest & 1) product ^= x
  return product
}
