/** The program as a script runs it, in the process of the test: words and input in, output and exit code out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { type Box, type BoxOptions, startBox } from '@telegram-mt/box'
import { type RunOptions, run } from './run.ts'

export interface Ran {
  exit: number
  out: string
  errors: string
  /** The output as JSON. */
  json: never
}

class Written extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}

/** A box, and a folder for what the program stores. */
export class Bench {
  readonly box: Box
  readonly folder: string
  readonly boxFile: string

  private constructor(box: Box) {
    this.box = box
    this.folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
    this.boxFile = this.file(
      'box.json',
      JSON.stringify({ dcs: box.dcs, publicKey: box.publicKey, fingerprint: box.fingerprint }),
    )
  }

  static async open(options?: BoxOptions): Promise<Bench> {
    return new Bench(await startBox(options))
  }

  file(name: string, text: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, text)
    return path
  }

  get env() {
    return { HOME: this.folder, XDG_CONFIG_HOME: this.folder, APPDATA: this.folder }
  }

  /** Runs a command at the box, on this bench's storage. */
  async run(
    words: readonly string[],
    input = '',
    signal: RunOptions['signal'] = new AbortController().signal,
  ): Promise<Ran> {
    return await telegramMt([...words, '--box-at', this.boxFile], { input, env: this.env, signal })
  }

  async close(): Promise<void> {
    await this.box.close()
    rmSync(this.folder, { recursive: true })
  }
}

export async function telegramMt(
  words: readonly string[],
  options: { input?: string; env?: Record<string, string>; signal?: RunOptions['signal'] } = {},
): Promise<Ran> {
  const output = new Written()
  const errors = new Written()
  const exit = await run({
    words,
    streams: {
      input: Readable.from([options.input ?? '']).pipe(new PassThrough()),
      output,
      errors,
      interactive: false,
    },
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  })
  return {
    exit,
    out: output.text,
    errors: errors.text,
    get json() {
      // What compares such an object looks at all of it, also where the output is no JSON.
      return (/^[[{"]/.test(output.text) ? JSON.parse(output.text) : undefined) as never
    },
  }
}
