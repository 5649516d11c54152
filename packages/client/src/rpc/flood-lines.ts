/**
 * Flood waits as waiting lines. When Telegram tells a call to wait, later calls of the same method would be told the same,
 * and asking all the same makes the wait longer; so they line up behind it, in the order in which they were made. When
 * the time is over one call goes at a time, each after the one before has ended, until the line is empty: a burst of all
 * that has gathered would only bring the next wait.
 *
 * A wait that no call waits out is remembered all the same until it is over, so that a program which tries again and again is told
 * what is left of it without asking Telegram. Not so the waits that something else than time may end (a chat's slow mode, a
 * takeout that is allowed on another device), nor those of a login, which may go on with another number, nor those of a call that is
 * wrapped (invokeWithTakeout, …), as the next in the same wrapping is mostly of another method.
 *
 * "SLOWMODE_WAIT_X: slowmode is enabled in this chat: wait X seconds before sending another message to this chat"
 * (https://core.telegram.org/api/errors): such a wait concerns every way of sending to one chat, and nothing else.
 */

import { SparseMap } from '@telegram-mt/mtproto'
import { CallTimeout, Timer, type TimerWheel } from '@telegram-mt/net'
import type { FloodWait, OngoingWait } from './flood-wait.ts'
import { FloodWaitError } from './rpc-error.ts'

/** A call as the lines see it. */
export interface LineCall {
  /** Calls go in the order of these numbers. */
  readonly order: number
  readonly method: string
  /** The datacenter that it goes to, if that is not the account's home. */
  dc: number | undefined
  /** The chat that it sends to, if that can be slowed down: see `slowModePeer`. */
  readonly peer: string | undefined
  /** Waits of more than so many seconds are not waited out. */
  readonly limit: number
  /** When the call times out, ms since the epoch. */
  readonly deadline: number | undefined
  /** Milliseconds, as the caller gave them. */
  readonly timeout: number | undefined
  readonly signal: AbortSignal | undefined
}

interface Waiting {
  readonly call: LineCall
  /** Its turn has come. */
  readonly go: () => void
  readonly fail: (error: unknown) => void
}

interface Line {
  readonly key: string
  wait: FloodWait
  readonly queue: Waiting[]
  /** The one call that is let through: the next waits until it has ended. */
  current: LineCall | undefined
  timer: Timer | undefined
  /** It is known that calls wait out the wait: see FloodNews. */
  told: boolean
}

/** Of a wait: it has begun, or grown, and calls wait it out; or none does; or one does now, of a wait that none did before. */
export type FloodNews = 'waited' | 'thrown' | 'joined'

const REMEMBERED = new Set(['FLOOD_WAIT', 'FLOOD_PREMIUM_WAIT'])

/** Who is told FLOOD_WAIT_0 may go again, but not at once for ever. */
const SHORTEST_WAIT = 1

export class FloodLines {
  readonly #wheel: TimerWheel
  readonly #onWait: (wait: FloodWait, news: FloodNews) => void
  /** A line is here while calls wait in it, one that has waited is under way, or its wait is to be remembered. */
  readonly #lines = new SparseMap<string, Line>()

  constructor(wheel: TimerWheel, onWait: (wait: FloodWait, news: FloodNews) => void) {
    this.#wheel = wheel
    this.#onWait = onWait
  }

  /** Whether there is any line: if not, no call need ask to pass. */
  get any(): boolean {
    return this.#lines.size > 0
  }

