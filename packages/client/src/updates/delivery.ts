/**
 * Hands deliveries to a program's handler and keeps the promise "at least once, in order": the next of a chat waits until
 * the handler is done with the one before, and a position is saved only when everything up to it is done. A handler that
 * throws gets the update again after a while, a few times; then the update is parked where people can read it, and the
 * rest goes on. A handler that never returns holds up its own session only (or its own chat), and shows in `status`.
 *
 * Timers and storage are given by the host.
 */

import { SparseSet } from '@telegram-mt/mtproto'
import { DeliveryIterator, IteratorLeft } from './delivery-iterator.ts'
import type { DeliveryHandler, ProgramDelivery } from './handler.ts'
import { type DeliveryOrder, type InLane, Lanes } from './lanes.ts'
import { Ledger, type Mark } from './ledger.ts'
import { type PositionChanges, SavedPositions } from './saved-positions.ts'
import { retryDelay } from './timing.ts'
import type { Delivery, UpdateState } from './types.ts'

/** An update that the handler refused for good. */
export interface ParkedDelivery {
  readonly delivery: ProgramDelivery
  readonly error: unknown
  readonly attempts: number
}

/** Things that somebody may want to log or to show. */
export type DeliveryEvent =
  | { readonly type: 'handlerFailed'; readonly id: string; readonly error: unknown; readonly attempt: number }
  | { readonly type: 'parked'; readonly id: string; readonly error: unknown; readonly attempts: number }
  /** The handler has been at it for longer than `stuckAfter`. Told once for each attempt. */
  | { readonly type: 'stuck'; readonly id: string; readonly since: number }
  /** The store refused; it is tried again. */
  | { readonly type: 'saveFailed' | 'parkFailed'; readonly error: unknown }
  /** More than `highWater` wait: ask the server for no more until `relieved`. */
  | { readonly type: 'pressed' }
  | { readonly type: 'relieved' }

export interface DeliveryTimers {
  /** Milliseconds, from any origin. */
  now(): number
  /** Runs `run` once after so many milliseconds; the function returned cancels. */
  after(milliseconds: number, run: () => void): () => void
}

export interface DelivererOptions {
  readonly timers: DeliveryTimers
  /** Stores what changed, all of it or nothing. Never called again before it is done. */
  readonly save: (changes: PositionChanges) => Promise<void>
  /** Stores an update that was given up, before the rest goes on. */
  readonly park: (parked: ParkedDelivery) => Promise<void>
  readonly report?: ((event: DeliveryEvent) => void) | undefined
  /** `session` (default): one update at a time. `chat`: different chats side by side. */
  readonly order?: DeliveryOrder | undefined
  /** Chats handled side by side (default 16). */
  readonly chatsAtOnce?: number | undefined
  /** How many updates of one lane the handler may have at the same time (default 1), for those acknowledged by hand. */
  readonly window?: number | undefined
  /** Waits before each further attempt, in ms (default 0.1, 1, 5, 30 s). After the last the update is parked. */
  readonly retryDelays?: readonly number[] | undefined
  /** Positions are gathered for so long before they are saved, in ms (default 20). */
  readonly saveAfter?: number | undefined
  /** Default 60 s. */
  readonly stuckAfter?: number | undefined
  /** How many may wait before the program counts as slow (default 1,000); relieved at half of it. */
  readonly highWater?: number | undefined
}

const STUCK_AFTER = 60_000

/** `Run.since` while the next attempt is waited for, and while the handler has not returned from its call. */
const WAITS = -1
const CALLED = -2

/** A delivery on its way to the handler and through it. */
interface Run extends InLane {
  readonly delivery: ProgramDelivery
  readonly mark: Mark
  attempt: number
  /** Since when the handler's promise is waited for. Most handlers give none: for them nobody looks at the clock. */
  since: number
  cancel: (() => void) | undefined
  /** This attempt was reported as stuck. */
  told: boolean
}

/** What of an account's updates waits, and what is at work. */
export interface DelivererStatus {
  /** Deliveries that were not begun. */
  readonly waiting: number
  /** What the handler has at present, or will get again after a wait. */
  readonly running: readonly {
    readonly id: string
    readonly attempt: number
    readonly milliseconds: number
  }[]
  readonly handled: number
  readonly parked: number
  readonly pressed: boolean
}

export class Deliverer {
  readonly #options: DelivererOptions
  readonly #saved: SavedPositions
  readonly #ledger: Ledger
  readonly #lanes: Lanes<Run>
  readonly #running = new SparseSet<Run>()
  /** Begun, and without a handler at present: the next handler begins with these. */
  readonly #orphans: Run[] = []
  #stopped = false
  #beginning = false
  #cancelWatch: (() => void) | undefined
  /** Made when a handler is first called: it is large for what most sessions need. */
  #stopping: AbortController | undefined
  #handler: DeliveryHandler | undefined
  #pressed = false
  #handled = 0
  #parked = 0
  #saving: Promise<void> | undefined
  #saveFailures = 0
  #cancelSave: (() => void) | undefined
  /** Called when nothing runs any more. */
  #idle: (() => void)[] = []

