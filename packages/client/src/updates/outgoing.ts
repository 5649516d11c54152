/** Collects what is to be handed out, with its id and the position it stands for. */
import type { tl } from '../layer.ts'
import { contentDigest, numberedId } from './delivery-id.ts'
import type { Container, Unnumbered } from './pending.ts'
import { newMessageOf, placeOf } from './place.ts'
import type { Positions } from './positions.ts'
import type { ChannelLostDelivery, Delivery, GapReason, Position } from './types.ts'

const NOTHING: readonly never[] = []

export interface GapDetails {
  readonly toMessageId?: number | undefined
  readonly messages?: readonly tl.Message[]
  readonly users?: readonly tl.User[]
  readonly chats?: readonly tl.Chat[]
}

export class Outgoing {
  readonly #positions: Positions
  /** Makes the ids of updates that never come again unique over restarts. */
  readonly #epoch: string
  #counter = 0
  #out: Delivery[] = []

  constructor(positions: Positions, now: number) {
    this.#positions = positions
    this.#epoch = now.toString(36)
  }

  take(): Delivery[] {
    const out = this.#out
    if (out.length > 0) this.#out = []
    return out
  }

  /** An update in its place; it has moved its sequence if `count` > 0. */
  numbered(sequence: number, pts: number, count: number, update: tl.Update, container: Container): void {
    if (count > 0) this.#noteTop(sequence, update)
    const id = numberedId(update, sequence, pts, 0) ?? this.#freshId()
    // Several that take no place may share one pts.
    this.#update(
      count > 0 ? id : `${id}.${contentDigest(update)}`,
      sequence,
      count > 0 ? this.#positions.of(sequence) : undefined,
      update,
      container,
    )
  }

  /** An update of the secret and bot sequence. */
  qts(qts: number, update: tl.Update, container: Container): void {
    this.#update(
      numberedId(update, 0, 0, qts) ?? this.#freshId(),
      0,
      this.#positions.of(0),
      update,
      container,
    )
  }

  /** The server does not repeat it, so it moves nothing. */
  unnumbered(sequence: number, { update, container }: Unnumbered): void {
    this.#update(this.#freshId(), sequence, undefined, update, container)
  }

  /**
   * An update that does not move its sequence by itself, such as one of a difference: the whole difference has one
   * position, which the caller sets on its last delivery. `base` names the position from which the difference was asked:
   * asked again from there, it gets the same ids.
   */
  loose(sequence: number, update: tl.Update, container: Container, base: string): Delivery {
    // The account's difference may hold updates of a channel: their ids are the channel's.
    const { channelId, pts, qts } = placeOf(update)
    this.#noteTop(channelId, update)
    const id = numberedId(update, channelId, pts, qts)
    return this.#update(
      id ?? `x${channelId}.${base}.${contentDigest(update)}`,
      sequence,
      undefined,
      update,
      container,
    )
  }

  gap(sequence: number, reason: GapReason, details: GapDetails): Delivery {
    const fromMessageId = this.#positions.topOf(sequence) + 1
    const delivery: Delivery = {
      type: 'gap',
      id: `g${sequence}.${this.#positions.local(sequence) ?? 0}.${fromMessageId}.${reason}`,
      sequence,
      position: undefined,
      users: details.users ?? NOTHING,
      chats: details.chats ?? NOTHING,
      reason,
      channelId: sequence === 0 ? undefined : sequence,
      fromMessageId,
      toMessageId: details.toMessageId,
      messages: details.messages ?? NOTHING,
    }
    this.#out.push(delivery)
    return delivery
  }

  lost(channelId: number, reason: ChannelLostDelivery['reason']): void {
    const pts = this.#positions.channels.pts(channelId) ?? 0
    const top = this.#positions.channels.top(channelId)
    this.#out.push({
      type: 'channelLost',
      id: `l${channelId}.${pts}`,
      sequence: channelId,
      position: { type: 'channel', channelId, pts, top, unverified: false, gone: true },
      users: NOTHING,
      chats: NOTHING,
      channelId,
      reason,
    })
  }

  /** Nothing to tell, but the sequence moved. */
  position(sequence: number, position: Position): void {
    this.#out.push({ type: 'position', id: '', sequence, position, users: NOTHING, chats: NOTHING })
  }

  #update(
    id: string,
    sequence: number,
    position: Position | undefined,
    update: tl.Update,
    { users, chats, origin, date }: Container,
  ): Delivery {
    const delivery: Delivery = {
      type: 'update',
      id,
      sequence,
      position,
      users,
      chats,
      update,
      origin,
      date,
    }
    this.#out.push(delivery)
    return delivery
  }

  #noteTop(sequence: number, update: tl.Update): void {
    const message = newMessageOf(update)
    if (message !== undefined) this.#positions.raiseTop(sequence, message.id)
  }

  #freshId(): string {
    this.#counter++
    return `n${this.#epoch}.${this.#counter.toString(36)}`
  }
}
