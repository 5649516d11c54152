// What can be wrong with TL data, TL text or a value to encode. Each fault has a stable code; the text says where it
// was met and what was expected, and never repeats the data itself.

export type TlErrorCode =
  /** The input ends before the value does. */
  | 'TL_TRUNCATED'
  /** A vector was expected, but another constructor id stands there. */
  | 'TL_BAD_VECTOR'
  /** A vector announces more items than the rest of the input could hold. */
  | 'TL_BAD_COUNT'
  /** A Bool is neither boolTrue nor boolFalse. */
  | 'TL_BAD_BOOL'
  /** A string or bytes value starts with a length byte that TL does not define. */
  | 'TL_BAD_LENGTH'
  /** An id of a user, chat or channel is outside the safe integers. */
  | 'TL_INT53_RANGE'
  /** Objects are nested deeper than any real one. */
  | 'TL_TOO_DEEP'
  /** Bytes are left after the value. */
  | 'TL_TRAILING_BYTES'
  /** No constructor with this id is known where it stands. */
  | 'TL_UNKNOWN_CONSTRUCTOR'
  /** No constructor or method with this name is known. */
  | 'TL_UNKNOWN_NAME'
  /** No type with this name is known. */
  | 'TL_UNKNOWN_TYPE'
  /** A value to encode is not what its field holds. */
  | 'TL_BAD_VALUE'
  /** A string or bytes value does not fit the 24-bit length of TL. */
  | 'TL_TOO_LONG'
  /** A schema is not well-formed. */
  | 'TL_SCHEMA'

/** Thrown by everything in this package. */
export class TlError extends Error {
  readonly code: TlErrorCode
  /** Where in the input the fault was met, in bytes from its start; absent when there is no input. */
  readonly offset: number | undefined
  /** Which field of the object to encode was wrong, as in `messages.sendMessage.peer.userId`. */
  readonly path: string | undefined

  constructor(code: TlErrorCode, message: string, offset?: number, path?: string) {
    super(offset === undefined ? message : `${message} (at byte ${offset})`)
    this.name = 'TlError'
    this.code = code
    this.offset = offset
    this.path = path
  }
}

/** A constructor id as it is written in schemas: eight hexadecimal digits. */
export function hexId(id: number): string {
  return (id >>> 0).toString(16).padStart(8, '0')
}
