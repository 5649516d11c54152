/** Updates that the program takes one by one and acknowledges by hand, straight from the session. */

import { DeliveryIterator, type Handed } from '../updates/delivery-iterator.ts'
import type { ChatEvent } from '../updates/event-types.ts'
import { eventsOf } from '../updates/events.ts'
import { type EventFacts, lookupOf } from './event-facts.ts'
import type { Update } from './handlers.ts'
import type { MessageIndex } from './message-index.ts'

/** An update in the program's hands. */
export interface TakenUpdate {
  readonly update: Update
  /** The same as typed events: usually one, sometimes none. */
  readonly events: readonly ChatEvent[]
  /** 1 for the first time; more after `fail`. */
  readonly attempt: number
  /** The program is done with it. A moment later the storage knows. */
  ack(): void
  /** The program could not handle it: it comes again after a while, and is parked in the end. */
  fail(error: unknown): void
}

export class TakenUpdates implements AsyncIterableIterator<TakenUpdate> {
  readonly #inner: DeliveryIterator
  readonly #index: MessageIndex
  readonly #selfId: () => number | undefined

  /** `left` is called when the program leaves the loop. */
  constructor(index: MessageIndex, selfId: () => number | undefined, left: () => void) {
    this.#inner = new DeliveryIterator(left)
    this.#index = index
    this.#selfId = selfId
  }

  get handler(): DeliveryIterator['handler'] {
    return this.#inner.handler
  }

  async next(): Promise<IteratorResult<TakenUpdate>> {
    const result = await this.#inner.next()
    if (result.done === true) return result
    return { value: await this.#taken(result.value), done: false }
  }

  return(): Promise<IteratorResult<TakenUpdate>> {
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  end(): void {
    this.#inner.end()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #taken({ delivery: update, attempt, ack, fail }: Handed): Promise<TakenUpdate> {
    let facts: EventFacts
    try {
      facts = await this.#index.facts(update)
    } catch (error) {
      fail(error)
      throw error
    }
    const selfId = this.#selfId()
    return {
      update,
      attempt,
      get events() {
        return eventsOf(update, lookupOf(facts, selfId))
      },
      ack,
      fail,
    }
  }
}
