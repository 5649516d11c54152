/**
 * A call from its making to its end, over all its attempts, as those see it that are to be executed after it. "invokeAfterMsg:
 * invoke a query after the completion of one of the previous queries" (https://core.telegram.org/method/invokeAfterMsg).
 */
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

export class Invocation {
  /** What its caller holds. */
  promise: Promise<unknown> | undefined
  /** What it must follow. */
  readonly #before: Invocation | undefined
  #attempt: Attempt | undefined
  #followed: Attempt | undefined
  #outcome: 'open' | 'well' | 'badly' = 'open'
  #change: { promise: Promise<void>; resolve: () => void } | undefined

  constructor(before?: Invocation) {
    this.#before = before
  }

  /** One that nothing is known of but its promise. */
  static of(promise: Promise<unknown>): Invocation {
    const invocation = new Invocation()
    promise.then(
      () => invocation.end(true),
      () => invocation.end(false),
    )
    return invocation
  }

  /** It has not ended. */
  get open(): boolean {
    return this.#outcome === 'open'
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

  end(well: boolean): void {
    this.#attempt = undefined
    this.#outcome = well ? 'well' : 'badly'
    this.#changed()
  }

  /**
   * Waits until this call can be sent so that the server executes it after the one before. Gives the attempt to chain it
   * to; none if that call has ended well.
   * @throws RpcError MSG_WAIT_FAILED if it has ended badly.
   */
  async follow(method: string, patience: Patience): Promise<Attempt | undefined> {
    const before = this.#before
    if (before === undefined) return undefined
    for (;;) {
      if (before.#outcome === 'well') return undefined
      if (before.#outcome === 'badly') throw new RpcError(400, 'MSG_WAIT_FAILED', method)
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
    while (before.#outcome === 'open' && (elsewhere || before.#attempt === this.#followed)) {
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
