/**
 * Lines from a person or from a pipe. A person can edit them, is not shown what is secret, and sees what happens meanwhile
 * above the line being typed, which stays as it is.
 */
import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { Interrupted } from '../errors.ts'
import { MutedOutput } from './muted-output.ts'
import { printableLine } from './printable.ts'
import { shorten } from './shorten.ts'
import { columnsOf } from './streams.ts'

export interface LineEditorOptions {
  input: Readable
  output: Writable
  /** Whether a person types, with a cursor to move. */
  interactive: boolean
  /** What the text before the cursor may be completed to: candidates, and the part of it that they replace. */
  complete?: ((text: string) => Promise<[candidates: string[], part: string]>) | undefined
  /** A key that edits nothing: `pageup`, `pagedown`, or `meta-1` to `meta-9`. Told while a line to remember is being read. */
  onKey?: ((key: string) => void) | undefined
  /** Ctrl-C while no line is being read. */
  onInterrupt?: (() => void) | undefined
}

export interface ReadOptions {
  /** Nothing that is typed shows. */
  secret?: boolean | undefined
  /** The line can be had again by the arrow keys. */
  remember?: boolean | undefined
}

interface Key {
  name?: string | undefined
  meta?: boolean | undefined
}

interface Reading extends ReadOptions {
  resolve(line: string | undefined): void
  reject(error: Error): void
}

export class LineEditor {
  readonly #options: LineEditorOptions
  readonly #terminal: MutedOutput
  readonly #readline: Interface
  readonly #lines: string[] = []
  #reading: Reading | undefined
  #prompt = ''
  #status = ''
  #ended = false

  constructor(options: LineEditorOptions) {
    this.#options = options
    this.#terminal = new MutedOutput(options.output)
    const { complete, interactive } = options
    this.#readline = createInterface({
      input: options.input,
      ...(interactive && { output: this.#terminal }),
      terminal: interactive,
      crlfDelay: Number.POSITIVE_INFINITY,
      removeHistoryDuplicates: true,
      ...(complete && {
        completer: (text: string, done: (error: null, result: [string[], string]) => void) => {
          const found = this.#reading?.remember
            ? complete(text)
            : Promise.resolve<[string[], string]>([[], text])
          found.then(
            (result) => done(null, result),
            () => done(null, [[], text]),
          )
        },
      }),
    })
    this.#readline.setPrompt('')
    if (interactive && options.onKey !== undefined)
      options.input.on('keypress', (_: unknown, key: Key | undefined) => this.#onKey(key))
    this.#readline.on('line', (line) => this.#onLine(line))
    this.#readline.on('close', () => this.#onEnd())
    this.#readline.on('SIGINT', () => this.#onInterrupt())
    // The line was put into the history before we hear of it; what is no command does not stay there.
    this.#readline.on('history', (history: string[]) => {
      if (!this.#reading?.remember) history.shift()
    })
  }

