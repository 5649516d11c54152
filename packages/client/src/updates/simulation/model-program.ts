/**
 * A program that mirrors chats from the deliveries it gets, one at a time, and saves its position as it should. It keeps
 * what it saved over a crash and forgets the rest, and it checks on the way what it was promised.
 */
import type { tl } from '../../layer.ts'
import { newMessageOf, placeOf } from '../place.ts'
import { SavedPositions } from '../saved-positions.ts'
import type { ChannelPosition, Delivery, GapDelivery, UpdateDelivery } from '../types.ts'
import type { Faults } from './faults.ts'
import { type ModelServer, SELF_ID } from './model-server.ts'

export class BrokenPromise extends Error {}

/** Chats by key, each with its messages' texts. */
export type View = Map<string, Map<number, string>>

export class ModelProgram {
  readonly saved = new SavedPositions(undefined)
  view: View = new Map()
  readonly knownUsers = new Set<number>()
  readonly knownChannels = new Set<number>()
  /** Deliveries not yet handled; lost in a crash. */
  queue: Delivery[] = []
  handled = 0
  repeats = 0
  gaps = 0
  /** Unnumbered updates handled, by the number the test gave them. */
  readonly marks = new Map<number, number>()

  /** qts of the secret messages handled. */
  readonly secrets = new Set<number>()
  /** Where the account stood when it began; what came before was never promised. */
  firstQts = 0
  readonly #server: ModelServer
  /** Ids of all updates handled. In a real program they live next to what was done with them. */
  readonly ids = new Set<string>()
  /** Channels that answers of the program's own calls named. */
  readonly dialogs = new Set<number>()
  /** Messages that an update announced or a gap covered, as `chat.id`. */
  readonly told = new Set<string>()
  /** Even differences bring `min` users. */
  readonly #hasMin: boolean
  /** Up to which pts a gap of the sequence was announced; Infinity: it was lost and not followed since. */
  readonly #excused = new Map<number, number>()
  /** Where channels stood when the account began: what came before was never promised. */
  readonly #began = new Map<number, number>()
  /** Ids of numbered updates handed out in this life of the engine. */
  #idsOfLife = new Set<string>()
  /** The newest message first announced in a chat: later ones must be newer. */
  readonly #newest = new Map<string, number>()
  /** Channels of which parts came before others that were missing, with word of it. */
  readonly #outOfOrder = new Set<string>()
  /** The pts of the last update of a sequence within one life of the engine. */
  #lastPts = new Map<number, number>()

  constructor(server: ModelServer, faults: Faults) {
    this.#server = server
    this.#hasMin = faults.minUsers > 0 && faults.minInDifferences
  }

