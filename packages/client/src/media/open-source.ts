/** A source of bytes that is ready to be read, whatever it is made of. */

export interface OpenSource {
  /** The file's name, if the source has one. */
  readonly name: string | undefined
  /** Bytes, if known ahead. */
  readonly size: number | undefined
  readonly mimeType: string | undefined
  /** Bytes from a place; fewer at the end. Undefined for sources that can be read only once. */
  readonly read: ((offset: number, length: number) => Promise<Uint8Array>) | undefined
  /** All bytes in order, in pieces of any size. */
  stream(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}
