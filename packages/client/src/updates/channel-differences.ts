/**
 * What a channel's difference says. Where we have a position it brings what happened since. Where we have none (a channel
 * seen for the first time, a position that the server disowned) it is a survey: it tells where the channel is at present,
 * and what it contains is history, announced as a gap and not handed out as news.
 * https://core.telegram.org/method/updates.getChannelDifference
 */
import type { tl } from '../layer.ts'
import type { PeerCheck } from './missing-peers.ts'
import type { Outgoing } from './outgoing.ts'
import type { Container, Pending } from './pending.ts'
import { announcement } from './place.ts'
import type { Positions } from './positions.ts'
import type { Delivery, DifferenceRequest, GapReason } from './types.ts'

type ChannelRequest = Extract<DifferenceRequest, { type: 'channel' }>

export class ChannelDifferences {
  readonly #positions: Positions
  readonly #outgoing: Outgoing
  readonly #peers: PeerCheck

  constructor(positions: Positions, outgoing: Outgoing, peers: PeerCheck) {
    this.#positions = positions
    this.#outgoing = outgoing
    this.#peers = peers
  }

  /** Takes an answer; true if it got us any further. */
  take(request: ChannelRequest, pending: Pending, result: tl.updates.ChannelDifference): boolean {
    const { channelId } = request
    const local = this.#positions.local(channelId)
    const surveying = local === undefined || local <= 0
    const verified = result.final === true && this.#positions.unverified.delete(channelId)
    if (result._ !== 'updates.channelDifferenceEmpty') this.#peers.brought(result.users, result.chats)
    if (result._ === 'updates.channelDifferenceTooLong') {
      const reason = local === undefined ? 'firstSeen' : surveying ? 'positionLost' : 'tooLong'
      this.#tooLong(channelId, reason, result)
      pending.survey = undefined
      return true
    }
    if (surveying) return this.#survey(channelId, local, pending, result)
    if (result._ === 'updates.channelDifference') {
      this.#news(request, result)
    } else if (local !== result.pts || verified) {
      this.#positions.move(channelId, result.pts)
      this.#outgoing.position(channelId, this.#positions.of(channelId))
    }
    return this.#positions.local(channelId) !== local
  }

  #tooLong(
    channelId: number,
    reason: GapReason,
    { dialog, messages, users, chats }: tl.updates.channelDifferenceTooLong,
  ): void {
    const { pts, topMessage: toMessageId } =
      dialog._ === 'dialog' ? dialog : { pts: undefined, topMessage: undefined }
    const gap = this.#outgoing.gap(channelId, reason, { toMessageId, messages, users, chats })
    if (pts === undefined) {
      // Nothing to go on from: begin anew with the channel's next update.
      gap.position = { type: 'channel', channelId, pts: 0, top: 0, unverified: false, gone: true }
      this.#positions.forget(channelId)
      return
    }
    this.#begin(channelId, pts, toMessageId, gap)
  }

  /** A channel with so short a history that it is not "too long": follow it to its end without handing it out. */
  #survey(
    channelId: number,
    local: number | undefined,
    pending: Pending,
    result: tl.updates.channelDifference | tl.updates.channelDifferenceEmpty,
  ): boolean {
    const messages = result._ === 'updates.channelDifference' ? result.newMessages : []
    const before = pending.survey
    const top = messages.reduce((newest, { id }) => Math.max(newest, id), before?.top ?? 0)
    if (result.final !== true && result.pts !== before?.pts) {
      pending.survey = { pts: result.pts, top }
      return true
    }
    pending.survey = undefined
    const reason = local === undefined ? 'firstSeen' : 'positionLost'
    const { users, chats } = result._ === 'updates.channelDifference' ? result : { users: [], chats: [] }
    const toMessageId = top > 0 ? top : undefined
    const gap = this.#outgoing.gap(channelId, reason, { toMessageId, messages, users, chats })
    this.#begin(channelId, result.pts, toMessageId, gap)
    return true
  }

  #begin(channelId: number, pts: number, top: number | undefined, gap: Delivery): void {
    this.#positions.move(channelId, pts)
    if (top !== undefined) this.#positions.raiseTop(channelId, top)
    gap.position = this.#positions.of(channelId)
  }

  #news(request: ChannelRequest, result: tl.updates.channelDifference): void {
    const { newMessages, otherUpdates, users, chats, pts } = result
    const { channelId } = request
    const container: Container = { users, chats, date: 0, origin: 'difference' }
    const base = `${request.pts}`
    let last: Delivery | undefined
    for (const message of newMessages) {
      const update = announcement(message)
      this.#peers.giveUp(update, users, chats)
      last = this.#outgoing.loose(channelId, update, container, base)
    }
    for (const update of otherUpdates) last = this.#outgoing.loose(channelId, update, container, base)
    this.#positions.move(channelId, pts)
    if (last === undefined) this.#outgoing.position(channelId, this.#positions.of(channelId))
    else last.position = this.#positions.of(channelId)
  }
}
