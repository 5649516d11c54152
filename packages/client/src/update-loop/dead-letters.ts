/** Updates that the program's handler refused for good, kept where people can read them, try them again or throw them away. */
import { SessionStateError } from '../errors.ts'
import { StorageError } from '../storage/error.ts'
import type { DeadLetter as StoredLetter } from '../storage/records.ts'
import type { Storage } from '../storage/storage.ts'
import type { ParkedDelivery } from '../updates/delivery.ts'
import type { HandlerContext } from '../updates/handler.ts'
import { decodeDelivery, encodeDelivery } from './delivery-record.ts'
import type { EventFacts } from './event-facts.ts'
import type { Update } from './handlers.ts'
import type { LogSession } from './update-log.ts'

/** An update that was parked. */
export interface DeadLetter {
  readonly id: string
  readonly update: Update
  /** What the handler threw the last time. */
  readonly error: { readonly name: string; readonly message: string }
  /** How often the handler had it. */
  readonly attempts: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /**
   * Gives it to the session's handlers again, now, beside whatever they are at. If they are done with it, it is gone from
   * the list; if they throw, it stays and their error is thrown.
   * @throws SessionStateError `ACCOUNT_CHANGED` another account has signed in since it was listed.
   */
  retry(): Promise<void>
  /** Takes it off the list. */
  discard(): Promise<void>
}

/** An update that was parked and cannot be read any more. */
export interface DamagedDeadLetter {
  readonly id: string
  /** `STORAGE_RECORD_CORRUPT`: what is wrong with it. */
  readonly error: StorageError
  /** Takes it off the list. */
  discard(): Promise<void>
}

export class DeadLetters {
  readonly #session: LogSession
  readonly #storage: Storage
  readonly #now: () => number
  readonly #handle: (update: Update, context: HandlerContext) => unknown
  readonly #fault: (error: unknown, where: string) => void
  /** Whose updates these are. */
  readonly #accountId: number | undefined

  constructor(
    session: LogSession,
    storage: Storage,
    now: () => number,
    handle: (update: Update, context: HandlerContext) => unknown,
    fault: (error: unknown, where: string) => void,
  ) {
    this.#session = session
    this.#storage = storage
    this.#now = now
    this.#handle = handle
    this.#fault = fault
    this.#accountId = session.accountId
  }

  /** Settles when it is durable. */
  async park({ delivery, error, attempts }: ParkedDelivery, facts: EventFacts): Promise<void> {
    await this.#write(delivery, facts, error, attempts)
  }

  /** Oldest first, at most so many. One that cannot be read is told as a fault and stays where it is; the others are listed. */
  async list(limit?: number): Promise<DeadLetter[]> {
    const { letters, damaged } = await this.#read(limit)
    for (const { error } of damaged) this.#fault(error, 'reading a parked update')
    return letters
  }

  /** Those that cannot be read. */
  async damaged(): Promise<DamagedDeadLetter[]> {
    return (await this.#read(Number.MAX_SAFE_INTEGER)).damaged
  }

  async #read(limit: number | undefined): Promise<{ letters: DeadLetter[]; damaged: DamagedDeadLetter[] }> {
    const letters: DeadLetter[] = []
    const damaged: DamagedDeadLetter[] = []
    const note = (error: StorageError, id: string) =>
      void damaged.push({ id, error, discard: () => this.#discard(id) })
    for (const letter of await this.#storage.deadLetters(this.#session.id, limit, note)) {
      try {
        letters.push(this.#open(letter))
      } catch (error) {
        if (!(error instanceof StorageError)) throw error
        note(error, letter.id)
      }
    }
    return { letters, damaged }
  }

  #open({ id, event, attempts, at }: StoredLetter): DeadLetter {
    const { update, facts, error = { name: 'Error', message: '' } } = decodeDelivery(event)
    return {
      id,
      update,
      error,
      attempts,
      at,
      retry: () => this.#retry(update, facts, attempts),
      discard: () => this.#discard(id),
    }
  }

  async #retry(update: Update, facts: EventFacts, attempts: number): Promise<void> {
    this.#requireAccount()
    try {
      await this.#handle(update, { attempt: attempts + 1, signal: new AbortController().signal })
    } catch (error) {
      await this.#write(update, facts, error, attempts + 1)
      throw error
    }
    await this.#discard(update.id)
  }

  async #discard(id: string): Promise<void> {
    // That of another account went with it, and its id may name one of this account's now.
    if (this.#session.accountId !== this.#accountId) return
    await this.#session.write({ type: 'deadLetterRemove', id })
  }

  #requireAccount(): void {
    if (this.#session.accountId === this.#accountId) return
    throw new SessionStateError(
      'ACCOUNT_CHANGED',
      'the update is of an account that has lost its place to another',
    )
  }

  async #write(update: Update, facts: EventFacts, thrown: unknown, attempts: number): Promise<void> {
    this.#requireAccount()
    // A message may quote what the update says, so it is sealed with the update; the name stands outside.
    const { name, message } = thrown instanceof Error ? thrown : { name: 'Error', message: String(thrown) }
    const event = encodeDelivery({ update, facts, error: { name, message } })
    const at = Math.floor(this.#now())
    await this.#session.write({ type: 'deadLetter', id: update.id, event, error: name, attempts, at })
  }
}
