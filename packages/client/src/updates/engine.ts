/**
 * The gap engine: follows one account's updates through pts, qts, seq and every channel's pts, so that a program gets
 * each of them in order, and hears plainly of those that cannot be had.
 *
 * It has no socket, timer, clock or storage. What the server pushes and answers goes in with the time; out come
 * deliveries, in the order in which the program is to handle them, and requests for a difference. The host
 *  - calls `receive` and `ownResult` with what comes, and `newSession` when the server lost the session,
 *  - calls `poll` after each of these (unless the engine `isQuiet`), after each answer, and at `wakeAt`; it makes the
 *    requests and gives the answers to `difference` or `differenceFailed`,
 *  - notes the users and chats of all deliveries before its next call,
 *  - saves positions as `Position` says.
 *
 * https://core.telegram.org/api/updates
 */
import type { tl } from '../layer.ts'
import { ChannelDifferences } from './channel-differences.ts'
import { Differences } from './differences.ts'
import { Intake } from './intake.ts'
import { PeerCheck } from './missing-peers.ts'
import { Ordering } from './ordering.ts'
import { Outgoing } from './outgoing.ts'
import { type Call, readOwnResult, type SeenChannel } from './own-results.ts'
import type { Container } from './pending.ts'
import { Positions } from './positions.ts'
import { Schedule } from './schedule.ts'
import type { Delivery, DifferenceRequest, DifferenceResult, EngineOptions, UpdateState } from './types.ts'

export interface Poll {
  /** Calls to make now, each once. */
  readonly requests: DifferenceRequest[]
  readonly deliveries: Delivery[]
  /** When to poll again at the latest, in ms; Infinity: not before something else happens. */
  readonly wakeAt: number
}

/** For metrics and for people who wonder why nothing comes. */
export interface EngineStatus {
  readonly paused: boolean
  /** Whether the account's own sequence is followed without anything missing. */
  readonly inOrder: boolean
  /** Channels of which updates are missing. */
  readonly channelsBehind: number
  readonly channels: number
  /** Requests under way. */
  readonly requests: number
  /** Updates waiting in memory. */
  readonly buffered: number
}

export class UpdateEngine {
  readonly #positions: Positions
  readonly #peers: PeerCheck
  readonly #outgoing: Outgoing
  readonly #ordering: Ordering
  readonly #intake: Intake
  readonly #schedule: Schedule
  readonly #differences: Differences
  readonly #selfId: number | undefined
  /** Where dialogs told that channels are, before the account has a position. */
  #seenEarly: SeenChannel[] | undefined

