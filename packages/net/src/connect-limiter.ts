// The gate through which every connect of the host goes, so that ten thousand sessions do not knock at once
// when a datacenter comes back. Those who wait are let in by turn, first come first served; but whoever is waited for
// (by a login, a call, a file) goes before those who only come back.

import { abortReason } from './errors.ts'
import { type RateLimit, RateWindow } from './rate-window.ts'
import type { Timer, TimerWheel } from './timer-wheel.ts'

export interface ConnectLimits {
  /** Over all sessions of the host. Default 10 in 5 s; a host of thousands of sessions sets more. */
  connects?: readonly RateLimit[]
  /** For one key, that is one session at one address. Default 1 in 1 s, 2 in 4 s, 3 in 8 s. */
  perKey?: readonly RateLimit[]
  /** Key exchanges at once, each costing some milliseconds of computing on both sides. Default 50. */
  keyExchanges?: number
}

/** What one attempt to connect has at the gates. */
export class Ticket {
  /** Somebody waits for it: see `hurry`. */
  urgent = false
  /** @internal */
  waiting: Waiting | undefined
}

interface Waiting {
  readonly key: string
  readonly line: Line
  readonly signal: AbortSignal | undefined
  readonly admit: () => void
  readonly refuse: (error: Error) => void
  parked: Timer | undefined
  urgent: boolean
  done: boolean
}

/** A first-in first-out queue from which the aborted vanish, and those that are urgent by now, if it is not for these. */
class Queue {
  readonly #urgent: boolean
  #items: Waiting[] = []
  #first = 0

  constructor(urgent: boolean) {
    this.#urgent = urgent
  }

  push(item: Waiting): void {
    this.#items.push(item)
  }

  shift(): Waiting | undefined {
    for (;;) {
      const item = this.#items[this.#first]
      if (item === undefined) {
        this.#items = []
        this.#first = 0
        return undefined
      }
      this.#first++
      if (this.#first > 1024 && this.#first * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#first)
        this.#first = 0
      }
      if (!item.done && item.urgent === this.#urgent) return item
    }
  }

  unshift(item: Waiting): void {
    if (this.#first > 0) this.#items[--this.#first] = item
    else this.#items.unshift(item)
  }
}

/** Two queues, of which one goes before the other. */
class Line {
  readonly #urgent = new Queue(true)
  readonly #others = new Queue(false)

  push(item: Waiting): void {
    this.#queueOf(item).push(item)
  }

  shift(): Waiting | undefined {
    return this.#urgent.shift() ?? this.#others.shift()
  }

  unshift(item: Waiting): void {
    this.#queueOf(item).unshift(item)
  }

  #queueOf({ urgent }: Waiting): Queue {
    return urgent ? this.#urgent : this.#others
  }
}

export class ConnectLimiter {
  readonly #wheel: TimerWheel
  readonly #all: RateWindow
  readonly #perKey: readonly RateLimit[]
  // In the order of last use, so that what has become idle is found at the front.
  readonly #keys = new Map<string, RateWindow>()
  readonly #connects = new Line()
  readonly #exchanges = new Line()
  #exchangesFree: number
  #waiting = 0
  #wake: Timer | undefined

  constructor(wheel: TimerWheel, limits: ConnectLimits = {}) {
    this.#wheel = wheel
    this.#all = new RateWindow(limits.connects ?? [{ count: 10, within: 5000 }])
    this.#perKey = limits.perKey ?? [
      { count: 1, within: 1000 },
      { count: 2, within: 4000 },
      { count: 3, within: 8000 },
    ]
    this.#exchangesFree = limits.keyExchanges ?? 50
  }

  /** How many wait for a connect or a key exchange. */
  get waiting(): number {
    return this.#waiting
  }