  /**
   * Asks for one line; undefined when the input has ended.
   * @throws Interrupted on Ctrl-C before anything was typed.
   */
  read(prompt: string, options: ReadOptions = {}): Promise<string | undefined> {
    if (this.#status !== '') this.setStatus(undefined)
    return new Promise((resolve, reject) => {
      this.#reading = { ...options, resolve, reject }
      const early = this.#lines.shift()
      if (early !== undefined) {
        // Typed ahead, or out of a pipe: it was seen as it was typed, if ever.
        this.#settle(early)
      } else if (this.#ended) {
        this.#settle(undefined)
      } else {
        this.#show(prompt)
      }
    })
  }

  /** Another prompt for the line being read. */
  setPrompt(prompt: string): void {
    if (this.#reading === undefined || prompt === this.#prompt) return
    this.#redraw('', prompt)
  }

  /** Shows text above the line being typed. */
  print(text: string): void {
    this.#redraw(`${text}\n`, this.#prompt)
  }

  /** Shows a line that the next one takes the place of, while nothing is being read; undefined: none any more. */
  setStatus(line: string | undefined): void {
    const { output, interactive } = this.#options
    // What wraps could not be taken away again.
    this.#status = line === undefined ? '' : shorten(printableLine(line), columnsOf(output) - 1)
    if (!interactive || this.#reading !== undefined || this.#ended) return
    cursorTo(output, 0)
    clearScreenDown(output)
    output.write(this.#status)
  }

  /** Shows text in place of all that is on the screen, above the line being typed. */
  page(text: string): void {
    const { output, interactive } = this.#options
    if (!interactive || this.#ended) {
      output.write(`${text}\n`)
      return
    }
    const rows = this.#reading === undefined || this.#reading.secret ? 0 : this.#cursorRow()
    cursorTo(output, 0, 0)
    clearScreenDown(output)
    // As in #redraw: readline goes up by as many rows before it writes its line again.
    output.write(`${text}\n${'\n'.repeat(rows)}`)
    if (this.#reading !== undefined) this.#show(this.#prompt)
  }

  close(): void {
    this.#readline.close()
  }

  #redraw(above: string, prompt: string): void {
    const { output, interactive } = this.#options
    if (!interactive || this.#ended) {
      output.write(above)
      return
    }
    if (this.#reading === undefined) {
      cursorTo(output, 0)
      clearScreenDown(output)
      output.write(above + this.#status)
      return
    }
    // The cursor may be rows below the first one of a long line, which all go.
    const rows = this.#reading.secret ? 0 : this.#cursorRow()
    if (rows > 0) moveCursor(output, 0, -rows)
    cursorTo(output, 0)
    clearScreenDown(output)
    // Before readline writes its line again it goes up by as many rows as it had gone down.
    output.write(above + '\n'.repeat(rows))
    this.#show(prompt)
  }

  /**
   * How many rows the cursor is below the prompt. readline itself loses count when text was pasted, and is made to count
   * anew by writing its line to nowhere.
   */
  #cursorRow(): number {
    this.#terminal.muted = true
    this.#readline.prompt(true)
    this.#terminal.muted = false
    const { rows, cols } = this.#readline.getCursorPos()
    // A full row: readline takes the cursor to be in the next one, where the terminal goes with the next character only.
    if (rows > 0 && cols === 0 && this.#readline.cursor === this.#readline.line.length) {
      this.#options.output.write(' ')
    }
    return rows
  }

  #show(prompt: string): void {
    const { output, interactive } = this.#options
    this.#prompt = prompt
    if (!interactive || this.#ended) return
    if (this.#reading?.secret) {
      output.write(prompt)
      this.#terminal.muted = true
      this.#readline.setPrompt('')
    } else {
      this.#readline.setPrompt(prompt)
    }
    this.#readline.prompt(true)
  }

  #onKey(key: Key | undefined): void {
    if (!this.#reading?.remember || key?.name === undefined) return
    const { name, meta } = key
    if (meta === true ? /^[1-9]$/.test(name) : name === 'pageup' || name === 'pagedown')
      this.#options.onKey?.(meta === true ? `meta-${name}` : name)
  }

  #onLine(line: string): void {
    if (this.#reading === undefined) this.#lines.push(line)
    else this.#settle(line)
  }

  #settle(line: string | undefined): void {
    const reading = this.#leave()
    reading?.resolve(line)
  }

  #leave(): Reading | undefined {
    const reading = this.#reading
    if (this.#terminal.muted) {
      this.#terminal.muted = false
      this.#options.output.write('\n')
    }
    this.#reading = undefined
    this.#prompt = ''
    this.#readline.setPrompt('')
    return reading
  }

  #onEnd(): void {
    this.#ended = true
    if (this.#reading === undefined) return
    if (this.#options.interactive && !this.#reading.secret) this.#options.output.write('\n')
    this.#settle(undefined)
  }

  #onInterrupt(): void {
    if (this.#reading === undefined) {
      this.#options.onInterrupt?.()
      return
    }
    const typed = this.#readline.line !== ''
    // To the end of the line, then everything before it.
    this.#readline.write(null, { ctrl: true, name: 'e' })
    this.#readline.write(null, { ctrl: true, name: 'u' })
    if (typed && !this.#reading.secret && this.#reading.remember) return
    if (!this.#reading.secret) this.#options.output.write('\n')
    this.#leave()?.reject(new Interrupted('SIGINT'))
  }
}
