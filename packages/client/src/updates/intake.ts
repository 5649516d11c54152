/** Takes containers of updates apart and gives each update to the sequence it belongs to. */
import type { tl } from '../layer.ts'
import type { Ordering } from './ordering.ts'
import type { Container } from './pending.ts'
import { placeOf } from './place.ts'
import type { Positions } from './positions.ts'
import { fromShortMessage } from './short-messages.ts'
import type { Origin } from './types.ts'

const NOTHING: readonly never[] = []

export class Intake {
  /** Since when a container is missing (by seq); -1: none is. */
  seqGapSince = -1

  readonly #positions: Positions
  readonly #ordering: Ordering
  readonly #selfId: number | undefined
  readonly #positionLost: () => void

  /** `positionLost` is called when the server says that the account's numbers changed. */
  constructor(
    positions: Positions,
    ordering: Ordering,
    selfId: number | undefined,
    positionLost: () => void,
  ) {
    this.#positions = positions
    this.#ordering = ordering
    this.#selfId = selfId
    this.#positionLost = positionLost
  }

  updates(updates: tl.Updates, origin: Origin, now: number): void {
    switch (updates._) {
      case 'updatesTooLong':
      case 'updateShortSentMessage':
        // The latter makes sense only next to the call it answers; the difference tells what it was.
        this.#ordering.want(0)
        break
      case 'updateShort':
        this.one(updates.update, lone(updates.date, origin), now)
        break
      case 'updateShortMessage':
      case 'updateShortChatMessage':
        this.one(fromShortMessage(updates, this.#selfId), lone(updates.date, origin), now)
        break
      case 'updates':
        this.#container(updates, updates.seq, updates.seq, origin, now)
        break
      case 'updatesCombined':
        this.#container(updates, updates.seqStart, updates.seq, origin, now)
        break
    }
  }

  /** One update, whatever it came in. */
  one(update: tl.Update, container: Container, now: number): void {
    if (update._ === 'updateChannelTooLong') {
      this.channelChanged(update.channelId, update.pts)
      return
    }
    if (update._ === 'updatePtsChanged') {
      this.#positionLost()
      return
    }
    const { channelId, pts, count, qts } = placeOf(update)
    if (pts > 0) {
      const peersTried = container.origin === 'difference'
      this.#ordering.offer(channelId, { pts, count, update, container, peersTried }, now)
    } else if (qts > 0) {
      this.#ordering.offerQts({ pts: qts, count: 1, update, container, peersTried: true }, now)
    } else {
      this.#ordering.offerUnnumbered(channelId, { update, container })
    }
    if (update._ === 'updateChannel') this.#membership(update.channelId, container.chats)
  }

  /** The server says that the channel is at `pts` (or just that it changed). */
  channelChanged(channelId: number, pts: number | undefined): void {
    const local = this.#positions.local(channelId)
    const named = pts !== undefined && pts > 0 && this.#positions.begun
    if (local === undefined && named) this.#ordering.beginAt(channelId, pts)
    else if (local === undefined || pts === undefined || pts > local) this.#ordering.want(channelId)
  }

  #container(
    { updates, users, chats, date }: tl.updates | tl.updatesCombined,
    seqStart: number,
    seq: number,
    origin: Origin,
    now: number,
  ): void {
    const fresh = seq === 0 || seqStart === 0 || this.#noteSeq(seqStart, seq, now)
    const container: Container = { users, chats, date, origin }
    for (const update of updates) {
      // Numbered updates know by themselves whether they came before.
      if (!fresh && isUnnumbered(update)) continue
      this.one(update, container, now)
    }
    this.forbidden(chats)
  }

  /** Channels that the account may not read any more. */
  forbidden(chats: readonly tl.Chat[]): void {
    for (const chat of chats) {
      if (chat._ === 'channelForbidden') this.#ordering.forget(chat.id, 'forbidden')
    }
  }

  #noteSeq(first: number, last: number, now: number): boolean {
    const { seqs } = this.#positions
    const fresh = seqs.add(first, last)
    if (!seqs.gap) this.seqGapSince = -1
    else if (this.seqGapSince < 0) this.seqGapSince = now
    return fresh
  }

  /** "updateChannel": something about the channel changed; the chat that came along tells whether we are still in. */
  #membership(channelId: number, chats: readonly tl.Chat[]): void {
    const chat = chats.find((one) => one.id === channelId && one._ === 'channel')
    if (chat?._ === 'channel' && chat.left === true && chat.min !== true) {
      this.#ordering.forget(channelId, 'left')
    }
  }
}

function isUnnumbered(update: tl.Update): boolean {
  const { pts, qts } = placeOf(update)
  return pts === 0 && qts === 0 && update._ !== 'updateChannelTooLong'
}

function lone(date: number, origin: Origin): Container {
  return { users: NOTHING, chats: NOTHING, date, origin }
}
