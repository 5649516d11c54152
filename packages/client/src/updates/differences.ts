/**
 * Fills gaps: reads the answers to requests for a difference and goes on until nothing is missing.
 * https://core.telegram.org/api/updates#recovering-gaps
 */
import type { tl } from '../layer.ts'
import type { ChannelDifferences } from './channel-differences.ts'
import { readFailure } from './failures.ts'
import type { Intake } from './intake.ts'
import type { PeerCheck } from './missing-peers.ts'
import type { Ordering } from './ordering.ts'
import type { Outgoing } from './outgoing.ts'
import type { Container, Pending } from './pending.ts'
import { announcement, placeOf } from './place.ts'
import type { Positions } from './positions.ts'
import type { Schedule } from './schedule.ts'
import { retryDelay } from './timing.ts'
import type { Delivery, DifferenceRequest, DifferenceResult } from './types.ts'

type AccountRequest = Extract<DifferenceRequest, { type: 'account' }>
type ChannelRequest = Extract<DifferenceRequest, { type: 'channel' }>

/** Differences that bring nothing although something is missing, before that is believed. */
const FRUITLESS = 4

export interface Parts {
  readonly positions: Positions
  readonly ordering: Ordering
  readonly outgoing: Outgoing
  readonly peers: PeerCheck
  readonly intake: Intake
  readonly schedule: Schedule
  readonly channels: ChannelDifferences
}

export class Differences {
  readonly #parts: Parts
  /** See `EngineOptions.spread`. */
  readonly #spread: number
  /** A position was disowned by the server: the next one known is announced with a gap. */
  #positionLost = false
  /** A date that may be saved once the channels that were behind at that time have caught up. */
  #date: { value: number; waiting: Set<number> } | undefined

  constructor(parts: Parts, spread: number) {
    this.#parts = parts
    this.#spread = spread
  }

  /** The account's position is worth nothing any more: ask for the present one. */
  positionLost(): void {
    const { positions, ordering } = this.#parts
    if (!positions.ready) return
    positions.ready = false
    this.#positionLost = true
    ordering.dropHeld(0)
    const account = ordering.trouble(0)
    account.running = 0
    account.wanted = true
  }

  /** The answer to a request; one that nobody waits for any more is left aside. */
  answer(request: DifferenceRequest, result: DifferenceResult, now: number): void {
    const pending = this.#finished(request)
    if (pending === undefined) return
    switch (result._) {
      case 'updates.state':
        this.#state(pending, result, now)
        break
      case 'updates.channelDifferenceEmpty':
      case 'updates.channelDifference':
      case 'updates.channelDifferenceTooLong':
        if (request.type === 'channel') this.#channelAnswer(request, pending, result, now)
        break
      default:
        if (request.type === 'account') this.#accountAnswer(request, pending, result, now)
    }
  }

  failed(request: DifferenceRequest, error: unknown, now: number): void {
    const pending = this.#finished(request)
    if (pending === undefined) return
    const { positions, ordering } = this.#parts
    const failure = readFailure(error)
    pending.failures++
    pending.retryAt = now + retryDelay(pending.failures, this.#spread)
    pending.wanted = true
    if (failure.type === 'retry') {
      if (failure.wait !== undefined) pending.retryAt = now + failure.wait
    } else if (request.type !== 'channel') {
      if (failure.type === 'positionLost') this.positionLost()
    } else if (failure.type === 'positionLost') {
      // Without a position the next request asks for the present one; the newest message seen is kept for the gap.
      positions.move(request.channelId, 0)
    } else if (failure.type === 'inaccessible' || ++pending.unknown >= FRUITLESS) {
      const reason = failure.type === 'inaccessible' ? 'inaccessible' : 'noAccessHash'
      ordering.forget(request.channelId, reason)
      this.#channelSettled(request.channelId)
      return
    } else {
      ordering.want(0)
    }
    // While the retry waits, what is in order may go out.
    ordering.drain(pending.sequence, now)
  }

  /** The sequence that waited for this request; `undefined` for an answer that nobody waits for any more. */
  #finished(request: DifferenceRequest): Pending | undefined {
    const pending = this.#parts.ordering.pending.get(request.type === 'channel' ? request.channelId : 0)
    if (pending === undefined || pending.running !== request.id) return undefined
    pending.running = 0
    return pending
  }

