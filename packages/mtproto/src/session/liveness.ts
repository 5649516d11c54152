/**
 * Whether the connection still lives. A socket can be dead for hours before the system says so; a ping finds out in
 * seconds when somebody waits for an answer, and in minutes when nobody does. The figures are the official client's.
 */

/** Idle: a ping goes along after this long, goes alone after this long (ms), and silence means death after this long. */
const IDLE_MAY = 30_000
const IDLE_MUST = 60_000
const IDLE_JITTER = 5_000
const IDLE_DEAD = 135_000
/** Assumed round trip before one was measured: generous, because a slow line must be able to begin. */
const FIRST_ROUND_TRIP = 4_000
const LONGEST_ROUND_TRIP = 60_000
/** ms: no upload, however large, makes a silent connection live longer than 3.5 times this. */
const LONGEST_PATIENCE = 60_000
/** Bytes per ms of the slowest line on which an upload must succeed. */
const SLOWEST_LINE = 8

/** What ping_delay_disconnect tells the server, in SECONDS: to close only after we would have given up ourselves. */
export const DISCONNECT_DELAY = IDLE_DEAD / 1000 + 2

/** How long (ms) so many bytes may take to arrive. */
export function uploadTime(bytes: number): number {
  return bytes / SLOWEST_LINE
}

export type DeathCause = 'PING_UNANSWERED' | 'SILENT'

export class Liveness {
  /** Estimated round trip, ms. */
  roundTrip = FIRST_ROUND_TRIP
  #measured = false
  #lastData = 0
  #lastPing = 0
  #awaitingPong = false
  #pingNow = false
  /** Since when somebody waits for something: a call's answer, or the first sign of life. 0 when nobody does. */
  #activeSince = 0
  #busy = false
  #probing = false
  /** ms that what is on its way may take on a slow line. */
  #uploadTime = 0
  readonly #jitter: number

  /** `jitter` from 0 to 1: spreads the pings of many sessions. */
  constructor(jitter: number) {
    this.#jitter = jitter * IDLE_JITTER
  }

  connected(now: number): void {
    this.#lastData = now
    this.#lastPing = now
    this.#awaitingPong = false
    this.#activeSince = 0
    this.#busy = false
    this.#probing = false
    this.probe(now)
  }

  /** Asks at once for a sign of life: after a connect, after the machine slept. */
  probe(now: number): void {
    this.#pingNow = true
    this.#awaitingPong = false
    if (this.#lastData > now) this.#lastData = now
    this.#probing = true
    this.#activeSince = now
  }

  data(now: number): void {
    this.#lastData = now
  }

  /** Whether calls wait for their answers, and how many bytes of them may still be on their way. */
  setBusy(busy: boolean, now: number, underway = 0): void {
    this.#uploadTime = uploadTime(underway)
    if (busy === this.#busy) return
    this.#busy = busy
    this.#refresh(now)
  }

  pinged(now: number): void {
    this.#pingNow = false
    this.#awaitingPong = true
    this.#lastPing = now
  }

  /** The ping was refused or lost: another is needed. */
  pingLost(): void {
    this.#pingNow = true
    this.#awaitingPong = false
  }

  /** The pong to the latest ping came; returns the round trip in ms. */
  pong(now: number): number {
    const sample = now - this.#lastPing
    this.roundTrip = this.#measured ? this.roundTrip * 0.7 + sample * 0.3 : sample
    this.#measured = true
    this.#awaitingPong = false
    this.#probing = false
    this.#refresh(now)
    return sample
  }

  /** `along`: something else is sent anyway. */
  pingDue(now: number, along: boolean): boolean {
    return this.#pingNow || now >= (along ? this.#mayPingAt() : this.#mustPingAt())
  }

  deathCause(now: number): DeathCause | undefined {
    if (now < this.#deadAt()) return undefined
    // A line that is merely slow must not be cut off again and again.
    this.roundTrip = Math.min(LONGEST_ROUND_TRIP, this.roundTrip * 2)
    return this.#pingOpen() ? 'PING_UNANSWERED' : 'SILENT'
  }

  wakeAt(): number {
    return this.#pingNow ? Number.NEGATIVE_INFINITY : Math.min(this.#mustPingAt(), this.#deadAt())
  }

  /** T = max(2, 1.5·rtt + 1) s, and longer while a ping may stand in line behind an upload. */
  #patience(): number {
    const patience = Math.max(2_000, this.roundTrip * 1.5 + 1_000) + this.#uploadTime
    return Math.min(patience, LONGEST_PATIENCE)
  }

  /** A ping is out and nothing at all came since. */
  #pingOpen(): boolean {
    return this.#awaitingPong && this.#lastData <= this.#lastPing
  }

  #quietSince(): number {
    return Math.max(this.#lastData, this.#activeSince)
  }

  #mayPingAt(): number {
    const idle = this.#lastPing + IDLE_MAY
    if (this.#activeSince === 0 || this.#pingOpen()) return idle
    return Math.min(idle, this.#quietSince() + this.#patience() / 2)
  }

  #mustPingAt(): number {
    const idle = this.#lastPing + IDLE_MUST + this.#jitter
    if (this.#activeSince === 0 || this.#pingOpen()) return idle
    return Math.min(idle, this.#quietSince() + this.#patience())
  }

  #deadAt(): number {
    const idle = this.#lastData + IDLE_DEAD
    if (this.#activeSince === 0) return idle
    const patience = this.#patience()
    const silent = this.#quietSince() + 3.5 * patience
    if (!this.#pingOpen()) return silent
    return Math.min(silent, Math.max(this.#lastPing, this.#activeSince) + 2.5 * patience)
  }

  #refresh(now: number): void {
    const active = this.#busy || this.#probing
    if (!active) this.#activeSince = 0
    else if (this.#activeSince === 0) this.#activeSince = now
  }
}
