import { TelegramError } from '../errors.ts'

/** Markup that cannot be read. The text itself is never repeated in the message. */
export class FormatError extends TelegramError {
  /** Where in the source, in UTF-16 code units from its start. */
  readonly offset: number
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number

  constructor(source: string, offset: number, what: string) {
    const before = source.slice(0, offset)
    const line = before.split('\n').length
    const column = offset - before.lastIndexOf('\n')
    super('FORMAT_INVALID', `line ${line}, column ${column}: ${what}`)
    this.offset = offset
    this.line = line
    this.column = column
  }
}
