/** How bad it is going to be in one run. Each run has its own mixture, some of them harmless. */
import type { ServerOptions } from './model-server.ts'
import type { Random } from './random.ts'

export class Faults implements ServerOptions {
  readonly sliceSize: number
  readonly tooLong: number
  readonly minUsers: number
  readonly minInDifferences: boolean
  readonly channelLimit: number
  readonly channelsAtOnce: number
  readonly bufferLimit: number
  readonly queueHigh: number
  readonly queueLow: number
  /** Chances. */
  loss: number
  double: number
  refuse: number
  crash: number
  /** Below which roll, from 0.95 up, the server renumbers the account's events. */
  readonly renumberBelow: number
  /** How often one unnumbered update may be handed out at most. */
  readonly doublesAtMost: number
  readonly mayOverflow: boolean
  /** The process dies once more just before everything begins to work. */
  readonly dieAtEnd: boolean
  /**
   * How the engine is to hear in the end of what it missed: the server says that the session is a new one, or nothing comes
   * for long enough; or it has heard, as no push was ever lost on a living session.
   */
  readonly recovery: 'newSession' | 'silence' | 'none'
  /** Milliseconds at most. */
  #delay: number
  #handling: number
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
    this.sliceSize = random.pick([1, 2, 5, 100])
    this.tooLong = random.pick([3, 10, 1000, 1000])
    this.minUsers = random.pick([0, 0, 0.3])
    this.minInDifferences = random.chance(0.3)
    this.channelLimit = random.pick([2, 10, 100])
    this.channelsAtOnce = random.pick([1, 2, 4])
    this.bufferLimit = random.pick([3, 20, 2000])
    this.queueHigh = random.pick([2, 10, 1000])
    this.queueLow = Math.floor(this.queueHigh / 2)
    this.loss = random.pick([0, 0.05, 0.3])
    this.double = random.pick([0, 0.2])
    this.refuse = random.pick([0, 0.1, 0.4, 0.9])
    this.crash = random.pick([0, 0.5, 1])
    this.recovery = random.pick(['newSession', 'silence', this.loss === 0 ? 'none' : 'silence'])
    this.dieAtEnd = random.chance(0.3)
    this.renumberBelow = random.pick([0, 0, 0.96])
    this.#delay = random.pick([1, 100, 3000])
    this.#handling = random.pick([1, 20, 1500])
    // The transport tells doubles apart by message id; here only containers with a seq can be told apart.
    this.doublesAtMost = this.double > 0 ? 2 : 1
    this.mayOverflow = this.bufferLimit < 2000
  }

  delay(): number {
    return this.#random.below(this.#delay + 1)
  }

  handling(): number {
    return this.#random.below(this.#handling + 1)
  }

  /** From now on everything works. */
  heal(): void {
    this.loss = 0
    this.double = 0
    this.refuse = 0
    this.crash = 0
    this.#delay = 100
    this.#handling = 10
  }
}