  take(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      for (const user of delivery.users) {
        if (user._ === 'user' && user.min !== true) this.knownUsers.add(user.id)
      }
      // What was held for a channel goes out with its loss, as there is nothing more to wait for.
      const parting = deliveries.some(
        ({ type, sequence }) => type === 'channelLost' && sequence === delivery.sequence,
      )
      if (delivery.type === 'update' && !parting) this.#checkPeers(delivery)
      this.queue.push(delivery)
    }
    // Last: what is handed out at once with the first word of a channel was decided on without it.
    for (const { chats } of deliveries) {
      for (const chat of chats) if (chat._ === 'channel') this.knownChannels.add(chat.id)
    }
  }

  /** Whoever wrote a message can be answered, unless not even a difference brought more than a `min` user. */
  #checkPeers({ id, update }: UpdateDelivery): void {
    const message = newMessageOf(update)
    if (this.#hasMin || message?._ !== 'message' || message.fromId?._ !== 'peerUser') return
    if (message.peerId._ === 'peerChannel' && !this.knownChannels.has(message.peerId.channelId)) return
    const { userId } = message.fromId
    if (userId !== SELF_ID && !this.knownUsers.has(userId))
      throw new BrokenPromise(`${id} was handed out without user ${userId}, who is not known`)
  }

  /** Handles one delivery; `completed` is false if the program dies after handling it and before saving. */
  handleNext(completed: boolean): boolean {
    const delivery = this.queue.shift()
    if (delivery === undefined) return false
    // To drop a channel is one transaction with the position, as `ChannelLostDelivery` asks for.
    if (completed || delivery.type !== 'channelLost') this.#handle(delivery)
    if (completed && delivery.position !== undefined) this.saved.apply(delivery.position)
    return true
  }

  crash(): void {
    this.queue = []
    this.#lastPts = new Map()
    this.#idsOfLife = new Set()
  }

  #handle(delivery: Delivery): void {
    switch (delivery.type) {
      case 'position':
        // The first position of an account just signed in: what was there before is read from the history.
        if (this.saved.state() === undefined) {
          this.readAll()
          if (delivery.position.type === 'account') {
            this.firstQts = delivery.position.qts
            this.#excused.set(0, delivery.position.pts)
          }
          for (const [id, { pts }] of this.#server.channels) this.#began.set(id, pts)
          this.#tellAll()
        } else if (delivery.position.type === 'channel') {
          this.#readDialog(delivery.position)
        }
        break
      case 'gap':
        this.gaps++
        this.#backfill(delivery)
        // Numbers may start anew behind it.
        this.#lastPts.delete(delivery.sequence)
        if (delivery.channelId === undefined) this.readAccount()
        // A channel that is not available cannot be read; word that it is lost follows.
        else if (delivery.reason !== 'unavailable') this.readChannel(delivery.channelId)
        // What these two announce as missing may come after all, once the server stands by it or we are back in.
        if (delivery.reason === 'positionLost') this.#newest.clear()
        if (delivery.reason === 'unavailable') this.#outOfOrder.add(`c${delivery.channelId}`)
        break
      case 'channelLost':
        this.#forget(delivery.channelId)
        this.#excused.set(delivery.channelId, Number.POSITIVE_INFINITY)
        // The word may have been overtaken by our joining again: have a look.
        if (this.#server.box(delivery.channelId).member) this.readChannel(delivery.channelId)
        break
      case 'update':
        this.#update(delivery)
    }
  }

  #update({ id, update }: UpdateDelivery): void {
    this.handled++
    const { channelId, pts, count } = placeOf(update)
    if (count > 0) {
      if (this.#idsOfLife.has(id)) throw new BrokenPromise(`${id} was handed out twice without a restart`)
      this.#idsOfLife.add(id)
    }
    if (this.ids.has(id)) {
      this.repeats++
      return
    }
    this.ids.add(id)
    if (pts > 0 && count > 0) {
      const last = this.#lastPts.get(channelId) ?? 0
      if (pts <= last) throw new BrokenPromise(`sequence ${channelId}: pts ${pts} handed out after ${last}`)
      this.#lastPts.set(channelId, pts)
    }
    switch (update._) {
      case 'updateNewMessage':
      case 'updateNewChannelMessage':
        this.#newMessage(update.message)
        break
      case 'updateEditMessage':
      case 'updateEditChannelMessage':
        if (update.message._ === 'message') this.#put(update.message)
        break
      case 'updateDeleteMessages':
        for (const chat of this.view.values()) {
          if (!isChannelKey(chat, this.view)) for (const one of update.messages) chat.delete(one)
        }
        break
      case 'updateDeleteChannelMessages':
        for (const one of update.messages) this.view.get(`c${update.channelId}`)?.delete(one)
        break
      case 'updateNewEncryptedMessage':
        this.secrets.add(Number(update.message.randomId))
        break
      case 'updateChannel':
        if (this.#server.box(update.channelId).member) this.readChannel(update.channelId)
        break
      case 'updateMessageReactions':
        this.marks.set(update.msgId, (this.marks.get(update.msgId) ?? 0) + 1)
        break
    }
  }

  #newMessage(message: tl.Message): void {
    if (message._ !== 'message') return
    const key = keyOf(message.peerId)
    const newest = this.#newest.get(key) ?? 0
    if (message.id <= newest && !this.#outOfOrder.has(key))
      throw new BrokenPromise(`${key}: message ${message.id} announced after ${newest}`)
    this.#newest.set(key, message.id)
    this.told.add(`${key}.${message.id}`)
    this.#put(message)
  }

  #put(message: tl.message): void {
    const key = keyOf(message.peerId)
    // Of a chat never heard of, or left and entered again, the history comes first.
    if (message.peerId._ === 'peerChannel' && !this.view.has(key)) this.readChannel(message.peerId.channelId)
    let chat = this.view.get(key)
    if (chat === undefined) {
      chat = new Map()
      this.view.set(key, chat)
    }
    chat.set(message.id, message.message)
  }

  /** What is known of a channel goes with the access to it; should we come back, its updates may come again. */
  #forget(channelId: number): void {
    this.view.delete(`c${channelId}`)
    this.#newest.delete(`c${channelId}`)
    this.#lastPts.delete(channelId)
    for (const ids of [this.ids, this.#idsOfLife]) {
      for (const id of ids) if (id.startsWith(`${channelId}.`, 1)) ids.delete(id)
    }
  }

  /** Events of a sequence up to this pts were announced as missing; Infinity: it is not followed at present. */
  excusedTo(sequence: number): number {
    const excused = this.#excused.get(sequence) ?? Number.POSITIVE_INFINITY
    return Math.max(excused, this.#began.get(sequence) ?? 0)
  }

  /** Notes what a program finds that reads the history within the bounds that the gap names. */
  #backfill({ channelId, fromMessageId, toMessageId, position, sequence, reason }: GapDelivery): void {
    const box = this.#server.box(channelId ?? 0)
    // A gap that names no new position was found by the engine, not told by the server: it ends where we are.
    const reached = position !== undefined && position.type !== 'date' ? position.pts : box.pts
    const before = this.excusedTo(sequence)
    if (Number.isFinite(before)) this.#excused.set(sequence, Math.max(reached, before))
    else if (position !== undefined) this.#excused.set(sequence, reached)
    if (reason === 'unavailable') return
    for (const { id, peerId } of box.messages.values()) {
      if (id >= fromMessageId && id <= (toMessageId ?? id)) this.told.add(`${keyOf(peerId)}.${id}`)
    }
  }

  /** A channel not followed before is followed from where a call of the program's own found it: it reads what there is. */
  #readDialog({ channelId, pts, gone }: ChannelPosition): void {
    if (gone || this.saved.state()?.channels.has(channelId) === true) return
    if (!this.dialogs.has(channelId))
      throw new BrokenPromise(`channel ${channelId} is followed from pts ${pts} without a word`)
    this.readChannel(channelId)
    this.#excused.set(channelId, pts)
    for (const id of this.view.get(`c${channelId}`)?.keys() ?? []) this.told.add(`c${channelId}.${id}`)
  }

  /** What was there when the account signed in is read from the histories. */
  #tellAll(): void {
    for (const [key, chat] of this.view) for (const id of chat.keys()) this.told.add(`${key}.${id}`)
  }

  /** Reads everything anew, as after sign-in. */
  readAll(): void {
    this.readAccount()
    for (const [channelId, box] of this.#server.channels) if (box.member) this.readChannel(channelId)
  }

  readAccount(): void {
    for (const key of [...this.view.keys()]) if (!key.startsWith('c')) this.view.delete(key)
    for (const message of this.#server.account.messages.values()) this.#put(message)
  }

  readChannel(channelId: number): void {
    this.view.set(`c${channelId}`, new Map())
    for (const message of this.#server.box(channelId).messages.values()) this.#put(message)
  }
}

export function keyOf(peer: tl.Peer): string {
  switch (peer._) {
    case 'peerUser':
      return `u${peer.userId}`
    case 'peerChat':
      return `g${peer.chatId}`
    case 'peerChannel':
      return `c${peer.channelId}`
  }
}

function isChannelKey(chat: Map<number, string>, view: View): boolean {
  for (const [key, one] of view) if (one === chat) return key.startsWith('c')
  return false
}
