/**
 * The corner of DER (ITU-T X.690) in which RSA keys are written: sequences, integers, and the wrappers around them.
 * Every length is checked against what is left before it is used.
 */
import { bigintToBytes, bitLength, bytesToBigint, concatBytes } from './bytes.ts'
import { CryptoError } from './crypto-error.ts'

export const DER_INTEGER = 0x02
export const DER_BIT_STRING = 0x03
export const DER_OCTET_STRING = 0x04
export const DER_SEQUENCE = 0x30

const tagNames: Record<number, string> = {
  [DER_INTEGER]: 'an integer',
  [DER_BIT_STRING]: 'a bit string',
  [DER_OCTET_STRING]: 'an octet string',
  [DER_SEQUENCE]: 'a sequence',
}

export class DerReader {
  readonly #data: Uint8Array
  #pos = 0

  constructor(data: Uint8Array) {
    this.#data = data
  }

  get left(): number {
    return this.#data.length - this.#pos
  }

  /** The contents of the next value, which must have this tag. */
  value(tag: number): Uint8Array {
    const found = this.#byte()
    if (found !== tag) throw this.#invalid(`tag ${found}, expected ${tagNames[tag] ?? tag}`)
    const length = this.#length()
    if (length > this.left) throw this.#invalid(`length ${length}, but ${this.left} bytes are left`)
    this.#pos += length
    return this.#data.subarray(this.#pos - length, this.#pos)
  }

  sequence(): DerReader {
    return new DerReader(this.value(DER_SEQUENCE))
  }

  /** An integer that is not negative. */
  integer(): bigint {
    const bytes = this.value(DER_INTEGER)
    if (bytes.length === 0 || (bytes[0] ?? 0) > 0x7f) throw this.#invalid('an empty or negative integer')
    return bytesToBigint(bytes)
  }

  expectEnd(): void {
    if (this.left > 0) throw this.#invalid(`${this.left} bytes too many`)
  }

  #length(): number {
    const first = this.#byte()
    if (first < 0x80) return first
    // Two bytes of length reach 64 KiB, far beyond any key.
    if (first !== 0x81 && first !== 0x82) throw this.#invalid('a length of unknown form')
    return first === 0x81 ? this.#byte() : this.#byte() * 256 + this.#byte()
  }

  #byte(): number {
    const byte = this.#data[this.#pos]
    if (byte === undefined) throw this.#invalid('unexpected end')
    this.#pos++
    return byte
  }

  #invalid(what: string): CryptoError {
    return new CryptoError('PEM_INVALID', `DER: ${what} (at byte ${this.#pos} of ${this.#data.length})`)
  }
}

/** A value with its tag and length in front. */
export function derValue(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const content = concatBytes(...contents)
  const { length } = content
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concatBytes(new Uint8Array([tag, ...lengthBytes]), content)
}

export function derInteger(value: bigint): Uint8Array {
  // One bit more than the number has, so that it is not read as negative.
  return derValue(DER_INTEGER, bigintToBytes(value, Math.floor(bitLength(value) / 8) + 1))
}
