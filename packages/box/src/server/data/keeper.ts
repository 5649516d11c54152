/** Saves the box when something has happened: soon after, but no more often than it has to, and at its end. */
import { Timer, type TimerWheel } from '@telegram-mt/net'
import type { Json } from '../../world/shape.ts'
import type { DataDirectory } from './data-directory.ts'

/** ms from something happening to its being saved. */
const SOON = 2000
/** Of a large world, saving takes at most this part of the time. */
const SHARE = 0.1

export class Keeper {
  readonly #directory: DataDirectory
  readonly #wheel: TimerWheel
  readonly #state: () => Json
  readonly #onFault: (error: unknown, where: string) => void
  readonly #timer: Timer
  #lastTook = 0

  constructor(
    directory: DataDirectory,
    wheel: TimerWheel,
    state: () => Json,
    onFault: (error: unknown, where: string) => void,
  ) {
    this.#directory = directory
    this.#wheel = wheel
    this.#state = state
    this.#onFault = onFault
    this.#timer = new Timer(() => {
      this.save().catch((error: unknown) => this.#onFault(error, 'saving'))
    })
  }

  /** Something has happened. */
  touch(): void {
    if (!this.#timer.active) this.#wheel.start(this.#timer, Math.max(SOON, this.#lastTook / SHARE))
  }

  /** @throws BoxDataError BOX_DATA_UNUSABLE */
  async save(): Promise<void> {
    this.#wheel.cancel(this.#timer)
    const { clock } = this.#wheel
    const started = clock.monotonic()
    await this.#directory.save(this.#state)
    this.#lastTook = clock.monotonic() - started
  }

  /** Saves for the last time, and leaves the directory. */
  async end(): Promise<void> {
    try {
      await this.save()
    } catch (error) {
      this.#onFault(error, 'saving at the end')
    }
    await this.#directory.close()
  }
}
