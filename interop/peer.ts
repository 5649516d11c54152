/** A peer program in a process of its own: another library, unmodified, driven by lines of JSON (see ../peers/wire.mjs). */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface PeerMessage {
  event: 'message'
  messageId: number
  text: string
  out: boolean
  chat: number
}

export type PeerName = 'gramjs' | 'teleproto' | 'mtcute'

/** How long a peer may take for one request or until an awaited message comes, milliseconds. */
const PATIENCE = 30_000

export class Peer {
  readonly name: string
  readonly #process: ChildProcess
  readonly #answers = new Map<number, (answer: { ok?: unknown; error?: string }) => void>()
  readonly #messages: PeerMessage[] = []
  #waiters: { wants: (message: PeerMessage) => boolean; found: (message: PeerMessage) => void }[] = []
  #lastId = 0
  #log = ''

  constructor(name: PeerName) {
    this.name = name
    const program = fileURLToPath(new URL(`../peers/${name}.mjs`, import.meta.url))
    this.#process = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#log = (this.#log + chunk.toString()).slice(-4000)
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
  ask<T>(what: string, details: object = {}): Promise<T> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle({ error: `no answer in ${PATIENCE} ms; log: ${this.#log}` }),
        PATIENCE,
      )
      const settle = ({ ok, error }: { ok?: unknown; error?: string }) => {
        clearTimeout(timer)
        this.#answers.delete(id)
        if (error === undefined) resolve(ok as T)
        else reject(new Error(`${this.name} could not ${what}: ${error}`))
      }
      this.#answers.set(id, settle)
      this.#process.stdin?.write(`${JSON.stringify({ id, do: what, ...details })}\n`)
    })
  }

  /** The first message pushed to this peer, so far or from now on, that fits. */
  received(wants: (message: PeerMessage) => boolean, what: string): Promise<PeerMessage> {
    const known = this.#messages.find(wants)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.name} was not told of ${what} in ${PATIENCE} ms; log: ${this.#log}`)),
        PATIENCE,
      )
      this.#waiters.push({
        wants,
        found: (message) => {
          clearTimeout(timer)
          resolve(message)
        },
      })
    })
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.stdin?.end()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3000)
    await ended
    clearTimeout(timer)
  }

  #onLine(line: string): void {
    const answer: { id?: number; ok?: unknown; error?: string; event?: string } = JSON.parse(line)
    if (answer.id !== undefined) this.#answers.get(answer.id)?.(answer)
    else if (answer.event === 'message') {
      const message = answer as PeerMessage
      this.#messages.push(message)
      this.#waiters = this.#waiters.filter(({ wants, found }) => {
        if (!wants(message)) return true
        found(message)
        return false
      })
    }
  }
}
