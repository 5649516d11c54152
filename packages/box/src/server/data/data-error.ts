/** The data directory of a box cannot be used; the message says which file, and what is wrong with it. */
export type BoxDataErrorCode =
  /** What is in it was not written by a box, or has been damaged. It is left as it is. */
  | 'BOX_DATA_INVALID'
  /** Another box is at work in it. */
  | 'BOX_DATA_IN_USE'
  /** The system does not let the box read or write it. */
  | 'BOX_DATA_UNUSABLE'

/** The data directory cannot be used; `code` says why. */
export class BoxDataError extends Error {
  override readonly name = 'BoxDataError'
  readonly code: BoxDataErrorCode
  readonly path: string

  constructor(code: BoxDataErrorCode, path: string, message: string, cause?: unknown) {
    super(`${path}: ${message}`, cause === undefined ? undefined : { cause })
    this.code = code
    this.path = path
  }
}