  /** `state` is what was saved before: the account's position is saved as a whole, from there on. */
  constructor(state: UpdateState | undefined, options: DelivererOptions) {
    const { order = 'session', chatsAtOnce = 16, window = 1 } = options
    this.#options = options
    this.#saved = new SavedPositions(state, false)
    this.#ledger = new Ledger(this.#saved)
    this.#lanes = new Lanes(order, order === 'chat' ? chatsAtOnce : 1, window)
  }

  /** From now on this handles what comes, so many of one lane at a time. Until there is a handler, deliveries wait. */
  setHandler(handler: DeliveryHandler | undefined, window = this.#options.window ?? 1): void {
    this.#handler = handler
    this.#lanes.window = window
    if (handler !== undefined) for (const run of this.#orphans.splice(0)) this.#attempt(run)
    this.#begin()
  }

  /**
   * The other way to take deliveries: `for await (const { delivery, ack } of deliverer.iterate())`. What is not
   * acknowledged is not handled; as many as `window` may be open at a time. Leaving the loop hands nothing more out.
   */
  iterate(): DeliveryIterator {
    const iterator = new DeliveryIterator(() => {
      if (this.#handler === iterator.handler) this.#handler = undefined
    })
    this.setHandler(iterator.handler)
    return iterator
  }

  /** Takes deliveries of the engine, in its order. After `stop` they are left: they come again. */
  add(deliveries: readonly Delivery[]): void {
    if (this.#stopped) return
    for (const delivery of deliveries) {
      if (delivery.type === 'position') this.#ledger.note(delivery.sequence, delivery.position)
      else {
        this.#lanes.add({
          delivery,
          mark: this.#ledger.add(delivery.sequence, delivery.position),
          lane: this.#lanes.laneOf(delivery),
          attempt: 0,
          since: WAITS,
          cancel: undefined,
          told: false,
        })
      }
    }
    this.#begin()
    this.#planSave(this.#options.saveAfter ?? 20)
    this.#feelPressure()
  }

  status(): DelivererStatus {
    const now = this.#options.timers.now()
    const running = [...this.#running].map(({ delivery, attempt, since }) => ({
      id: delivery.id,
      attempt,
      milliseconds: since < 0 ? 0 : now - since,
    }))
    const [handled, parked, pressed] = [this.#handled, this.#parked, this.#pressed]
    return { waiting: this.#lanes.waiting, running, handled, parked, pressed }
  }

  /** Saves what may be saved. Rejects if the store refuses. */
  async flush(): Promise<void> {
    this.#cancelSave?.()
    this.#cancelSave = undefined
    while (this.#saving !== undefined) await this.#saving.catch(() => undefined)
    await this.#save()
  }

  /**
   * Hands out no more, waits for handlers at work (at most so many milliseconds), saves what is done. The rest comes again
   * after a restart.
   */
  async stop(patience = 5_000): Promise<void> {
    this.#stopped = true
    this.#stopping?.abort()
    this.#lanes.clear()
    for (const run of this.#running) if (run.since === WAITS) this.#release(run)
    if (this.#running.size > 0) await this.#quiet(patience)
    for (const run of this.#running) run.cancel?.()
    this.#cancelWatch?.()
    this.#cancelWatch = undefined
    await this.flush()
  }

  // ---------------------------------------------------------------------------------------------- handling

  #begin(): void {
    // A handler that is done at once gives back its lane from within this loop, which goes on with the next by itself.
    if (this.#beginning) return
    this.#beginning = true
    try {
      this.#beginAll()
    } finally {
      this.#beginning = false
    }
  }

  #beginAll(): void {
    while (this.#handler !== undefined && !this.#stopped) {
      const run = this.#lanes.next()
      if (run === undefined) return
      this.#running.add(run)
      this.#attempt(run)
    }
  }

  #attempt(run: Run): void {
    this.#stopping ??= new AbortController()
    const { signal } = this.#stopping
    const handler = this.#handler
    if (handler === undefined) {
      this.#orphans.push(run)
      return
    }
    run.attempt++
    run.since = CALLED
    run.told = false
    let result: unknown
    try {
      result = handler(run.delivery, { attempt: run.attempt, signal })
    } catch (error) {
      this.#failed(run, error)
      return
    }
    if (!isThenable(result)) {
      this.#done(run)
      return
    }
    this.#waitFor(run)
    result.then(
      () => this.#done(run),
      (error: unknown) => this.#failed(run, error),
    )
  }

  /** What the run is at takes a while. */
  #waitFor(run: Run): void {
    const { timers, stuckAfter = STUCK_AFTER } = this.#options
    run.since = timers.now()
    // One timer for all, as nearly every handler is done long before.
    this.#cancelWatch ??= timers.after(stuckAfter, () => this.#watch())
  }

  /** Tells of handlers that have been at work for too long, and looks again when the next one will have been. */
  #watch(): void {
    this.#cancelWatch = undefined
    const { timers, stuckAfter = STUCK_AFTER } = this.#options
    const now = timers.now()
    let next = Number.POSITIVE_INFINITY
    for (const run of this.#running) {
      if (run.since < 0 || run.told) continue
      const due = run.since + stuckAfter
      if (due > now) next = Math.min(next, due)
      else {
        run.told = true
        this.#report({ type: 'stuck', id: run.delivery.id, since: run.since })
      }
    }
    if (next < Number.POSITIVE_INFINITY) {
      this.#cancelWatch = timers.after(next - now, () => this.#watch())
    }
  }

  #done(run: Run): void {
    this.#handled++
    this.#ledger.done(run.mark)
    this.#release(run)
    this.#planSave(this.#options.saveAfter ?? 20)
  }

