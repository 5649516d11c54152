/** The other processes of the demo: the box, and the programs that use it. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { CodeArrived, Told } from './director.ts'

/** `telegram-mt box --json`, as a process of its own. */
export class BoxProcess {
  readonly #process: ChildProcess
  readonly #onCode: (code: CodeArrived['loginCode']) => void
  /** The first line it prints: where its datacenters are, and their public key. */
  readonly address: Promise<string>

  /** @param words further options of `telegram-mt box`. */
  constructor(
    world: string,
    onCode: (code: CodeArrived['loginCode']) => void,
    words: readonly string[] = [],
  ) {
    const telegramMt = fileURLToPath(import.meta.resolve('@telegram-mt/cli/bin'))
    this.#onCode = onCode
    this.#process = spawn(process.execPath, [telegramMt, 'box', '--json', '--world', world, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.address = new Promise((resolve, reject) => {
      this.#process.once('error', reject)
      this.#process.once('exit', (code) => reject(new Error(`the box ended with exit code ${code}`)))
      let first = true
      createInterface({ input: this.#process.stdout ?? process.stdin }).on('line', (line) => {
        if (first) resolve(line)
        else this.#onLine(line)
        first = false
      })
    })
    // Looked at by whoever awaits it, now or later.
    this.address.catch(() => {})
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  kill(): void {
    this.#process.kill()
  }

  /** Asks it to end, and gives its exit code. */
  async stop(): Promise<number | null> {
    const { exitCode } = this.#process
    if (exitCode !== null) return exitCode
    const ended = once(this.#process, 'exit') as Promise<[number | null]>
    this.#process.kill('SIGTERM')
    return (await ended)[0]
  }

  #onLine(line: string): void {
    const { loginCode }: Partial<CodeArrived> = JSON.parse(line)
    if (loginCode !== undefined) this.#onCode(loginCode)
  }
}

/** One of the demo's programs, as a process of its own. It shows its steps itself. */
export class ProgramProcess {
  readonly #process: ChildProcess
  readonly #ended: Promise<[number | null]>

  /** Why it failed, if it said so. */
  failure: string | undefined

  constructor(name: string, words: readonly string[], onReached: (point: string) => void = () => {}) {
    this.#process = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), words)
    this.#ended = once(this.#process, 'exit') as Promise<[number | null]>
    this.#process.on('message', (told: Told) => {
      if ('reached' in told) onReached(told.reached)
      else this.failure = told.failed
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** A code arrived on the phone that lies beside this program. */
  codeArrived(loginCode: CodeArrived['loginCode']): void {
    if (this.#process.connected) this.#process.send({ loginCode } satisfies CodeArrived)
  }

  async exitCode(): Promise<number | null> {
    return (await this.#ended)[0]
  }

  kill(): void {
    this.#process.kill()
  }
}
