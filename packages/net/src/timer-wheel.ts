// One timer wheel for the whole host: thousands of sessions wait for their next ping, deadline or
// reconnect, and only one real timer runs beneath them all.
//
// Four rings of 64 slots: the first holds the next 64 ms in slots of 1 ms, the next 4 s in slots of 64 ms,
// then 4 min and 4.6 h. A timer is put into the ring that its wait fits and moves inwards when the hand reaches
// its slot, so that scheduling and cancelling are O(1) and every wait is exact to a millisecond. Waits of ten seconds
// or more are rounded up to 16 ms, so that the many long ones wake the process together.

import { type Clock, type ClockTimer, systemClock } from './clock.ts'

const rings = 4
const slotsPerRing = 64
// Milliseconds that one slot of ring n covers, and the largest wait that ring n takes.
const slotWidth = [1, 64, 4096, 262_144, 16_777_216] as const
const longWait = 10_000
const longStep = 16
// Wall time that runs ahead of monotonic time by more than this means that the machine slept or was set forward.
const jumpThreshold = 5000

/** A scheduled wait. Kept by its owner to cancel it or to use it again; holds no more than it must. */
export class Timer {
  /** @internal monotonic due time in wheel ticks */
  due = 0
  /** @internal index of the slot; −1 not scheduled, −2 about to run */
  slot = -1
  /** @internal */ previous: Timer | undefined
  /** @internal */ next: Timer | undefined
  /** @internal */ readonly fn: () => void

  constructor(fn: () => void) {
    this.fn = fn
  }

  /** True from scheduling until it runs or is cancelled. */
  get active(): boolean {
    return this.slot !== -1
  }
}

/** Told when wall time ran ahead of the timers: the machine slept (or the clock was set forward). */
export interface SleepListener {
  onSleep(milliseconds: number): void
}

const firing = rings * slotsPerRing

export class TimerWheel {
  readonly clock: Clock
  readonly #origin: number
  // The last tick whose timers have been taken out.
  #hand = 0
  // One list per slot, then the list of those about to run.
  readonly #heads: (Timer | undefined)[] = new Array(firing + 1).fill(undefined)
  readonly #tails: (Timer | undefined)[] = new Array(firing + 1).fill(undefined)
  // Lower bound of the due times in each slot; Infinity when the slot is empty.
  readonly #earliest = new Float64Array(firing).fill(Number.POSITIVE_INFINITY)
  #count = 0
  #real: ClockTimer | undefined
  #realDue = Number.POSITIVE_INFINITY
  #referenced = true
  #epochOffset: number
  // Wall time minus monotonic time when last looked at: what it changes by is a jump of the one or a sleep of the other.
  #wallOffset: number
  readonly #sleepListeners = new Set<SleepListener>()
  readonly #onReal = () => this.#run()

  constructor(clock: Clock = systemClock) {
    this.clock = clock
    this.#origin = clock.monotonic()
    this.#epochOffset = clock.wall() - this.#origin
    this.#wallOffset = this.#epochOffset
  }

  /** The number of timers scheduled. */
  get size(): number {
    return this.#count
  }

