/**
 * A call from its making to its end, over all its attempts, as those see it that are to be executed after it. "invokeAfterMsg:
 * invoke a query after the completion of one of the previous queries" (https://core.telegram.org/method/invokeAfterMsg).
 */
import { TelegramError } from '../errors.ts'
import type { Patience } from './patience.ts'
import { RpcError } from './rpc-error.ts'

/** One attempt: the connection it went over, and the answer to come. */
export interface Attempt {
  readonly connection: object
  readonly answer: Promise<Uint8Array>
}

/** The call to follow went over another connection: no order can be had but by waiting for its end. */
export class FollowsElsewhereError extends Error {
  override readonly name = 'FollowsElsewhereError'
}

/**
 * How a call has ended, for those that follow it. `givenUp`: by its caller, which says nothing of what became of it; `foreign`: it
 * was no call of this session, but a promise, and that was rejected.
 */
export type Outcome = 'well' | 'failed' | 'givenUp' | 'foreign'

export class Invocation {
  /** What its caller holds. */
  promise: Promise<unknown> | undefined
  /** What it must follow. */
  #before: Invocation | undefined
  #attempt: Attempt | undefined
  #followed: Attempt | undefined
  #outcome: Outcome | undefined
  #reason: unknown
  #change: { promise: Promise<void>; resolve: () => void } | undefined

  constructor(before?: Invocation) {
    this.#before = before
  }

  /** One that nothing is known of but its promise. */
  static of(promise: Promise<unknown>): Invocation {
    const invocation = new Invocation()
    promise.then(
      () => invocation.end('well'),
      (reason: unknown) => invocation.end('foreign', reason),
    )
    return invocation
  }

  /** One that has ended so. */
  static ended(outcome: Outcome): Invocation {
    const invocation = new Invocation()
    invocation.end(outcome)
    return invocation
  }

  /** How it has ended; undefined before. */
  get outcome(): Outcome | undefined {
    return this.#outcome
  }

  sent(attempt: Attempt): void {
    this.#attempt = attempt
    this.#changed()
  }

  /** The attempt has failed, and another may follow. */
  turnedBack(): void {
    this.#attempt = undefined
    this.#changed()
  }

  end(outcome: Outcome, reason?: unknown): void {
    this.#attempt = undefined
    // Chains may be without end: what has ended holds nothing.
    this.#before = undefined
    this.#outcome = outcome
    this.#reason = reason
    this.#changed()
  }

  /**
   * Waits until this call can be sent so that the server executes it after the one before. Gives the attempt to chain it
   * to; none if that call has ended well, or was given up.
   * @throws RpcError MSG_WAIT_FAILED if it has failed, as the server would say; TelegramError AFTER_REJECTED if it was none of our calls.
   */
  async follow(method: string, patience: Patience): Promise<Attempt | undefined> {
    const before = this.#before
    if (before === undefined) return undefined
    for (;;) {
      switch (before.#outcome) {
        case 'well':
        case 'givenUp':
          return undefined
        case 'failed':
          throw new RpcError(400, 'MSG_WAIT_FAILED', method)
        case 'foreign':
          throw new TelegramError(
            'AFTER_REJECTED',
            `${method}: the promise that it was to follow was rejected`,
            {
              cause: before.#reason,
            },
          )
        default:
      }
      this.#followed = before.#attempt
      if (before.#attempt !== undefined) return before.#attempt
      await patience.settled(before.#nextChange())
    }
  }

  /** Whether an error only says that the call cannot follow the one before in this way; waits until another way is open. */
  async mayFollowAnew(error: unknown, patience: Patience): Promise<boolean> {
    const before = this.#before
    if (before === undefined) return false
    const elsewhere = error instanceof FollowsElsewhereError
    if (!elsewhere && !RpcError.is(error, 'MSG_WAIT_FAILED')) return false
    while (before.#outcome === undefined && (elsewhere || before.#attempt === this.#followed)) {
      await patience.settled(before.#nextChange())
    }
    return true
  }

  #nextChange(): Promise<void> {
    if (this.#change === undefined) {
      let resolve = () => {}
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#change = { promise, resolve }
    }
    return this.#change.promise
  }

  #changed(): void {
    this.#change?.resolve()
    this.#change = undefined
  }
}
