/** A request to the control port that cannot be met: its HTTP status and why. */
export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly status: number
  readonly code: string
  /** Where in the request it is wrong: `fault.seconds`, `users[2].phone`. */
  readonly at: string | undefined

  constructor(status: number, code: string, message: string, at?: string) {
    super(message)
    this.status = status
    this.code = code
    this.at = at
  }
}

export const notFound = (what: string): ControlError => new ControlError(404, 'NOT_FOUND', what)
