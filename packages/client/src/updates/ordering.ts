/**
 * Puts what arrives into the order of the sequences: the account's own, the one of secret chats and bots (qts), and one
 * for each channel, independent of each other. For a numbered update, with `local` the pts reached:
 *
 *   local + pts_count = pts   next in line: handed out
 *   local + pts_count > pts   handed out before: dropped
 *   local + pts_count < pts   one is missing: held until it comes, or until a difference brings it
 *
 * (https://core.telegram.org/api/updates#pts-checking-and-applying)
 *
 * Updates without a number go out as they come, unless those before them in their sequence are being waited for.
 */
import { SparseMap } from '@telegram-mt/mtproto'
import { brings, type PeerCheck } from './missing-peers.ts'
import type { Outgoing } from './outgoing.ts'
import { type Arrival, insertSorted, Pending, type Unnumbered } from './pending.ts'
import { isPassing, newMessageOf } from './place.ts'
import type { Positions } from './positions.ts'
import type { ChannelLostDelivery } from './types.ts'

export class Ordering {
  /** The program cannot take more: hold everything. */
  paused = false
  /** Sequences that are not simply in order. 0 is the account's own, with qts; others are channel ids. */
  readonly pending = new SparseMap<number, Pending>()

  readonly #positions: Positions
  readonly #outgoing: Outgoing
  readonly #peers: PeerCheck
  readonly #bufferLimit: number
  #buffered = 0

  constructor(positions: Positions, outgoing: Outgoing, peers: PeerCheck, bufferLimit: number) {
    this.#positions = positions
    this.#outgoing = outgoing
    this.#peers = peers
    this.#bufferLimit = bufferLimit
  }

  /** Updates waiting in memory. */
  get buffered(): number {
    return this.#buffered
  }

  trouble(sequence: number): Pending {
    const known = this.pending.get(sequence)
    if (known !== undefined) return known
    const pending = new Pending(sequence)
    this.pending.set(sequence, pending)
    return pending
  }

  /** A difference is needed. */
  want(sequence: number): void {
    this.trouble(sequence).wanted = true
  }

  offer(sequence: number, arrival: Arrival, now: number): void {
    const pending = this.pending.get(sequence)
    if (this.#stopped(sequence, pending)) {
      const local = this.#positions.local(sequence)
      if (local !== undefined && arrival.count > 0 && arrival.pts <= local) return
      this.#hold(sequence, arrival)
    } else if ((pending !== undefined && pending.held.length > 0) || !this.#step(sequence, arrival)) {
      this.#hold(sequence, arrival)
      this.drain(sequence, now)
    }
  }

