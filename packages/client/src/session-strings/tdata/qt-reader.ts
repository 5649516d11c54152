// Reads what Qt's QDataStream wrote (version 5.1: all numbers big endian), never beyond the end.
// https://doc.qt.io/qt-6/datastreamformat.html

import { damaged } from './tdata-error.ts'

export class QtReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #what: string
  #at = 0

  /** `what` names the data in errors. */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#what = what
  }

  int(): number {
    return this.#view.getInt32(this.#take(4))
  }

  ulong(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }

  raw(length: number): Uint8Array {
    const start = this.#take(length)
    return this.#bytes.slice(start, start + length)
  }

  /** A QByteArray: its length, then the bytes; a null one has the length ffffffff. */
  byteArray(): Uint8Array {
    const length = this.#view.getUint32(this.#take(4))
    return length === 0xffffffff ? new Uint8Array(0) : this.raw(length)
  }

  #take(length: number): number {
    const start = this.#at
    if (length > this.#bytes.length - start) throw damaged(this.#what)
    this.#at = start + length
    return start
  }
}