  #failed(run: Run, error: unknown): void {
    run.cancel?.()
    run.cancel = undefined
    run.since = WAITS
    if (this.#stopped) {
      this.#release(run)
      return
    }
    if (error instanceof IteratorLeft) {
      run.attempt--
      this.#attempt(run)
      return
    }
    this.#report({ type: 'handlerFailed', id: run.delivery.id, error, attempt: run.attempt })
    const { retryDelays = [100, 1_000, 5_000, 30_000], timers } = this.#options
    const wait = retryDelays[run.attempt - 1]
    if (wait === undefined) this.#park(run, error, 0)
    else run.cancel = timers.after(wait, () => this.#attempt(run))
  }

  #park(run: Run, error: unknown, failures: number): void {
    const parked: ParkedDelivery = { delivery: run.delivery, error, attempts: run.attempt }
    this.#waitFor(run)
    settled(() => this.#options.park(parked)).then(
      () => {
        this.#parked++
        this.#report({ type: 'parked', id: run.delivery.id, error, attempts: run.attempt })
        this.#ledger.done(run.mark)
        this.#release(run)
        this.#planSave(this.#options.saveAfter ?? 20)
      },
      (refusal: unknown) => {
        // Neither handled nor written down: to go on would lose it.
        this.#report({ type: 'parkFailed', error: refusal })
        if (this.#stopped) this.#release(run)
        else {
          run.since = WAITS
          const wait = retryDelay(failures + 1, 0)
          run.cancel = this.#options.timers.after(wait, () => this.#park(run, error, failures + 1))
        }
      },
    )
  }

  #release(run: Run): void {
    run.cancel?.()
    if (!this.#running.delete(run)) return
    this.#lanes.done(run.lane)
    this.#begin()
    this.#feelPressure()
    if (this.#idle.length > 0 && this.#running.size === 0)
      for (const resolve of this.#idle.splice(0)) resolve()
  }

  #quiet(patience: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timers.after(patience, resolve)
      this.#idle.push(() => {
        cancel()
        resolve()
      })
    })
  }

  #feelPressure(): void {
    const { highWater = 1_000 } = this.#options
    const { waiting } = this.#lanes
    if (!this.#pressed && waiting > highWater) {
      this.#pressed = true
      this.#report({ type: 'pressed' })
    } else if (this.#pressed && waiting <= highWater / 2) {
      this.#pressed = false
      this.#report({ type: 'relieved' })
    }
  }

  /** Whoever listens must not bring down what it listens to. */
  #report(event: DeliveryEvent): void {
    try {
      this.#options.report?.(event)
    } catch {
      // The listener's own fault is the listener's business.
    }
  }

  // ---------------------------------------------------------------------------------------------- saving

  #planSave(wait: number): void {
    if (this.#cancelSave === undefined && this.#saving === undefined && this.#saved.dirty) this.#saveIn(wait)
  }

  #saveIn(wait: number): void {
    this.#cancelSave = this.#options.timers.after(wait, () => {
      this.#cancelSave = undefined
      // A failure is told by `saveFailed`, and tried again.
      if (this.#saving === undefined) this.#save().catch(() => undefined)
    })
  }

  async #save(): Promise<void> {
    if (!this.#saved.dirty) return
    const changes = this.#saved.takeChanges()
    this.#saving = settled(() => this.#options.save(changes))
    let again = this.#options.saveAfter ?? 20
    try {
      await this.#saving
      this.#saveFailures = 0
    } catch (error) {
      this.#saved.putBack(changes)
      this.#saveFailures++
      again = retryDelay(this.#saveFailures, 0)
      this.#report({ type: 'saveFailed', error })
      throw error
    } finally {
      this.#saving = undefined
      if (!this.#stopped) this.#planSave(again)
    }
  }
}

/** As a promise also where the call throws. */
async function settled(call: () => Promise<void>): Promise<void> {
  await call()
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