  #state(pending: Pending, state: tl.updates.State, now: number): void {
    const { positions, outgoing, ordering } = this.#parts
    const gap = this.#positionLost ? outgoing.gap(0, 'positionLost', {}) : undefined
    positions.pts = state.pts
    // The secret sequence was not disowned: it goes on from where it was.
    positions.qts = this.#positionLost ? Math.min(positions.qts, state.qts) : state.qts
    this.#positionLost = false
    positions.seqs.reset(state.seq)
    positions.ready = true
    if (gap === undefined) outgoing.position(0, positions.of(0))
    else gap.position = positions.of(0)
    // A date known from before stays: the difference that follows tells which channels changed since.
    if (positions.date === 0) {
      positions.toldAt(state.date)
      outgoing.position(0, { type: 'date', date: state.date })
    }
    pending.failures = 0
    pending.retryAt = 0
    // The state may be older than what was pushed meanwhile, its qts above all; a difference is never.
    pending.wanted = true
    // What waited for the account to have a position; its own sequence waits for the difference.
    for (const sequence of [...ordering.pending.keys()]) if (sequence !== 0) ordering.drain(sequence, now)
  }

  #accountAnswer(
    request: AccountRequest,
    pending: Pending,
    result: tl.updates.Difference,
    now: number,
  ): void {
    const { positions, ordering, outgoing } = this.#parts
    // A repair brings one update; what else changed, it does not tell.
    const whole = request.params.ptsLimit === undefined
    // The date was put back since it was asked: ask again.
    const outdated = request.params.date > positions.date
    let more = false
    let progress = true
    switch (result._) {
      case 'updates.differenceEmpty':
        positions.seqs.reset(result.seq)
        if (whole && !outdated) positions.toldAt(result.date)
        progress = false
        break
      case 'updates.differenceTooLong': {
        const gap = outgoing.gap(0, 'tooLong', {})
        progress = result.pts !== positions.pts
        positions.pts = result.pts
        gap.position = positions.of(0)
        more = true
        break
      }
      case 'updates.difference':
        progress = this.#fetched(request, result, result.state, now)
        // Only now: which channels changed since the old date may be told with any of the slices.
        if (whole && !outdated) positions.toldAt(result.state.date)
        break
      case 'updates.differenceSlice':
        progress = this.#fetched(request, result, result.intermediateState, now)
        // A repair is cut short by its limit; whether more is missing is seen by what is held.
        more = whole
        break
    }
    this.#parts.intake.seqGapSince = -1
    ordering.channelsTried()
    // What is held now is beyond what was brought; its peers were asked for only if the server has nothing more.
    if (!progress) ordering.peersTried(0)
    if (more) {
      pending.wanted = true
      this.#countFruitless(pending, progress, now)
      if (pending.failures < FRUITLESS) return
      pending.wanted = false
    }
    ordering.drainAll(now)
    if (whole) {
      this.#parts.schedule.fetched(now)
      if (outdated) pending.wanted = true
      else this.#noteDate(positions.date)
    }
    this.#settle(pending, progress, now)
  }

  #fetched(
    request: AccountRequest,
    {
      newMessages,
      newEncryptedMessages,
      otherUpdates,
      users,
      chats,
    }: tl.updates.difference | tl.updates.differenceSlice,
    state: tl.updates.State,
    now: number,
  ): boolean {
    const { positions, outgoing, peers, intake } = this.#parts
    const container: Container = { users, chats, date: state.date, origin: 'difference' }
    const base = `${request.params.pts}.${request.params.date}`
    let last: Delivery | undefined
    peers.brought(users, chats)
    for (const message of newMessages) {
      const update = announcement(message)
      peers.giveUp(update, users, chats)
      last = outgoing.loose(0, update, container, base)
    }
    for (const message of newEncryptedMessages) {
      last = outgoing.loose(0, { _: 'updateNewEncryptedMessage', message, qts: 0 }, container, base)
    }
    for (const update of otherUpdates) {
      const { channelId, pts } = placeOf(update)
      if (
        update._ === 'updateChannelTooLong' ||
        update._ === 'updatePtsChanged' ||
        (channelId !== 0 && pts > 0)
      ) {
        intake.one(update, container, now)
      } else {
        last = outgoing.loose(0, update, container, base)
      }
    }
    const moved = state.pts !== positions.pts || state.qts !== positions.qts
    positions.pts = state.pts
    positions.qts = state.qts
    positions.seqs.reset(state.seq)
    if (last !== undefined) last.position = positions.of(0)
    else if (moved) outgoing.position(0, positions.of(0))
    intake.forbidden(chats)
    return moved || last !== undefined
  }

  #channelAnswer(
    request: ChannelRequest,
    pending: Pending,
    result: tl.updates.ChannelDifference,
    now: number,
  ): void {
    const { ordering, channels } = this.#parts
    const { channelId } = request
    const progress = channels.take(request, pending, result)
    if (!progress) ordering.peersTried(channelId)
    if (result.final !== true && progress) {
      pending.failures = 0
      pending.wanted = true
      return
    }
    ordering.drain(channelId, now)
    this.#settle(pending, progress, now)
    if (!pending.behind) this.#channelSettled(channelId)
  }

  /** Sees whether the gap closed. If differences keep bringing nothing, the server has nothing to bring. */
  #settle(pending: Pending, progress: boolean, now: number): void {
    if (pending.held.length === 0 && pending.heldQts.length === 0) {
      pending.failures = 0
      pending.retryAt = 0
      return
    }
    // What came after the question could not be in the answer.
    const later = pending.held.some(({ asked }) => asked !== true)
    this.#countFruitless(pending, progress || later, now)
    if (pending.failures < FRUITLESS) return
    pending.failures = 0
    pending.retryAt = 0
    this.#parts.ordering.skipGap(pending.sequence, now)
  }

  #countFruitless(pending: Pending, progress: boolean, now: number): void {
    pending.failures = progress ? 0 : pending.failures + 1
    pending.retryAt = progress ? 0 : now + retryDelay(pending.failures, this.#spread)
  }

  #noteDate(value: number): void {
    const waiting = new Set<number>()
    for (const pending of this.#parts.ordering.pending.values()) {
      if (pending.sequence !== 0 && pending.behind) waiting.add(pending.sequence)
    }
    this.#date = { value, waiting }
    this.#dateSettled()
  }

  #channelSettled(channelId: number): void {
    if (this.#date?.waiting.delete(channelId) === true) this.#dateSettled()
  }

  #dateSettled(): void {
    if (this.#date === undefined || this.#date.waiting.size > 0) return
    this.#parts.outgoing.position(0, { type: 'date', date: this.#date.value })
    this.#date = undefined
  }
}
