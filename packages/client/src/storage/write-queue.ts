// Gathers batches and hands them to the driver together, one transaction for many, while callers go on. Under light load
// a batch waits for the end of the current turn of the event loop; under heavy load the next transaction takes what came
// in during the last one. A batch that the driver refuses fails alone.

import { StorageError } from './error.ts'
import type { SessionBatch } from './storage.ts'
import { type Patience, whileAway } from './while-away.ts'

/** One outcome per batch: undefined if it is durable. Throws if nothing of the transaction was kept. */
export type Commit = (batches: readonly SessionBatch[]) => Promise<(StorageError | undefined)[]>

export interface WriteQueueOptions extends Patience {
  /** How many single writes one transaction takes, roughly. */
  readonly maxWrites: number
  /** Lets the event loop turn. */
  readonly turn: () => Promise<void>
}

interface Waiting {
  readonly batch: SessionBatch
  readonly resolve: () => void
  readonly reject: (error: StorageError) => void
}

export class WriteQueue {
  readonly #commit: Commit
  readonly #options: WriteQueueOptions
  #waiting: Waiting[] = []
  #isRunning = false
  // Batches are numbered as they come and written in that order, so "all up to here" is one comparison.
  #handedIn = 0
  #done = 0
  readonly #lastOf = new Map<string, number>()
  #watchers: { readonly until: number; readonly resolve: () => void }[] = []

  constructor(commit: Commit, options: WriteQueueOptions) {
    this.#commit = commit
    this.#options = options
  }

  /** How many batches are not written yet. */
  get size(): number {
    return this.#handedIn - this.#done
  }

  write(batch: SessionBatch): Promise<void> {
    this.#handedIn++
    this.#lastOf.set(batch.session, this.#handedIn)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject })
      if (!this.#isRunning) this.#run()
    })
  }

  /** Settles when everything handed in so far (of one session, if named) was written or refused. */
  async settled(session?: string): Promise<void> {
    const until = session === undefined ? this.#handedIn : (this.#lastOf.get(session) ?? 0)
    if (until > this.#done) await new Promise<void>((resolve) => this.#watchers.push({ until, resolve }))
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    await this.#options.turn()
    while (this.#waiting.length > 0) {
      await this.#transaction(this.#take())
      await this.#options.turn()
    }
    this.#isRunning = false
  }

  #take(): Waiting[] {
    let count = 0
    let writes = 0
    while (count < this.#waiting.length && (count === 0 || writes < this.#options.maxWrites)) {
      writes += this.#waiting[count]?.batch.writes.length ?? 0
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #transaction(waiting: readonly Waiting[]): Promise<void> {
    let outcomes: (StorageError | undefined)[]
    try {
      const batches = waiting.map(({ batch }) => batch)
      // All writes may be repeated without harm.
      outcomes = await whileAway(() => this.#commit(batches), this.#options)
    } catch (error) {
      const failure = asStorageError(error)
      if (waiting.length > 1 && concernsOneBatch(failure)) {
        for (const one of waiting) await this.#transaction([one])
        return
      }
      outcomes = waiting.map(() => failure)
    }
    waiting.forEach(({ batch, resolve, reject }, index) => {
      this.#done++
      if (this.#lastOf.get(batch.session) === this.#done) this.#lastOf.delete(batch.session)
      const error = outcomes[index]
      if (error === undefined) resolve()
      else reject(error)
    })
    const due = this.#watchers.filter(({ until }) => until <= this.#done)
    if (due.length === 0) return
    this.#watchers = this.#watchers.filter(({ until }) => until > this.#done)
    for (const { resolve } of due) resolve()
  }
}

function concernsOneBatch({ code }: StorageError): boolean {
  return code === 'STORAGE_CONFLICT' || code === 'STORAGE_INVALID' || code === 'STORAGE_RECORD_CORRUPT'
}

function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error
  return new StorageError('STORAGE_IO', 'the transaction failed', { cause: error })
}
