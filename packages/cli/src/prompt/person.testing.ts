import { PassThrough } from 'node:stream'
import { Interrupted } from '../errors.ts'
import { run } from '../run/run.ts'
import { Screen } from '../terminal/screen.testing.ts'

export const CTRL_C = '\u0003'

/** A person at a terminal. */
export class Person {
  readonly screen = new Screen(100)
  readonly ended: Promise<number>
  readonly #input = new PassThrough()
  readonly #ending = new AbortController()

  constructor(words: readonly string[], env: Record<string, string>) {
    this.ended = run({
      words,
      streams: { input: this.#input, output: this.screen, errors: this.screen, interactive: true },
      env,
      signal: this.#ending.signal,
    })
  }

  /** Presses the keys one after the other. */
  types(text: string): void {
    for (const key of text) this.#input.write(key)
  }

  /** Presses one key, whatever it sends. */
  press(key: string): void {
    this.#input.write(key)
  }

  /** Types a line once the prompt or question is there, and waits for what it brings. */
  async enters(prompt: string, line: string, then: string | RegExp): Promise<void> {
    await this.screen.until(() => this.screen.beforeCursor === prompt)
    this.types(`${line}\r`)
    await this.screen.sees(then)
  }

  end(): Promise<number> {
    this.#ending.abort(new Interrupted('SIGTERM'))
    return this.ended
  }
}
