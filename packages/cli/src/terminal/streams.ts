/** Where the program reads and writes: the process's own streams, or a test's. */
import { clearLine, cursorTo } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

export interface Streams {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
  /** Whether a person sits at the input, and sees the output: then questions are asked and lines can be edited. */
  readonly interactive: boolean
}

/** Writes one line; resolves when the stream has taken it, so that what counts as shown was handed over. */
export function writeLine(stream: Writable, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(`${line}\n`, (error) => (error ? reject(error) : resolve()))
  })
}

/** The width of a terminal; 80 if it does not say. */
export const columnsOf = (stream: Writable): number =>
  'columns' in stream && typeof stream.columns === 'number' ? stream.columns : 80

/** The height of a terminal; 24 if it does not say. */
export const rowsOf = (stream: Writable): number =>
  'rows' in stream && typeof stream.rows === 'number' ? stream.rows : 24

/** Shows one line that takes the place of the one before; nothing where no person looks. */
export function statusLine({ errors, interactive }: Pick<Streams, 'errors' | 'interactive'>) {
  let isShown = false
  return (line: string | undefined): void => {
    if (!interactive || (line === undefined && !isShown)) return
    isShown = line !== undefined
    cursorTo(errors, 0)
    clearLine(errors, 0)
    if (line !== undefined) errors.write(line)
  }
}
