/** How far each sequence of an account has been followed, in memory. What is saved lags behind (see `Position`). */
import { SparseSet } from '@telegram-mt/mtproto'
import { ChannelTable } from './channel-table.ts'
import { SeqWindow } from './seq-window.ts'
import { OLDEST_ANSWER } from './timing.ts'
import type { AccountPosition, ChannelPoint, ChannelPosition, UpdateState } from './types.ts'

export class Positions {
  /** Whether the account's position is known. */
  ready = false
  pts = 0
  qts = 0
  /** Seconds of server time: as of when a difference last told which channels changed. */
  date = 0
  /** The date that the server last gave, where `date` was put back. */
  #told = 0
  /** The newest message id of private chats and basic groups. */
  top = 0
  readonly seqs = new SeqWindow()
  readonly channels: ChannelTable
  /** Channels whose position has yet to be made sure of; few, and for a short time. */
  readonly unverified = new SparseSet<number>()

  constructor(saved: UpdateState | undefined) {
    this.channels = new ChannelTable(saved?.channels)
    if (saved === undefined) return
    this.ready = true
    this.pts = saved.pts
    this.qts = saved.qts
    this.date = saved.date
    this.#told = saved.date
    this.top = saved.top ?? 0
    for (const [id, { unverified }] of saved.channels) if (unverified === true) this.unverified.add(id)
  }

  /**
   * Whether the account has a position to come back to. Before, nothing numbered is handed out: a death would forget that it
   * was, and what happened to it next would be lost in silence.
   */
  get begun(): boolean {
    return this.ready || this.date > 0
  }

  /** The pts reached in a sequence (0: the account's own); `undefined` for one that is not followed yet. */
  local(sequence: number): number | undefined {
    if (sequence === 0) return this.ready ? this.pts : undefined
    return this.channels.pts(sequence)
  }

  move(sequence: number, pts: number): void {
    if (sequence === 0) this.pts = pts
    else this.channels.set(sequence, pts, this.channels.top(sequence))
  }

  /** The server told as of this date which channels changed. */
  toldAt(date: number): void {
    this.date = date
    this.#told = date
  }

  /** Let the next difference tell again what changed in the last moments before that. */
  putDateBack(): void {
    this.date = Math.max(1, Math.min(this.date, this.#told - OLDEST_ANSWER))
  }

  /** The channel is not followed any more. */
  forget(channelId: number): void {
    this.channels.delete(channelId)
    this.unverified.delete(channelId)
  }

  topOf(sequence: number): number {
    return sequence === 0 ? this.top : this.channels.top(sequence)
  }

  /** Notes that messages up to `id` were handed out, or announced as a gap. */
  raiseTop(sequence: number, id: number): void {
    if (sequence === 0) {
      if (id > this.top) this.top = id
      return
    }
    const pts = this.channels.pts(sequence)
    if (pts !== undefined && id > this.channels.top(sequence)) this.channels.set(sequence, pts, id)
  }

  of(sequence: number): AccountPosition | ChannelPosition {
    if (sequence === 0) {
      return { type: 'account', pts: this.pts, qts: this.qts, seq: this.seqs.reached, top: this.top }
    }
    const pts = this.channels.pts(sequence) ?? 0
    const top = this.channels.top(sequence)
    return {
      type: 'channel',
      channelId: sequence,
      pts,
      top,
      unverified: this.unverified.has(sequence),
      gone: false,
    }
  }

  /** Everything, as if all that was handed out were handled. */
  snapshot(): UpdateState {
    const { pts, qts, date, top } = this
    const channels = new Map<number, ChannelPoint>(this.channels.entries())
    for (const id of this.unverified) {
      const point = channels.get(id)
      if (point !== undefined) channels.set(id, { ...point, unverified: true })
    }
    return { pts, qts, date, top, seq: this.seqs.reached, channels }
  }
}
