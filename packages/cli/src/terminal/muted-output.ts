/** The terminal as readline sees it, with a tap: while it is shut, nothing that is typed shows. */
import { Writable } from 'node:stream'

export class MutedOutput extends Writable {
  readonly #terminal: Writable & { columns?: number; rows?: number }
  muted = false

  constructor(terminal: Writable) {
    super({ decodeStrings: false })
    this.#terminal = terminal
    // readline lays lines out anew when the window changes its width.
    terminal.on('resize', () => this.emit('resize'))
  }

  get columns(): number {
    return this.#terminal.columns ?? 80
  }

  get rows(): number {
    return this.#terminal.rows ?? 24
  }

  override _write(
    chunk: string | Uint8Array,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    if (!this.muted) this.#terminal.write(chunk)
    // At once: what others write to the terminal shall neither overtake this nor be overtaken.
    done()
  }
}