  /**
   * Milliseconds since the epoch that never go back: wall time at the start plus monotonic time since, moved
   * forward (never back) when the machine slept. This is the `now` of the protocol core, whose offset to the
   * server's clock stays right when someone sets the machine's clock back.
   */
  now(): number {
    const monotonic = this.clock.monotonic()
    this.#noticeSleep(monotonic)
    return Math.floor(monotonic + this.#epochOffset)
  }

  /** Runs `fn` once, no earlier than after `ms` milliseconds (at least 1). */
  after(ms: number, fn: () => void): Timer {
    const timer = new Timer(fn)
    this.start(timer, ms)
    return timer
  }

  /** Schedules (again) a timer made before, dropping its earlier time if it had one. */
  start(timer: Timer, ms: number): void {
    this.#schedule(timer, this.#dueIn(ms))
  }

  /**
   * Like `start`, but one that is to run sooner is left as it is: for those who look anyway what is to be done when it runs,
   * and put it off again and again.
   */
  startAtLatest(timer: Timer, ms: number): void {
    const due = this.#dueIn(ms)
    if (timer.slot === -1 || due < timer.due) this.#schedule(timer, due)
  }

  // The tick at which a wait that begins now ends.
  #dueIn(ms: number): number {
    const wait = Math.max(ms, 1)
    const due = Math.ceil(this.clock.monotonic() - this.#origin + wait)
    if (!Number.isFinite(due)) return Number.MAX_SAFE_INTEGER
    return wait >= longWait ? Math.ceil(due / longStep) * longStep : due
  }

  #schedule(timer: Timer, due: number): void {
    if (timer.slot !== -1) this.#unlink(timer)
    else this.#count++
    timer.due = due
    this.#insert(timer)
    if (timer.due < this.#realDue) this.#arm(timer.due)
    else if (!this.#referenced) this.#reference(true)
  }

  /** Cancels; cancelling twice, or a timer that has run, does nothing. */
  cancel(timer: Timer | undefined): void {
    if (timer === undefined || timer.slot === -1) return
    this.#unlink(timer)
    timer.slot = -1
    this.#count--
    // The real timer is left to run out: starting one anew for each call's deadline would cost more.
    if (this.#count === 0) this.#reference(false)
  }

  /** Tells `listener` when the machine has slept. Checked whenever a timer runs. */
  addSleepListener(listener: SleepListener): void {
    this.#sleepListeners.add(listener)
  }

  removeSleepListener(listener: SleepListener): void {
    this.#sleepListeners.delete(listener)
  }

  #insert(timer: Timer): void {
    // A timer that is already due waits for the next tick, never for a whole turn of the ring.
    const due = Math.max(timer.due, this.#hand + 1)
    const wait = due - this.#hand
    let ring = 0
    while (ring < rings - 1 && wait >= (slotWidth[ring + 1] ?? 0)) ring++
    const width = slotWidth[ring] ?? 1
    // What is further away than the outermost ring waits in its last slot and is placed again from there.
    const reach = Math.min(Math.floor(due / width), Math.floor(this.#hand / width) + slotsPerRing)
    const slot = ring * slotsPerRing + (reach % slotsPerRing)
    this.#append(timer, slot)
    if (due < (this.#earliest[slot] ?? 0)) this.#earliest[slot] = due
  }

  #append(timer: Timer, slot: number): void {
    const tail = this.#tails[slot]
    timer.slot = slot
    timer.previous = tail
    timer.next = undefined
    if (tail === undefined) this.#heads[slot] = timer
    else tail.next = timer
    this.#tails[slot] = timer
  }

  #unlink(timer: Timer): void {
    const { slot, previous, next } = timer
    if (previous === undefined) this.#heads[slot] = next
    else previous.next = next
    if (next === undefined) this.#tails[slot] = previous
    else next.previous = previous
    timer.previous = undefined
    timer.next = undefined
    if (slot < firing && this.#heads[slot] === undefined) this.#earliest[slot] = Number.POSITIVE_INFINITY
  }

  // The moment at which the hand must next be moved.
  #nextDue(): number {
    let due = Number.POSITIVE_INFINITY
    for (let slot = 0; slot < firing; slot++) {
      const earliest = this.#earliest[slot] ?? due
      if (earliest < due) due = earliest
    }
    return due
  }

  // The tick at which the hand next reaches an occupied slot of any ring; Infinity if there is none.
  #nextTick(): number {
    let tick = Number.POSITIVE_INFINITY
    for (let ring = 0; ring < rings; ring++) {
      const width = slotWidth[ring] ?? 1
      const at = Math.floor(this.#hand / width)
      for (let distance = 1; distance <= slotsPerRing; distance++) {
        if (this.#heads[ring * slotsPerRing + ((at + distance) % slotsPerRing)] === undefined) continue
        tick = Math.min(tick, (at + distance) * width)
        break
      }
    }
    return tick
  }

  // Moves the hand to `now`, gathering what has fallen due.
  #advance(now: number): void {
    for (let tick = this.#nextTick(); tick <= now; tick = this.#nextTick()) {
      this.#hand = tick
      // The hand reaches a slot of several rings at once, and none of them may be left out: it would wait for a whole turn
      // more. The outermost comes first, so that its timers move inwards before those of that tick run.
      for (let ring = rings - 1; ring >= 0; ring--) {
        const width = slotWidth[ring] ?? 1
        if (tick % width === 0) this.#empty(ring * slotsPerRing + ((tick / width) % slotsPerRing))
      }
    }
    if (now > this.#hand) this.#hand = now
  }

  // The hand has reached this slot: its timers are about to run, or move inwards.
  #empty(slot: number): void {
    let timer = this.#heads[slot]
    this.#heads[slot] = undefined
    this.#tails[slot] = undefined
    this.#earliest[slot] = Number.POSITIVE_INFINITY
    while (timer !== undefined) {
      const following: Timer | undefined = timer.next
      if (timer.due <= this.#hand) this.#append(timer, firing)
      else this.#insert(timer)
      timer = following
    }
  }

  #run(): void {
    this.#real = undefined
    this.#realDue = Number.POSITIVE_INFINITY
    const monotonic = this.clock.monotonic()
    this.#noticeSleep(monotonic)
    this.#advance(Math.floor(monotonic - this.#origin))
    try {
      for (let timer = this.#heads[firing]; timer !== undefined; timer = this.#heads[firing]) {
        this.#unlink(timer)
        timer.slot = -1
        this.#count--
        timer.fn()
      }
    } finally {
      // Also after a callback that threw: the others still have their turn.
      const due = this.#heads[firing] === undefined ? this.#nextDue() : this.#hand
      if (due < this.#realDue) this.#arm(due)
    }
  }

  #arm(due: number): void {
    this.#real?.cancel()
    this.#realDue = due
    const wait = due - (this.clock.monotonic() - this.#origin)
    this.#real = this.clock.after(Math.max(1, Math.ceil(wait)), this.#onReal)
    this.#referenced = true
  }

  // With nothing scheduled the real timer must not keep the process alive.
  #reference(on: boolean): void {
    this.#referenced = on
    if (on) this.#real?.ref()
    else this.#real?.unref()
  }

  #noticeSleep(monotonic: number): void {
    const wallOffset = this.clock.wall() - monotonic
    const ahead = wallOffset - this.#wallOffset
    this.#wallOffset = wallOffset
    if (ahead <= jumpThreshold) return
    this.#epochOffset += ahead
    if (this.#sleepListeners.size === 0) return
    // Not from inside now(): its callers are in the middle of something.
    this.clock.soon(() => {
      for (const listener of this.#sleepListeners) listener.onSleep(ahead)
    })
  }
}
