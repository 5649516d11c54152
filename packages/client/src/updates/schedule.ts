/**
 * Decides when to ask for a difference: at the end of a gap's patience, after silence, when something wants one; not
 * while one is under way, not before a retry's time, not for too many channels at once.
 * https://core.telegram.org/api/updates#recovering-gaps
 */
import type { tl } from '../layer.ts'
import type { Intake } from './intake.ts'
import type { Ordering } from './ordering.ts'
import type { Pending } from './pending.ts'
import type { Positions } from './positions.ts'
import { GAP_AFTER, RECHECK, REPAIR_AFTER, SILENCE, SLOW_REQUEST } from './timing.ts'
import type { DifferenceRequest } from './types.ts'

export interface ScheduleOptions {
  readonly channelLimit: number
  readonly channelsAtOnce: number
  readonly spread: number
}

export class Schedule {
  readonly #positions: Positions
  readonly #ordering: Ordering
  readonly #intake: Intake
  readonly #options: ScheduleOptions
  #nextId = 1
  #heardAt: number
  #fetchedAt: number

  constructor(
    positions: Positions,
    ordering: Ordering,
    intake: Intake,
    options: ScheduleOptions,
    now: number,
  ) {
    this.#positions = positions
    this.#ordering = ordering
    this.#intake = intake
    this.#options = options
    this.#heardAt = now
    this.#fetchedAt = now
  }

  /** Nothing is missing, wanted or due: `due` has something only once the time has come that `wakeAt` gave last. */
  isQuiet(now: number): boolean {
    const { paused, pending } = this.#ordering
    if (paused || pending.size > 0 || this.#intake.seqGapSince >= 0) return false
    return this.#positions.ready && now < this.#checkAt()
  }

  /** Updates came in: the silence is over. */
  heard(now: number): void {
    this.#heardAt = now
  }

  /** A difference of the account was followed to its end. */
  fetched(now: number): void {
    this.#heardAt = now
    this.#fetchedAt = now
  }

  /** The requests to make now. */
  due(now: number): DifferenceRequest[] {
    const ordering = this.#ordering
    if (ordering.paused) return []
    const requests: DifferenceRequest[] = []
    const account = this.#accountDue(now)
    if (account !== undefined) requests.push(account)
    if (!this.#positions.begun) return requests
    let free = this.#options.channelsAtOnce
    for (const pending of ordering.pending.values()) {
      if (pending.sequence !== 0 && pending.running > 0 && now - pending.runningSince < SLOW_REQUEST) free--
    }
    for (const pending of ordering.pending.values()) {
      if (free <= 0) break
      if (pending.sequence === 0 || pending.running > 0) continue
      if (this.#gapExpired(pending, now)) pending.wanted = true
      if (!pending.wanted || now < pending.retryAt) continue
      requests.push(this.#askChannel(pending, now))
      free--
    }
    return requests
  }

  /** When `due` may have something new, as far as time alone decides. */
  wakeAt(now: number): number {
    if (this.#ordering.paused) return Number.POSITIVE_INFINITY
    if (this.#ordering.pending.size > 0 || this.#intake.seqGapSince >= 0) return this.#troubleAt(now)
    const checkAt = this.#checkAt()
    return checkAt > now ? checkAt : Number.POSITIVE_INFINITY
  }

  /** `wakeAt` where something is missing. */
  #troubleAt(now: number): number {
    const [positions, ordering, intake] = [this.#positions, this.#ordering, this.#intake]
    let wakeAt = Number.POSITIVE_INFINITY
    // What is due already and was not asked for waits for another request's end, not for time.
    const consider = (at: number) => {
      if (at > now && at < wakeAt) wakeAt = at
    }
    consider(this.#checkAt())
    if (intake.seqGapSince >= 0) consider(intake.seqGapSince + GAP_AFTER)
    for (const pending of ordering.pending.values()) {
      if (pending.running > 0) consider(pending.runningSince + SLOW_REQUEST)
      else if (pending.wanted) consider(pending.retryAt)
      else if (pending.gapSince >= 0 && positions.local(pending.sequence) !== undefined) {
        consider(Math.max(this.#gapEnds(pending), pending.retryAt))
      }
    }
    return wakeAt
  }

  #accountDue(now: number): DifferenceRequest | undefined {
    const ordering = this.#ordering
    const { seqGapSince } = this.#intake
    const seqGap = seqGapSince >= 0 && now >= seqGapSince + GAP_AFTER
    if (!this.#positions.ready || seqGap || now >= this.#checkAt()) ordering.want(0)
    const account = ordering.pending.get(0)
    if (account === undefined || account.running > 0 || now < account.retryAt) return undefined
    if (!account.wanted) {
      if (!this.#gapExpired(account, now)) return undefined
      if (this.#isSingle(account)) {
        account.repairedAt = this.#positions.pts
        return this.#askAccount(account, 1, now)
      }
    }
    if (this.#positions.ready) return this.#askAccount(account, undefined, now)
    const id = this.#start(account, now)
    return { type: 'state', id, params: { _: 'updates.getState' } }
  }

  #askAccount(account: Pending, ptsLimit: number | undefined, now: number): DifferenceRequest {
    const { pts, qts, date } = this.#positions
    const id = this.#start(account, now)
    // One second earlier: updates that came in the same second but after the date was taken belong to it.
    const params: tl.updates.getDifference = {
      _: 'updates.getDifference',
      pts,
      ptsLimit,
      date: Math.max(1, date - 1),
      qts,
    }
    return { type: 'account', id, params }
  }

  #askChannel(pending: Pending, now: number): DifferenceRequest {
    const channelId = pending.sequence
    const pts = pending.survey?.pts ?? this.#positions.local(channelId)
    const id = this.#start(pending, now)
    // With no position to start from, the smallest difference there is tells where the channel is at present.
    if (pts === undefined || pts <= 0) return { type: 'channel', id, channelId, pts: 1, limit: 1 }
    return { type: 'channel', id, channelId, pts, limit: this.#options.channelLimit }
  }

  #start(pending: Pending, now: number): number {
    for (const arrival of pending.held) arrival.asked = true
    pending.running = this.#nextId++
    pending.runningSince = now
    pending.wanted = false
    pending.gapSince = -1
    return pending.running
  }

  #checkAt(): number {
    const stretch = 1 + this.#options.spread / 4
    return Math.round(Math.min(this.#heardAt + SILENCE * stretch, this.#fetchedAt + RECHECK * stretch))
  }

  #gapExpired(pending: Pending, now: number): boolean {
    if (pending.gapSince < 0 || this.#positions.local(pending.sequence) === undefined) return false
    return now >= this.#gapEnds(pending)
  }

  #gapEnds(pending: Pending): number {
    return pending.gapSince + (this.#isSingle(pending) ? REPAIR_AFTER : GAP_AFTER)
  }

  /** Exactly one update of the account is missing, and was not asked for alone before. */
  #isSingle(pending: Pending): boolean {
    const { pts } = this.#positions
    const first = pending.held[0]
    if (pending.sequence !== 0 || first === undefined || pending.repairedAt === pts) return false
    return first.pts - first.count === pts + 1
  }
}
