/** One reader of a session's log: an async iterator that goes on for as long as the session is open. */
import { StorageError } from '../storage/error.ts'
import type { LogRecord } from '../storage/records.ts'
import type { Storage } from '../storage/storage.ts'
import type { ChatEvent } from '../updates/event-types.ts'
import { eventsOf } from '../updates/events.ts'
import { decodeDelivery } from './delivery-record.ts'
import { lookupOf } from './event-facts.ts'
import type { Update } from './handlers.ts'
import type { LogSession, UpdateLog } from './update-log.ts'

/** An update out of the log. */
export interface LoggedUpdate {
  /** Its place in the log: `updates({ from: cursor })` goes on after it. */
  readonly cursor: number
  readonly update: Update
  /** The same as typed events: usually one, sometimes none. */
  readonly events: readonly ChatEvent[]
  /** The reader is done with it. Its place moves on when everything before is acknowledged too. */
  ack(): void
}

export interface LogReaderOptions {
  readonly consumer?: string | undefined
  readonly from?: number | 'start' | 'now' | undefined
  /** How many may be open (not acknowledged) before the loop waits. */
  readonly window: number
}

const PAGE = 100

export class LogReader implements AsyncIterableIterator<LoggedUpdate> {
  readonly #log: UpdateLog
  readonly #session: LogSession
  readonly #storage: Storage
  readonly #options: LogReaderOptions
  #read = 0
  readonly #era: number
  readonly #begun: Promise<void>
  #ready: LoggedUpdate[] = []
  /** Handed out and not cut off yet, in order. */
  #open: { readonly cursor: number; done: boolean }[] = []
  #ended = false
  #turn: Promise<unknown> = Promise.resolve()
  #wake: (() => void) | undefined

  constructor(log: UpdateLog, session: LogSession, storage: Storage, options: LogReaderOptions) {
    this.#log = log
    this.#session = session
    this.#storage = storage
    this.#options = options
    this.#era = log.era
    // From now on nothing is cut off that a named reader has not read. What goes wrong is told by the first `next`.
    this.#begun = this.#begin()
    this.#begun.catch(() => undefined)
  }

  /**
   * @throws SessionStateError `CONSUMER_BUSY`, `LOG_TRIMMED`; StorageError.
   */
  next(): Promise<IteratorResult<LoggedUpdate>> {
    // One after the other, also if the program does not wait in between.
    const turn = this.#turn.then(() => this.#next())
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  return(): Promise<IteratorResult<LoggedUpdate>> {
    this.#end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #next(): Promise<IteratorResult<LoggedUpdate>> {
    await this.#begun
    for (;;) {
      if (this.#ended || this.#isPast || this.#log.isClosed) {
        this.#end()
        return { value: undefined, done: true }
      }
      const { consumer, window } = this.#options
      const { version } = this.#log
      const full = consumer !== undefined && this.#open.length >= window
      const next = full ? undefined : (this.#ready.shift() ?? (await this.#load()))
      if (next !== undefined) {
        if (consumer !== undefined) this.#open.push({ cursor: next.cursor, done: false })
        return { value: next, done: false }
      }
      await this.#change(version)
    }
  }

  /** Another account has signed in since. */
  get #isPast(): boolean {
    return this.#log.era !== this.#era
  }

  async #begin(): Promise<void> {
    await this.#log.open()
    this.#read = this.#log.begin(this.#options.consumer, this.#options.from)
  }

  async #load(): Promise<LoggedUpdate | undefined> {
    for (const { cursor, event } of await this.#page()) {
      const { update, facts } = decodeDelivery(event)
      const events = () => eventsOf(update, lookupOf(facts, this.#session.userId))
      this.#ready.push(loggedUpdate(cursor, update, events, () => this.#ack(cursor)))
      this.#read = cursor
    }
    return this.#ready.shift()
  }

  /** A damaged record is an error when it is its turn, and no sooner. */
  async #page(): Promise<LogRecord[]> {
    const { id } = this.#session
    try {
      return await this.#storage.log(id, { after: this.#read, limit: PAGE })
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'STORAGE_RECORD_CORRUPT') throw error
      return await this.#storage.log(id, { after: this.#read, limit: 1 })
    }
  }

  /** Until there is something new to read, room for it, or an end. */
  #change(version: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      this.#log.whenWritten(version).then(resolve)
    })
  }

  #ack(cursor: number): void {
    const entry = this.#open.find((one) => one.cursor === cursor)
    if (entry === undefined || this.#ended || this.#isPast) return
    entry.done = true
    const open = this.#open.findIndex(({ done }) => !done)
    const done = this.#open.splice(0, open < 0 ? this.#open.length : open).at(-1)
    if (done !== undefined) this.#log.done(this.#options.consumer, done.cursor)
    this.#wake?.()
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#ready = []
    this.#begun.then(
      () => (this.#isPast ? undefined : this.#log.end(this.#options.consumer)),
      () => undefined,
    )
    this.#wake?.()
  }
}

/** Events are worked out when they are asked for. */
function loggedUpdate(
  cursor: number,
  update: Update,
  events: () => ChatEvent[],
  ack: () => void,
): LoggedUpdate {
  return {
    cursor,
    update,
    get events() {
      return events()
    },
    ack,
  }
}
