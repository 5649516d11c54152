/**
 * Deliveries taken instead of given: an async iterator whose items the program acknowledges by hand, at a moment of its
 * own choosing. What is not acknowledged comes again after a restart.
 */
import type { DeliveryHandler, ProgramDelivery } from './handler.ts'

export interface Handed {
  readonly delivery: ProgramDelivery
  /** 1 for the first time; more after `fail`. */
  readonly attempt: number
  /** The program is done with it. Doing so twice changes nothing. */
  ack(): void
  /** The program could not handle it: it comes again after a while, and is parked in the end. */
  fail(error: unknown): void
}

export class DeliveryIterator implements AsyncIterableIterator<Handed> {
  #ready: Handed[] = []
  #asking: ((result: IteratorResult<Handed>) => void)[] = []
  #ended = false
  /** Those taken or waiting; they fail when the iterator is left. */
  readonly #open = new Set<Handed>()
  readonly #left: () => void

  /** `left` is called when the program leaves the loop. */
  constructor(left: () => void) {
    this.#left = left
  }

  /** The deliverer's handler while the loop goes on. */
  readonly handler: DeliveryHandler = (delivery, { attempt, signal }) =>
    new Promise<void>((resolve, reject) => {
      if (this.#ended) throw new IteratorLeft()
      const leave = () => this.end()
      const settle = (then: () => void) => {
        signal.removeEventListener('abort', leave)
        this.#open.delete(handed)
        then()
      }
      const handed: Handed = {
        delivery,
        attempt,
        ack: () => settle(resolve),
        fail: (error) => settle(() => reject(error)),
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#open.add(handed)
      const asking = this.#asking.shift()
      if (asking === undefined) this.#ready.push(handed)
      else asking({ value: handed, done: false })
    })

  next(): Promise<IteratorResult<Handed>> {
    const handed = this.#ready.shift()
    if (handed !== undefined) return Promise.resolve({ value: handed, done: false })
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => {
      this.#asking.push(resolve)
    })
  }

  /** Leaving the loop ends the iterator; what was not acknowledged is not handled. */
  return(): Promise<IteratorResult<Handed>> {
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#left()
    this.#ready = []
    for (const handed of this.#open) handed.fail(new IteratorLeft())
    for (const asking of this.#asking.splice(0)) asking({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** The program stopped taking updates while this one was open. */
export class IteratorLeft extends Error {
  readonly code = 'UPDATES_ITERATOR_LEFT'

  constructor() {
    super('the program left the loop over its updates before this one was acknowledged')
    this.name = 'IteratorLeft'
  }
}
