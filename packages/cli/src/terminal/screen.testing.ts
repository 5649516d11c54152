/** A small terminal for tests: takes what a program writes, escape codes and all, and says what a person would see. */
import { Writable } from 'node:stream'

export class Screen extends Writable {
  readonly columns: number
  readonly rows = 40
  readonly isTTY = true
  /** Everything written, as written. */
  raw = ''
  #lines: string[][] = [[]]
  #row = 0
  #column = 0
  #watchers = new Set<() => void>()

  constructor(columns = 60) {
    super({ decodeStrings: false })
    this.columns = columns
  }

  /** The lines, without spaces at their ends, and without empty ones at the end. */
  get text(): string {
    return this.#lines
      .map((line) =>
        Array.from(line, (char) => char ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n')
      .trimEnd()
  }

  /** The line that the cursor is in, as far as the cursor. */
  get beforeCursor(): string {
    const line = this.#lines[this.#row] ?? []
    return Array.from({ length: this.#column }, (_, column) => line[column] ?? ' ').join('')
  }

  /** Resolves as soon as a person would see this. */
  sees(wanted: string | RegExp): Promise<void> {
    return this.until(() =>
      typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text),
    )
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
    this.raw += text
    this.#take(text)
    for (const look of this.#watchers) look()
    done()
  }

  #take(text: string): void {
    const escapeCharacter = String.fromCharCode(27)
    const characters = [...text]
    for (let i = 0; i < characters.length; i++) {
      const char = characters[i] ?? ''
      if (char === escapeCharacter && characters[i + 1] === '[') {
        let parameters = ''
        i += 2
        while (/[0-9;?]/.test(characters[i] ?? '')) parameters += characters[i++]
        this.#command(characters[i] ?? '', parameters)
      } else if (char === '\n') {
        this.#column = 0
        this.#down()
      } else if (char === '\r') {
        this.#column = 0
      } else if (char >= ' ') {
        this.#put(char)
      }
    }
  }

  #put(char: string): void {
    if (this.#column >= this.columns) {
      this.#column = 0
      this.#down()
    }
    const line = this.#lines[this.#row] ?? []
    line[this.#column++] = char
    this.#lines[this.#row] = line
  }

  #down(): void {
    this.#row++
    this.#lines[this.#row] ??= []
  }

  #command(letter: string, parameters: string): void {
    const count = Number(parameters || 1)
    const line = this.#lines[this.#row] ?? []
    switch (letter) {
      case 'A':
        this.#row = Math.max(0, this.#row - count)
        break
      case 'B':
        for (let i = 0; i < count; i++) this.#down()
        break
      case 'C':
        this.#column += count
        break
      case 'D':
        this.#column = Math.max(0, this.#column - count)
        break
      case 'G':
        this.#column = count - 1
        break
      case 'm':
        break
      case 'H': {
        const [row = 1, column = 1] = parameters.split(';').map(Number)
        this.#row = Math.max(0, this.#lines.length - this.rows) + row - 1
        this.#column = column - 1
        break
      }
      case 'J':
        if (this.#lines[this.#row] !== undefined) line.length = Math.min(line.length, this.#column)
        this.#lines.length = this.#row + 1
        break
      case 'K':
        line.length = Math.min(line.length, this.#column)
        break
      default:
        throw new Error(`the test's terminal does not know the escape code ${parameters}${letter}`)
    }
  }
}
