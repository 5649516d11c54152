/**
 * A session's updates as a log in the storage, which several readers follow at their own pace, each from where it was when
 * the process died. An update enters the log no later than the position behind it is saved, so none is missing; one that
 * comes again after a crash is known by its id and not written twice. What all readers are done with is cut off.
 */
import { SessionStateError } from '../errors.ts'
import type { SessionWrite, Storage } from '../storage/storage.ts'
import { isPassing } from '../updates/place.ts'
import { encodeDelivery } from './delivery-record.ts'
import type { EventFacts } from './event-facts.ts'
import type { Update } from './handlers.ts'

/** Ids remembered to tell repeats by; more than come between two saves of the position. */
const KNOWN = 2_000
/** The log is cut when so many events can go. */
const CUT_AT_LEAST = 64

/** What the log needs of its session. */
export interface LogSession {
  readonly id: string
  readonly userId: number | undefined
  /** Whose updates are stored. */
  readonly accountId: number | undefined
  write(...writes: SessionWrite[]): Promise<void>
  post(...writes: SessionWrite[]): void
}

export class UpdateLog {
  readonly #session: LogSession
  readonly #storage: Storage
  readonly #keep: number
  readonly #now: () => number
  #opening: Promise<void> | undefined
  #last = 0
  #trimmed = 0
  #known = new Set<string>()
  readonly #consumers = new Map<string, number>()
  readonly #reading = new Set<string>()
  #pending: Extract<SessionWrite, { type: 'logAppend' }>[] = []
  #waiting: (() => void)[] = []
  #closed = false
  #version = 0
  #era = 0

  constructor(session: LogSession, storage: Storage, keep: number, now: () => number) {
    this.#session = session
    this.#storage = storage
    this.#keep = keep
    this.#now = now
  }

  /** Reads where the log ends and where its readers are. Before anything else; more than once does no harm. */
  open(): Promise<void> {
    this.#closed = false
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #open(): Promise<void> {
    const { id } = this.#session
    const { first, last } = await this.#storage.logRange(id)
    this.#last = last
    this.#trimmed = (first ?? last + 1) - 1
    for (const { name, cursor } of await this.#storage.logConsumers(id)) this.#consumers.set(name, cursor)
    for (const record of await this.#storage.log(id, { after: last - KNOWN, limit: KNOWN })) {
      this.#known.add(record.id)
    }
  }

  /** The log of another account begins: what is in memory of the one before goes, and its readers end. */
  clear(): void {
    this.#era++
    this.#opening = undefined
    this.#pending = []
    this.#known = new Set()
    this.#consumers.clear()
    this.#reading.clear()
    this.close()
  }

  /** Grows with every account: a reader of an earlier one has nothing to do with the log any more. */
  get era(): number {
    return this.#era
  }

  // ---- writing

  /** Takes an update in; `take` gives it to the batch of the position. Typing and presence are old before they are read. */
  append(update: Update, facts: EventFacts): void {
    if (update.type === 'update' && isPassing(update.update)) return
    // Another account that signs in later has messages of the same numbers.
    const id = `${this.#session.userId ?? 0}/${update.id}`
    if (this.#known.has(id)) return
    this.#remember(id)
    this.#last++
    const event = encodeDelivery({ update, facts })
    this.#pending.push({ type: 'logAppend', cursor: this.#last, id, event, at: Math.floor(this.#now()) })
  }

  take(): SessionWrite[] {
    if (this.#pending.length === 0) return []
    const writes: SessionWrite[] = this.#pending
    this.#pending = []
    return writes
  }

  get dirty(): boolean {
    return this.#pending.length > 0
  }

  /** These could not be written after all. */
  putBack(writes: readonly SessionWrite[]): void {
    this.#pending.unshift(...writes.filter((write) => write.type === 'logAppend'))
  }

  /** What was taken is durable: readers may go on. */
  written(): void {
    this.#version++
    this.#cut()
    for (const wake of this.#waiting.splice(0)) wake()
  }

  // ---- reading

  /**
   * Where a reader begins: after this cursor.
   * @throws SessionStateError `CONSUMER_BUSY` the name is in use; `LOG_TRIMMED` what it wants to begin with is gone.
   */
  begin(name: string | undefined, from: number | 'start' | 'now' | undefined): number {
    if (name !== undefined && this.#reading.has(name)) {
      throw new SessionStateError('CONSUMER_BUSY', `the log is being read as ${JSON.stringify(name)} already`)
    }
    const known = name === undefined ? undefined : this.#consumers.get(name)
    const start = from === 'start' ? this.#trimmed : from === 'now' ? this.#last : (from ?? known)
    const after = start ?? this.#trimmed
    if (after < this.#trimmed) {
      throw new SessionStateError(
        'LOG_TRIMMED',
        `the log begins after ${this.#trimmed}, so it cannot be read from ${after}: what was before is gone`,
      )
    }
    if (name === undefined) return after
    this.#reading.add(name)
    // From now on nothing that it has not read is cut off.
    this.#moveConsumer(name, after)
    return after
  }

  end(name: string | undefined): void {
    if (name !== undefined) this.#reading.delete(name)
  }

  /** A reader is done with everything up to this cursor. */
  done(name: string | undefined, cursor: number): void {
    if (name === undefined) return
    this.#moveConsumer(name, cursor)
    this.#cut()
  }

  /** Nothing is kept for this reader any more. */
  async forget(name: string): Promise<void> {
    await this.open()
    this.#consumers.delete(name)
    await this.#session.write({ type: 'logConsumer', name, cursor: null })
    this.#cut()
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Grows with every write, so that a reader can tell whether one came while it was reading. */
  get version(): number {
    return this.#version
  }

  /** Resolves when something was written since this version, or the log is closed. */
  whenWritten(version: number): Promise<void> {
    if (this.#closed || version !== this.#version) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  close(): void {
    this.#closed = true
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #moveConsumer(name: string, cursor: number): void {
    if (this.#consumers.get(name) === cursor) return
    this.#consumers.set(name, cursor)
    this.#session.post({ type: 'logConsumer', name, cursor })
  }

  /** Up to the slowest reader, but for the newest that are kept for readers to come. */
  #cut(): void {
    const through = Math.min(this.#last - this.#keep, ...this.#consumers.values())
    if (through - this.#trimmed < CUT_AT_LEAST) return
    this.#trimmed = through
    this.#session.post({ type: 'logTrim', through })
  }

  #remember(id: string): void {
    this.#known.add(id)
    if (this.#known.size <= KNOWN) return
    for (const oldest of this.#known) {
      this.#known.delete(oldest)
      break
    }
  }
}
