/**
 * TLS records, as fake TLS needs them: the stream lies in "application data" records that nobody encrypts.
 * RFC 8446, section 5.1
 */
import { ByteQueue } from '../byte-queue.ts'
import { FramingError } from '../framing-error.ts'

export const RECORD_HEADER = 5
export const CHANGE_CIPHER_SPEC = 0x14
export const ALERT = 0x15
export const HANDSHAKE = 0x16
export const APPLICATION_DATA = 0x17

/** 2^14 bytes, and 256 that encryption may add. */
export const MAX_RECORD = 16_384 + 256

/** A record of version 3.3, the one that TLS 1.2 and 1.3 write on the wire. */
export function record(type: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RECORD_HEADER + data.length)
  bytes.set([type, 3, 3, data.length >>> 8, data.length & 0xff])
  bytes.set(data, RECORD_HEADER)
  return bytes
}

/** What every TLS 1.3 endpoint still sends for the sake of old middle boxes. */
export const changeCipherSpec: Uint8Array = record(CHANGE_CIPHER_SPEC, Uint8Array.of(1))

/** `data` as application data in records of at most `size` bytes, after `before`. */
export function applicationData(data: Uint8Array, size: number, before: Uint8Array): Uint8Array {
  const count = Math.ceil(data.length / size)
  const bytes = new Uint8Array(before.length + data.length + count * RECORD_HEADER)
  bytes.set(before)
  let at = before.length
  for (let from = 0; from < data.length; from += size) {
    const length = Math.min(size, data.length - from)
    bytes.set([APPLICATION_DATA, 3, 3, length >>> 8, length & 0xff], at)
    bytes.set(data.subarray(from, from + length), at + RECORD_HEADER)
    at += RECORD_HEADER + length
  }
  return bytes
}

/** Type and length of the record that begins at `at`; undefined when its header has not come in full. */
export function recordAt(input: ByteQueue, at: number): { type: number; length: number } | undefined {
  if (input.length < at + RECORD_HEADER) return undefined
  const type = input.byte(at)
  const length = (input.byte(at + 3) << 8) | input.byte(at + 4)
  const known = type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA && input.byte(at + 1) === 3
  if (!known || input.byte(at + 2) > 4 || length === 0 || length > MAX_RECORD) {
    throw new FramingError(
      'FRAME_TLS_RECORD',
      `fake TLS: no record of at most ${MAX_RECORD} bytes stands here`,
    )
  }
  return { type, length }
}

/** Takes the stream out of its records, piece by piece as it comes; a piece is a view where it lies in one chunk. */
export class RecordReader {
  readonly #input = new ByteQueue()
  /** Bytes of the record in hand that have not come yet, and whether they belong to the stream. */
  #left = 0
  #wanted = false

  push(chunk: Uint8Array): Uint8Array[] {
    this.#input.push(chunk)
    const pieces: Uint8Array[] = []
    for (;;) {
      if (this.#left === 0 && !this.#next()) return pieces
      const size = Math.min(this.#left, this.#input.length)
      if (size === 0) return pieces
      this.#left -= size
      if (this.#wanted) pieces.push(this.#input.take(size))
      else this.#input.skip(size)
    }
  }

  #next(): boolean {
    const header = recordAt(this.#input, 0)
    if (header === undefined) return false
    if (header.type !== APPLICATION_DATA && header.type !== CHANGE_CIPHER_SPEC) {
      throw new FramingError(
        'FRAME_TLS_RECORD',
        `fake TLS: a record of type ${header.type} inside the stream`,
      )
    }
    this.#input.skip(RECORD_HEADER)
    this.#left = header.length
    this.#wanted = header.type === APPLICATION_DATA
    return true
  }
}
