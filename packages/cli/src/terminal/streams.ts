/** Where the program reads and writes: the process's own streams, or a test's. */
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