  /** Calls that wait. */
  get waiting(): number {
    let count = 0
    for (const line of this.#lines.values()) count += line.queue.length
    return count
  }

  /** The waits going on, the one that ends first in front. */
  waits(): OngoingWait[] {
    const now = this.#wheel.now()
    return [...this.#lines.values()]
      .map(({ wait, queue }) => ({ ...wait, left: Math.max(0, wait.until - now), calls: queue.length }))
      .sort((a, b) => a.until - b.until)
  }

  /**
   * Resolves when the call may be made.
   * @throws FloodWaitError the wait is longer than the call will wait; CallTimeout; the signal's reason.
   */
  async pass(call: LineCall): Promise<void> {
    const keys = keysOf(call)
    for (;;) {
      const now = this.#wheel.now()
      const line = keys
        .map((key) => this.#lines.get(key))
        .find((one) => one !== undefined && (one.current !== call || one.wait.until > now))
      if (line === undefined) return
      if (tooLong(call, line.wait.until, now)) throw floodError(call, line.wait, now)
      // Who waits for a chat must not hold up its method, which others in that chat may be waiting for.
      this.#giveUp(call, keys.slice(keys.indexOf(line.key)))
      await this.#join(line, call, now)
    }
  }

  /**
   * Telegram has told the call to wait. It takes its place at the head of a line; resolves when it may be made again.
   * @throws the error itself if the call will not wait so long; CallTimeout; the signal's reason.
   */
  async wait(call: LineCall, error: FloodWaitError): Promise<void> {
    const now = this.#wheel.now()
    const slow = error.pattern === 'SLOWMODE_WAIT_%d' && call.peer !== undefined
    const seconds = Math.max(error.seconds, SHORTEST_WAIT)
    const wait: FloodWait = {
      method: call.method,
      reason: error.pattern.replace(/_%d$/, ''),
      peer: slow ? call.peer : undefined,
      seconds,
      until: now + seconds * 1000,
    }
    const key = slow ? slowKey(call.peer) : methodKey(call)
    let line = this.#lines.get(key)
    // Before its turn is given up, so that nobody passes in between.
    if (line !== undefined && wait.until > line.wait.until) {
      line.wait = wait
      for (const { call: other, fail } of [...line.queue]) {
        if (tooLong(other, wait.until, now)) fail(floodError(other, wait, now))
      }
    }
    // Who waits for a chat must not hold up the other chats; who waits for a method keeps its turn in the chat.
    this.#giveUp(call, slow ? keysOf(call) : [key])
    line = this.#lines.get(key)
    if (line === undefined) {
      line = { key, wait, queue: [], current: undefined, timer: undefined, told: false }
      this.#lines.set(key, line)
    }
    if (tooLong(call, line.wait.until, now)) {
      this.#plan(line)
      if (line.wait === wait) this.#tell(line, line.queue.length > 0 ? 'waited' : 'thrown')
      throw line.wait === wait ? error : floodError(call, line.wait, now)
    }
    if (line.wait !== wait) return await this.#join(line, call, now)
    const turn = this.#standIn(line, call)
    this.#tell(line, 'waited')
    await turn
  }

  /** The call has ended, well or badly: the next may go. */
  ended(call: LineCall): void {
    this.#giveUp(call, keysOf(call))
  }

  /** Ends all waits with this error. */
  close(error: Error): void {
    const lines = [...this.#lines.values()]
    this.#lines.clear()
    for (const line of lines) {
      this.#wheel.cancel(line.timer)
      for (const waiting of [...line.queue]) waiting.fail(error)
    }
  }

  #tell(line: Line, news: FloodNews): void {
    line.told = news !== 'thrown'
    this.#onWait(line.wait, news)
  }

  /** Stands in a line for a wait that began before. */
  #join(line: Line, call: LineCall, now: number): Promise<void> {
    const turn = this.#standIn(line, call)
    if (!line.told && line.wait.until > now) this.#tell(line, 'joined')
    return turn
  }

  #giveUp(call: LineCall, keys: readonly string[]): void {
    for (const key of keys) {
      const line = this.#lines.get(key)
      if (line?.current !== call) continue
      line.current = undefined
      this.#plan(line)
    }
  }

  #standIn(line: Line, call: LineCall): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal, deadline, timeout } = call
      const leave = () => {
        const at = line.queue.indexOf(waiting)
        if (at >= 0) line.queue.splice(at, 1)
        this.#wheel.cancel(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#plan(line)
      }
      const fail = (error: unknown) => {
        leave()
        reject(error)
      }
      const go = () => {
        leave()
        resolve()
      }
      const onAbort = () => fail(signal?.reason)
      const waiting: Waiting = { call, go, fail }
      const timer =
        deadline === undefined
          ? undefined
          : this.#wheel.after(deadline - this.#wheel.now(), () => fail(new CallTimeout(timeout ?? 0)))
      let at = line.queue.length
      while (at > 0 && (line.queue[at - 1]?.call.order ?? 0) > call.order) at--
      line.queue.splice(at, 0, waiting)
      signal?.addEventListener('abort', onAbort)
      if (signal?.aborted) onAbort()
      else this.#plan(line)
    })
  }

  /** Lets the next one go, or sees to it that this happens in time. */
  #plan(line: Line): void {
    if (line.current !== undefined || this.#lines.get(line.key) !== line) return
    const next = line.queue[0]
    const left = line.wait.until - this.#wheel.now()
    if (next === undefined && !(left > 0 && isRemembered(line.wait))) {
      this.#wheel.cancel(line.timer)
      this.#lines.delete(line.key)
      return
    }
    if (next === undefined || left > 0) {
      line.timer ??= new Timer(() => this.#plan(line))
      // One that runs too early for a wait that has grown comes back here.
      if (!line.timer.active) this.#wheel.start(line.timer, left)
      return
    }
    line.current = next.call
    next.go()
  }
}

function isRemembered({ method, reason, peer }: FloodWait): boolean {
  return peer === undefined && REMEMBERED.has(reason) && !/^(auth\.|invoke)/.test(method)
}

/** In this order everywhere, so that no two calls can wait for each other. */
function keysOf(call: LineCall): string[] {
  return call.peer === undefined ? [methodKey(call)] : [slowKey(call.peer), methodKey(call)]
}

/** Each datacenter counts for itself: files of the others are not held up. */
const methodKey = ({ method, dc }: LineCall): string => (dc === undefined ? method : `${method} ${dc}`)

const slowKey = (peer: string | undefined): string => `to ${peer}`

function tooLong(call: LineCall, until: number, now: number): boolean {
  return until - now > call.limit * 1000 || (call.deadline !== undefined && until > call.deadline)
}

/** What Telegram would say to the call now, without asking it. */
function floodError(call: LineCall, wait: FloodWait, now: number): FloodWaitError {
  const seconds = Math.ceil((wait.until - now) / 1000)
  return new FloodWaitError(420, `${wait.reason}_${seconds}`, call.method, seconds)
}