  /**
   * Resolves when a connect may be made, and counts it as made.
   * @param key one session at one address
   * @throws the signal's reason when it is aborted first
   */
  connect(key: string, signal?: AbortSignal, ticket = new Ticket()): Promise<void> {
    return new Promise((admit, refuse) => {
      const entry = this.#enter({ key, signal, ticket, line: this.#connects }, admit, refuse)
      if (entry === undefined) return
      this.#connects.push(entry)
      // Only who finds nobody waiting can be let in at once.
      if (this.#wake === undefined) this.#admit()
    })
  }

  /**
   * Resolves when a key exchange may begin, with the function that ends it (calling it twice does nothing).
   * @throws the signal's reason when it is aborted first
   */
  keyExchange(signal?: AbortSignal, ticket = new Ticket()): Promise<() => void> {
    return new Promise((resolve, refuse) => {
      const place = { key: '', signal, ticket, line: this.#exchanges }
      const entry = this.#enter(place, () => resolve(this.#exchangeEnd()), refuse)
      if (entry === undefined) return
      this.#exchanges.push(entry)
      this.#admitExchange()
    })
  }

  /** Milliseconds until `key` may connect again, for all that its own past has to say. */
  heldBack(key: string): number {
    const now = this.#wheel.clock.monotonic()
    return (this.#keys.get(key)?.allowedAt(now) ?? now) - now
  }

  /** Goes before all that nobody waits for, at both gates; among its like it is first come, first served. */
  hurry(ticket: Ticket): void {
    if (ticket.urgent) return
    ticket.urgent = true
    const entry = ticket.waiting
    if (entry === undefined) return
    entry.urgent = true
    // One that is parked comes to the right queue by itself.
    if (entry.parked === undefined) entry.line.push(entry)
  }

  /** Forgets what `key` did, after the network has changed: old failures say nothing about the new one. */
  forget(key: string): void {
    this.#keys.delete(key)
  }

  #enter(
    { key, signal, ticket, line }: Pick<Waiting, 'key' | 'signal' | 'line'> & { ticket: Ticket },
    admit: () => void,
    refuse: (error: Error) => void,
  ): Waiting | undefined {
    if (signal?.aborted) {
      refuse(abortReason(signal))
      return undefined
    }
    const entry: Waiting = {
      key,
      line,
      signal,
      parked: undefined,
      urgent: ticket.urgent,
      done: false,
      admit: () => {
        leave()
        admit()
      },
      refuse,
    }
    const onAbort = () => {
      leave()
      if (signal) refuse(abortReason(signal))
    }
    const leave = () => {
      entry.done = true
      ticket.waiting = undefined
      this.#waiting--
      this.#wheel.cancel(entry.parked)
      signal?.removeEventListener('abort', onAbort)
    }
    signal?.addEventListener('abort', onAbort)
    this.#waiting++
    ticket.waiting = entry
    return entry
  }

  #admit(): void {
    const now = this.#wheel.clock.monotonic()
    for (let entry = this.#connects.shift(); entry !== undefined; entry = this.#connects.shift()) {
      const keyAt = this.#keys.get(entry.key)?.allowedAt(now) ?? now
      if (keyAt > now) {
        // Held back by its own past, so it waits aside and holds back nobody else.
        this.#park(entry, keyAt - now)
        continue
      }
      const at = this.#all.allowedAt(now)
      if (at > now) {
        this.#connects.unshift(entry)
        this.#wake ??= this.#wheel.after(at - now, () => {
          this.#wake = undefined
          this.#admit()
        })
        return
      }
      this.#all.add(now)
      this.#count(entry.key, now)
      entry.admit()
    }
  }

  #park(entry: Waiting, wait: number): void {
    entry.parked = this.#wheel.after(wait, () => {
      entry.parked = undefined
      this.#connects.push(entry)
      if (this.#wake === undefined) this.#admit()
    })
  }

  #count(key: string, now: number): void {
    const window = this.#keys.get(key) ?? new RateWindow(this.#perKey)
    window.add(now)
    this.#keys.delete(key)
    this.#keys.set(key, window)
    for (const [oldest, used] of this.#keys) {
      if (!used.idle(now)) break
      this.#keys.delete(oldest)
    }
  }

  #admitExchange(): void {
    while (this.#exchangesFree > 0) {
      const entry = this.#exchanges.shift()
      if (entry === undefined) return
      this.#exchangesFree--
      entry.admit()
    }
  }

  #exchangeEnd(): () => void {
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#exchangesFree++
      this.#admitExchange()
    }
  }
}