  /**
   * `saved` is what the program had handled before; `undefined` for an account that just signed in, which starts from
   * now. `now` is in milliseconds.
   */
  constructor(saved: UpdateState | undefined, options: EngineOptions, now: number) {
    const { selfId, knows = () => true, catchUp = true, bufferLimit = 2_000, spread = 0 } = options
    const { channelLimit = 100, channelsAtOnce = 4 } = options
    this.#selfId = selfId
    this.#positions = new Positions(catchUp ? saved : undefined)
    this.#peers = new PeerCheck(knows)
    this.#outgoing = new Outgoing(this.#positions, now)
    this.#ordering = new Ordering(this.#positions, this.#outgoing, this.#peers, bufferLimit)
    this.#intake = new Intake(this.#positions, this.#ordering, selfId, () => this.#differences.positionLost())
    const asked = { channelLimit, channelsAtOnce, spread }
    this.#schedule = new Schedule(this.#positions, this.#ordering, this.#intake, asked, now)
    const parts = {
      positions: this.#positions,
      ordering: this.#ordering,
      outgoing: this.#outgoing,
      peers: this.#peers,
      intake: this.#intake,
      schedule: this.#schedule,
      channels: new ChannelDifferences(this.#positions, this.#outgoing, this.#peers),
    }
    this.#differences = new Differences(parts, spread)
    this.#ordering.want(0)
    for (const channelId of this.#positions.unverified) this.#ordering.want(channelId)
  }

  /** Updates that the server pushed. */
  receive(updates: tl.Updates, now: number): Delivery[] {
    this.#schedule.heard(now)
    this.#intake.updates(updates, 'push', now)
    return this.#take()
  }

  /**
   * The answer of a call that this session made, whichever it was: some move the sequences, some are updates. Give them
   * all in the order in which they came, among the updates.
   */
  ownResult(call: Call, result: unknown, now: number): Delivery[] {
    const own = readOwnResult(call, result, this.#selfId)
    switch (own?.type) {
      case 'updates':
        this.#intake.updates(own.updates, 'result', now)
        break
      case 'update':
        this.#intake.one(own.update, ownContainer(own.date), now)
        break
      case 'numbered': {
        const { channelId, pts, count } = own
        const container = ownContainer(0)
        this.#ordering.offer(channelId, { pts, count, update: undefined, container, peersTried: true }, now)
        break
      }
      case 'channels':
        this.#seen(own.points)
        break
      case 'unclear':
        this.#ordering.want(0)
        break
    }
    return this.#take()
  }

  /** The server dropped the MTProto session and what it had for it (`new_session_created`): ask what was missed. */
  newSession(): void {
    this.#positions.seqs.clear()
    this.#ordering.want(0)
  }

  /** After `receive`: there is no need to poll before the `wakeAt` of the last time. */
  isQuiet(now: number): boolean {
    return this.#schedule.isQuiet(now)
  }

  /** What is to be asked for, and when to come again. */
  poll(now: number): Poll {
    const requests = this.#schedule.due(now)
    return { requests, deliveries: this.#take(), wakeAt: this.#schedule.wakeAt(now) }
  }

  /** The answer to a request. One that was overtaken by events is left aside. */
  difference(request: DifferenceRequest, result: DifferenceResult, now: number): Delivery[] {
    this.#differences.answer(request, result, now)
    if (this.#seenEarly !== undefined && this.#positions.begun) {
      const points = this.#seenEarly
      this.#seenEarly = undefined
      this.#seen(points)
    }
    return this.#take()
  }

  /**
   * A request failed: with an error of Telegram's (its `code` is looked at), or in any other way. For a channel whose
   * access hash the host does not have, give an error with the code `NO_ACCESS_HASH`.
   */
  differenceFailed(request: DifferenceRequest, error: unknown, now: number): Delivery[] {
    this.#differences.failed(request, error, now)
    return this.#take()
  }

  /**
   * The program falls behind: hand out nothing but answers of requests under way, ask for nothing, and hold what comes
   * up to the buffer's limit. Beyond it updates are dropped and fetched again after `resume`.
   */
  pause(): void {
    this.#ordering.pause()
  }

  resume(now: number): Delivery[] {
    this.#ordering.resume(now)
    return this.#take()
  }

  get paused(): boolean {
    return this.#ordering.paused
  }

  /** The positions reached in memory; what the program has handled is behind them. */
  reached(): UpdateState {
    return this.#positions.snapshot()
  }

  status(): EngineStatus {
    const { pending, paused, buffered } = this.#ordering
    let channelsBehind = 0
    let requests = 0
    for (const { sequence, behind, running } of pending.values()) {
      if (sequence !== 0 && behind) channelsBehind++
      if (running > 0) requests++
    }
    const inOrder = this.#positions.ready && pending.get(0)?.behind !== true
    return { paused, inOrder, channelsBehind, channels: this.#positions.channels.size, requests, buffered }
  }

  /** Dialogs tell where channels are at present. */
  #seen(points: readonly SeenChannel[]): void {
    if (!this.#positions.begun) {
      this.#seenEarly = [...(this.#seenEarly ?? []), ...points]
      return
    }
    let first = false
    for (const { channelId, pts, top } of points) {
      if (this.#positions.local(channelId) !== undefined || this.#ordering.pending.has(channelId)) {
        this.#intake.channelChanged(channelId, pts)
        continue
      }
      this.#positions.channels.set(channelId, pts, top)
      this.#outgoing.position(channelId, this.#positions.of(channelId))
      first = true
    }
    if (!first) return
    // The answer may have been overtaken by a difference, which told nothing of channels that were not followed yet.
    this.#positions.putDateBack()
    this.#outgoing.position(0, { type: 'date', date: this.#positions.date })
    this.#ordering.want(0)
  }

  #take(): Delivery[] {
    this.#peers.noted()
    return this.#outgoing.take()
  }
}

function ownContainer(date: number): Container {
  return { users: [], chats: [], date, origin: 'result' }
}