  /** Offers an update of the secret and bot sequence, where each counts one; its qts is in `pts`. */
  offerQts(arrival: Arrival, now: number): void {
    if (this.#positions.ready && arrival.pts <= this.#positions.qts) return
    const pending = this.trouble(0)
    if (this.#buffered < this.#bufferLimit) {
      if (insertSorted(pending.heldQts, arrival)) this.#buffered++
    } else {
      pending.wanted = true
    }
    this.drain(0, now)
  }

  offerUnnumbered(sequence: number, arrival: Unnumbered): void {
    const pending = this.pending.get(sequence)
    if (!this.#waits(sequence, pending)) {
      this.#outgoing.unnumbered(sequence, arrival)
      return
    }
    const trouble = this.trouble(sequence)
    if (this.#buffered < this.#bufferLimit) {
      trouble.unnumbered.push(arrival)
      this.#buffered++
    } else if (!isPassing(arrival.update)) {
      trouble.overflowed = true
    }
  }

  /** Hands out what is in order by now. */
  drain(sequence: number, now: number): void {
    const pending = this.pending.get(sequence)
    if (pending === undefined || this.#stopped(sequence, pending)) return
    const numbered = this.#drainNumbered(sequence, pending)
    const secret = this.#drainQts(pending)
    if (pending.held.length > 0 || pending.heldQts.length > 0) {
      if (numbered || secret || pending.gapSince < 0) pending.gapSince = now
      return
    }
    pending.gapSince = -1
    this.#release(sequence, pending)
    if (pending.refetchTo > 0) {
      if (pending.refetchTo > (this.#positions.local(sequence) ?? 0)) pending.wanted = true
      pending.refetchTo = 0
    }
    if (pending.idle) this.pending.delete(sequence)
  }

  pause(): void {
    this.paused = true
    for (const pending of this.pending.values()) pending.gapSince = -1
  }

  resume(now: number): void {
    this.paused = false
    this.drainAll(now)
  }

  drainAll(now: number): void {
    for (const sequence of [...this.pending.keys()]) this.drain(sequence, now)
  }

  /** Asking for the peers that these updates name was of no use: they go out all the same. */
  peersTried(sequence: number): void {
    for (const arrival of this.pending.get(sequence)?.held ?? []) {
      if (arrival.asked === true) arrival.peersTried = true
    }
  }

  /** The account's difference had the chance to bring the channels that are not followed yet. */
  channelsTried(): void {
    for (const { sequence, held } of this.pending.values()) {
      if (sequence === 0 || this.#positions.local(sequence) !== undefined) continue
      for (const arrival of held) arrival.channelTried = true
    }
  }

  /**
   * The server says, again and again, that nothing is missing, and yet updates are held that come later. It does not
   * stand by them, so they are let go, and the program hears that it had better look for itself.
   */
  skipGap(sequence: number, now: number): void {
    this.#outgoing.gap(sequence, 'positionLost', {})
    this.dropHeld(sequence)
    this.drain(sequence, now)
  }

  /** Drops the numbered updates that are held: their numbers mean nothing any more. */
  dropHeld(sequence: number): void {
    const pending = this.trouble(sequence)
    this.#buffered -= pending.held.length + pending.heldQts.length
    pending.held.length = 0
    pending.heldQts.length = 0
    pending.gapSince = -1
    pending.refetchTo = 0
  }

  /** Follows a channel from a position that the server named; a difference makes sure that it was the present one. */
  beginAt(channelId: number, pts: number): void {
    const pending = this.trouble(channelId)
    pending.wanted = true
    // A survey under way tells the same.
    if (pending.running > 0) return
    pending.survey = undefined
    this.#positions.unverified.add(channelId)
    this.#positions.move(channelId, pts)
    this.#outgoing.gap(channelId, 'firstSeen', {}).position = this.#positions.of(channelId)
  }

  /**
   * Stops following a channel. The messages held for it go out, after word that something is missing. Edits and deletions do
   * not: should the process die before word of the loss is handled, they come again in their place, after what was missing,
   * and whoever dropped them as repeats would be left with what was missing.
   */
  forget(channelId: number, reason: ChannelLostDelivery['reason']): void {
    const pending = this.pending.get(channelId)
    if (pending === undefined && this.#positions.channels.pts(channelId) === undefined) return
    if (pending !== undefined) {
      if (!pending.idle) this.#outgoing.gap(channelId, 'unavailable', {})
      this.#buffered -= pending.held.length
      const reached = this.#positions.channels.pts(channelId) ?? 0
      for (const { pts, count, update, container } of pending.held.splice(0)) {
        // A difference under way brought it already.
        if (count > 0 && pts <= reached) continue
        // They move nothing: before word of the loss is handled, the channel is where it was.
        if (update === undefined || (count > 0 && newMessageOf(update) === undefined)) continue
        this.#outgoing.loose(channelId, update, container, `${pts}`)
      }
      this.#release(channelId, pending)
    }
    this.#outgoing.lost(channelId, reason)
    this.pending.delete(channelId)
    this.#positions.forget(channelId)
  }

  /** Whether numbered updates of the sequence may not be applied now. */
  #stopped(sequence: number, pending: Pending | undefined): boolean {
    return (
      this.paused ||
      !this.#positions.begun ||
      (pending !== undefined && pending.running > 0) ||
      (sequence === 0 && !this.#positions.ready)
    )
  }

  /** Whether an update without number has others of its sequence before it that are still missing. */
  #waits(sequence: number, pending: Pending | undefined): boolean {
    if (this.paused) return true
    if (pending === undefined) return false
    if (pending.running > 0) return this.#positions.local(sequence) !== undefined
    return pending.size > 0
  }

  #hold(sequence: number, arrival: Arrival): void {
    const pending = this.trouble(sequence)
    if (this.#buffered < this.#bufferLimit) {
      if (insertSorted(pending.held, arrival)) this.#buffered++
    } else if (arrival.count > 0) {
      pending.refetchTo = Math.max(pending.refetchTo, arrival.pts)
    } else if (arrival.update !== undefined) {
      // It rides along without a number of its own, so no difference repeats it.
      pending.overflowed = true
    }
  }

  /** Hands out an update if it is its turn; true if nothing remains to be done about it. */
  #step(sequence: number, arrival: Arrival): boolean {
    const { pts, count, update, container } = arrival
    let local = this.#positions.local(sequence)
    if (local === undefined) {
      const begun = this.#begin(sequence, arrival)
      if (begun !== 'followed') return begun === 'done'
      local = this.#positions.local(sequence) ?? 0
    }
    if (count === 0) {
      if (pts > local) return false
      // It takes no place in the sequence, so nothing tells whether it came before: rather twice than never.
      if (update !== undefined) this.#outgoing.numbered(sequence, pts, count, update, container)
      return true
    }
    const before = pts - count
    if (pts <= local) return true
    if (before > local) return false
    if (before < local) {
      // It covers something that was handed out AND something that was not: only a difference can tell them apart.
      this.want(sequence)
      return false
    }
    if (update !== undefined && !arrival.peersTried) {
      if (!this.#peers.complete(update, container.users, container.chats)) {
        this.want(sequence)
        return false
      }
    }
    this.#positions.move(sequence, pts)
    if (update === undefined) this.#outgoing.position(sequence, this.#positions.of(sequence))
    else this.#outgoing.numbered(sequence, pts, count, update, container)
    return true
  }

  /** The first update of a channel that is not followed yet. */
  #begin(channelId: number, arrival: Arrival): 'followed' | 'done' | 'wait' {
    const pending = this.pending.get(channelId)
    if (channelId === 0 || (pending !== undefined && (pending.wanted || pending.running > 0))) return 'wait'
    const { pts, count, update, container } = arrival
    if (update === undefined) return 'done'
    if (count === 0) {
      // Such an update may share its pts with a message on its way, so it is no place to start from.
      this.#outgoing.numbered(channelId, pts, count, update, container)
      return 'done'
    }
    const { users, chats } = container
    if (
      !arrival.peersTried &&
      !brings(users, chats, 'channel', channelId) &&
      !this.#peers.has('channel', channelId)
    ) {
      if (arrival.channelTried !== true) {
        // A channel never heard of: the account's difference brings it, and says how far it is.
        this.want(0)
        return 'wait'
      }
      // Nor can the channel be asked for anybody.
      arrival.peersTried = true
    }
    // What happened there before the date of the account's difference, no difference of the account will tell.
    const old = !this.#positions.ready || container.date <= this.#positions.date
    if (old) {
      this.#positions.unverified.add(channelId)
      this.want(channelId)
    }
    this.#positions.move(channelId, pts - count)
    const message = newMessageOf(update)
    const gap = this.#outgoing.gap(channelId, 'firstSeen', {
      // A message says up to where the history is to be read; anything else leaves that open.
      toMessageId: message === undefined ? undefined : message.id - 1,
      users,
      chats,
    })
    gap.position = this.#positions.of(channelId)
    return 'followed'
  }

  #drainNumbered(sequence: number, pending: Pending): boolean {
    let done = 0
    for (const arrival of pending.held) {
      if (!this.#step(sequence, arrival)) break
      done++
    }
    pending.held.splice(0, done)
    this.#buffered -= done
    return done > 0
  }

  #drainQts(pending: Pending): boolean {
    let done = 0
    for (const { pts, update, container } of pending.heldQts) {
      if (pts > this.#positions.qts + 1) break
      done++
      if (pts <= this.#positions.qts) continue
      this.#positions.qts = pts
      if (update !== undefined) this.#outgoing.qts(pts, update, container)
    }
    pending.heldQts.splice(0, done)
    this.#buffered -= done
    return done > 0
  }

  /** The sequence is in order: what waited behind it goes out. */
  #release(sequence: number, pending: Pending): void {
    const waiting = pending.unnumbered
    pending.unnumbered = []
    this.#buffered -= waiting.length
    for (const arrival of waiting) this.#outgoing.unnumbered(sequence, arrival)
    if (pending.overflowed) this.#outgoing.gap(sequence, 'overflow', {})
    pending.overflowed = false
  }
}
