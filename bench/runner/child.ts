/** A process that answers questions, one at a time, and may ask some of its own. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What goes either way between the processes: a question, or the answer to one. */
export type Note =
  | { readonly ask: number; readonly what: string; readonly details: unknown }
  | { readonly answer: number; readonly ok?: unknown; readonly error?: string }

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly node?: readonly string[]
  /** Answers what the child asks. */
  readonly onAsk?: (what: string, details: unknown) => unknown
}

export class Child {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>()
  #lastId = 0
  #said = ''
  readonly #ended: Promise<void>

  constructor(program: URL, { env, node = [], onAsk }: ChildOptions = {}) {
    this.#process = fork(fileURLToPath(program), [], {
      execArgv: [...node],
      env: { ...process.env, ...env },
      serialization: 'advanced',
      // What libraries say is of interest only if something went wrong.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#said = (this.#said + chunk.toString()).slice(-4000)
      })
    }
    this.#process.on('message', (note: Note) => void this.#onNote(note, onAsk))
    this.#ended = new Promise((resolve) => {
      this.#process.on('exit', (code, signal) => {
        const error = new Error(`${program.pathname} ended with ${code ?? signal}: ${this.#said}`)
        for (const { fail } of this.#waiting.values()) fail(error)
        this.#waiting.clear()
        resolve()
      })
    })
  }

  /** The answer is whatever the child's program gives; the caller knows its shape. */
  ask<T>(what: string, details?: unknown): Promise<T> {
    const id = ++this.#lastId
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { done: (value) => resolve(value as T), fail: reject })
      this.#process.send({ ask: id, what, details } satisfies Note)
    })
  }

  /** Resolves when the process is gone. */
  end(): Promise<void> {
    this.#process.kill('SIGKILL')
    return this.#ended
  }

  async #onNote(note: Note, onAsk: ChildOptions['onAsk']): Promise<void> {
    if ('ask' in note) {
      const answer = await answerTo(note, onAsk)
      if (this.#process.connected) this.#process.send(answer)
      return
    }
    const waiting = this.#waiting.get(note.answer)
    this.#waiting.delete(note.answer)
    if (note.error === undefined) waiting?.done(note.ok)
    else waiting?.fail(new Error(note.error))
  }
}

export async function answerTo(
  { ask, what, details }: Extract<Note, { ask: number }>,
  onAsk: ((what: string, details: unknown) => unknown) | undefined,
): Promise<Note> {
  try {
    if (onAsk === undefined) throw new Error(`nobody answers ${what}`)
    return { answer: ask, ok: await onAsk(what, details) }
  } catch (error) {
    return { answer: ask, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
