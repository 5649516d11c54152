// What all connections of a host share: the timer wheel, the gate for connects, randomness, and one queue of
// those that have something to write, emptied once per turn of the event loop.

import type { BackoffOptions } from './backoff.ts'
import { ConnectLimiter, type ConnectLimits } from './connect-limiter.ts'
import type { Cores } from './core.ts'
import { type SleepListener, TimerWheel } from './timer-wheel.ts'

/** How long each step may take, milliseconds. */
export interface ConnectionTimes {
  /** Opening a link, proxies included. Default 10 s. */
  connect: number
  /** The whole key exchange. Default 10 s; `resPQ` must come in 60 % of it, the DH answer in 80 %. */
  keyExchange: number
  /** A connection that held at least this long starts the back-off anew. Default 10 s. */
  steady: number
}

export interface ConnectionHostOptions {
  wheel?: TimerWheel
  limiter?: ConnectLimiter
  /** Limits of the limiter made here, if none is given. */
  limits?: ConnectLimits
  /** Uniform in [0, 1), for jitter only. */
  random?: () => number
  backoff?: BackoffOptions
  times?: Partial<ConnectionTimes>
  /** `mtprotoCores(…)`, but for tests. */
  cores: Cores
}

interface Flushable {
  flush(): void
}

/** A connection, as the host tells it of the machine's network. */
export interface NetworkListener {
  /** What is open leads nowhere any more, for all that is known. */
  networkChanged(): void
  /** What is open may lead nowhere any more, and what could not be reached may be. */
  addressesChanged(): void
}

export class ConnectionHost implements SleepListener {
  readonly wheel: TimerWheel
  readonly limiter: ConnectLimiter
  readonly random: () => number
  readonly backoff: BackoffOptions
  readonly times: ConnectionTimes
  readonly cores: Cores
  readonly #listeners = new Set<NetworkListener>()
  #toFlush: Flushable[] = []
  readonly #flushAll = () => {
    const batch = this.#toFlush
    this.#toFlush = []
    for (const connection of batch) connection.flush()
  }

  constructor(options: ConnectionHostOptions) {
    this.wheel = options.wheel ?? new TimerWheel()
    this.limiter = options.limiter ?? new ConnectLimiter(this.wheel, options.limits)
    this.random = options.random ?? Math.random
    this.backoff = options.backoff ?? {}
    this.times = { connect: 10_000, keyExchange: 10_000, steady: 10_000, ...options.times }
    this.cores = options.cores
  }

  /** From now on the connection is told when the machine has slept, or its network has changed. */
  follow(connection: NetworkListener): void {
    if (this.#listeners.size === 0) this.wheel.addSleepListener(this)
    this.#listeners.add(connection)
  }

  unfollow(connection: NetworkListener): void {
    this.#listeners.delete(connection)
    if (this.#listeners.size === 0) this.wheel.removeSleepListener(this)
  }

  onSleep(): void {
    for (const connection of [...this.#listeners]) connection.networkChanged()
  }

  /** The machine has other addresses than before. */
  addressesChanged(): void {
    for (const connection of [...this.#listeners]) connection.addressesChanged()
  }

  /** Calls `connection.flush()` once this turn's events have been handled, so that what they ask for goes out together. */
  flushSoon(connection: Flushable): void {
    if (this.#toFlush.push(connection) === 1) this.wheel.clock.soon(this.#flushAll)
  }
}
