/** A peer program in a process of its own: another library, unmodified, driven by lines of JSON (see ../peers/wire.mjs). */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Diary, PATIENCE } from './diary.ts'
import type { ClientName, Happenings, Requests } from './vocabulary.ts'

interface Line {
  call?: number
  ok?: unknown
  error?: string
  event?: keyof Happenings
  details?: Happenings[keyof Happenings]
}

export class Peer {
  readonly name: string
  readonly diary: Diary
  readonly #process: ChildProcess
  readonly #answers = new Map<number, (answer: { ok?: unknown; error?: string }) => void>()
  #lastCall = 0
  #log = ''

  constructor(name: Exclude<ClientName, 'telegram-mt'>) {
    this.name = name
    this.diary = new Diary(name)
    const program = fileURLToPath(new URL(`../peers/${name}.mjs`, import.meta.url))
    this.#process = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-4000)
      // PEER_TRACE=gramjs PEER_LOG=debug (PEER_LOG_LEVEL=4 for mtcute): what a library says of itself.
      if (process.env.PEER_TRACE === name) process.stderr.write(chunk)
    })
    this.#process.on('exit', (code) => {
      for (const answer of this.#answers.values())
        answer({ error: `the process ended with ${code}: ${this.#log}` })
    })
    if (this.#process.stdout !== null) {
      createInterface({ input: this.#process.stdout }).on('line', (line) => this.#onLine(line))
    }
  }

  /** Asks the peer to do something; rejects with its error. */
  ask<R extends keyof Requests>(what: R, details: Requests[R]['asked']): Promise<Requests[R]['given']> {
    const call = ++this.#lastCall
    const asked = new Error()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle({ error: `no answer in ${PATIENCE} ms; log: ${this.#log}` }),
        PATIENCE,
      )
      const settle = ({ ok, error }: { ok?: unknown; error?: string }) => {
        clearTimeout(timer)
        this.#answers.delete(call)
        asked.message = `${this.name} could not ${what}: ${error}`
        if (error === undefined) resolve(ok as Requests[R]['given'])
        else reject(asked)
      }
      this.#answers.set(call, settle)
      this.#process.stdin?.write(`${JSON.stringify({ call, do: what, details })}\n`)
    })
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.stdin?.end()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
    await ended
    clearTimeout(timer)
  }

  #onLine(line: string): void {
    const { call, event, details, ...answer }: Line = JSON.parse(line)
    if (event !== undefined && details !== undefined) this.diary.add(event, details as never)
    else if (call !== undefined) this.#answers.get(call)?.(answer)
  }
}
