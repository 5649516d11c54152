/**
 * A small model of the server's side of updates for one account: its message boxes (the account's own, one per channel),
 * what it pushes for each event, and what it answers to requests for a difference. It is right by being simple: every
 * event of a box is kept in a list, and a difference is a part of that list.
 */
import type { tl } from '../../layer.ts'
import type { DifferenceRequest, DifferenceResult } from '../types.ts'
import type { Random } from './random.ts'

export interface ServerOptions {
  /** Events in one answer. */
  readonly sliceSize: number
  /** More events than this, and the server says "too long". */
  readonly tooLong: number
  /** How often a user that comes along is a `min` one. */
  readonly minUsers: number
  /** In differences, too. */
  readonly minInDifferences: boolean
}

/** A call that the server refused, as the client would see it. */
export interface Refusal {
  readonly code: string
}

interface BoxEvent {
  readonly pts: number
  readonly count: number
  /** Absent: the number was used up without an update, as happens on the real servers. */
  readonly update: tl.Update | undefined
  /** Set if the update announces a message. */
  readonly messageId: number | undefined
}

export class Box {
  pts = 1
  /** Events at or before this pts are not kept any more. */
  forgotten = 0
  events: BoxEvent[] = []
  /** Message texts by id. */
  readonly messages = new Map<number, tl.message>()
  changedAt = 0
  member = true
  /** Where it was when the account last left it: to one who comes back, that is history. */
  left = { pts: 0, top: 0 }

  add(
    count: number,
    update: (pts: number) => tl.Update | undefined,
    messageId?: number,
  ): tl.Update | undefined {
    this.pts += count
    const made = update(this.pts)
    this.events.push({ pts: this.pts, count, update: made, messageId })
    return made
  }

  after(pts: number): BoxEvent[] {
    return this.events.filter((event) => event.pts > pts)
  }
}

export const SELF_ID = 1
/** Ids of people, groups and channels overlap, as the real ones do. */
export const PEOPLE = [2, 3, 4, 5]
export const GROUPS = [2, 3]
export const CHANNELS = [2, 3, 4, 10_000_000_001]

export class ModelServer {
  readonly account = new Box()
  readonly channels = new Map<number, Box>()
  qts = 0
  seq = 0
  readonly #random: Random
  readonly #options: ServerOptions
  #nextMessageId = 1
  readonly #nextChannelMessageId = new Map<number, number>()
  /** Updates of the secret sequence. */
  readonly #secret: tl.updateNewEncryptedMessage[] = []

  constructor(random: Random, options: ServerOptions) {
    this.#random = random
    this.#options = options
  }

  // ---------------------------------------------------------------------------------------------- events

  newMessage(peer: tl.Peer, text: string, fromId: number, date: number): tl.Update | undefined {
    const channelId = peer._ === 'peerChannel' ? peer.channelId : 0
    const box = this.box(channelId)
    const id = this.#messageId(channelId)
    const message: tl.message = {
      _: 'message',
      id,
      peerId: peer,
      fromId: { _: 'peerUser', userId: fromId },
      date,
      message: text,
    }
    if (fromId === SELF_ID) message.out = true
    box.messages.set(id, message)
    box.changedAt = date
    const _ = channelId === 0 ? 'updateNewMessage' : 'updateNewChannelMessage'
    return box.add(1, (pts) => ({ _, message, pts, ptsCount: 1 }), id)
  }

  edit(channelId: number, id: number, text: string, date: number): tl.Update | undefined {
    const box = this.box(channelId)
    const old = box.messages.get(id)
    if (old === undefined) return undefined
    const message: tl.message = { ...old, message: text, editDate: date }
    box.messages.set(id, message)
    box.changedAt = date
    const _ = channelId === 0 ? 'updateEditMessage' : 'updateEditChannelMessage'
    return box.add(1, (pts) => ({ _, message, pts, ptsCount: 1 }))
  }

  delete(channelId: number, ids: readonly number[], date: number): tl.Update | undefined {
    const box = this.box(channelId)
    const messages = ids.filter((id) => box.messages.delete(id))
    if (messages.length === 0) return undefined
    box.changedAt = date
    return box.add(messages.length, (pts) => {
      const numbers = { messages, pts, ptsCount: messages.length }
      return channelId === 0
        ? { _: 'updateDeleteMessages', ...numbers }
        : { _: 'updateDeleteChannelMessages', channelId, ...numbers }
    })
  }

  /** A read mark: an event of the account, but only a rider in a channel. */
  read(channelId: number, maxId: number): tl.Update | undefined {
    const box = this.box(channelId)
    const numbers = { maxId, stillUnreadCount: 0 }
    if (channelId !== 0) return { _: 'updateReadChannelInbox', channelId, ...numbers, pts: box.pts }
    const peer: tl.Peer = { _: 'peerUser', userId: 2 }
    return box.add(1, (pts) => ({ _: 'updateReadHistoryInbox', peer, ...numbers, pts, ptsCount: 1 }))
  }

  secretMessage(date: number): tl.Update {
    this.qts++
    const randomId = BigInt(this.qts)
    const message: tl.encryptedMessageService = {
      _: 'encryptedMessageService',
      randomId,
      chatId: 7,
      date,
      bytes: new Uint8Array(4),
    }
    const update: tl.updateNewEncryptedMessage = { _: 'updateNewEncryptedMessage', message, qts: this.qts }
    this.#secret.push(update)
    return update
  }

  /** A number used up without an update. */
  hole(channelId: number, date: number): void {
    this.box(channelId).changedAt = date
    this.box(channelId).add(1, () => undefined)
  }

  setMember(channelId: number, member: boolean, date: number): tl.Update {
    const box = this.box(channelId)
    box.member = member
    if (!member) box.left = { pts: box.pts, top: (this.#nextChannelMessageId.get(channelId) ?? 1) - 1 }
    box.changedAt = date
    return { _: 'updateChannel', channelId }
  }

  /** The server counts the account's events anew, far from the old numbers. */
  renumber(): void {
    this.account.pts += 1000
    this.account.forgotten = this.account.pts
    this.account.events = []
  }

  box(channelId: number): Box {
    if (channelId === 0) return this.account
    let box = this.channels.get(channelId)
    if (box === undefined) {
      box = new Box()
      box.pts = this.#random.between(1, 200)
      box.forgotten = box.pts
      this.channels.set(channelId, box)
    }
    return box
  }

  // ---------------------------------------------------------------------------------------------- what goes out

  /** The users that a message of these updates was written by; now and then incomplete. */
  usersOf(updates: readonly tl.Update[], complete: boolean): tl.User[] {
    const ids = new Set<number>()
    for (const update of updates) {
      if (!('message' in update) || typeof update.message !== 'object' || update.message._ !== 'message')
        continue
      if (update.message.fromId?._ === 'peerUser') ids.add(update.message.fromId.userId)
      if (update.message.peerId._ === 'peerUser') ids.add(update.message.peerId.userId)
    }
    const { minUsers, minInDifferences } = this.#options
    const min = complete && !minInDifferences ? 0 : minUsers
    return [...ids]
      .filter(() => complete || this.#random.chance(0.7))
      .map((id) => ({ _: 'user', id, min: this.#random.chance(min) ? true : undefined }))
  }

  chatsOf(channelIds: Iterable<number>): tl.Chat[] {
    return [...channelIds].filter((id) => id !== 0).map((id) => this.chat(id))
  }

  chat(channelId: number): tl.Chat {
    const title = `channel ${channelId}`
    if (!this.box(channelId).member) {
      return { _: 'channelForbidden', id: channelId, accessHash: 1n, title, broadcast: undefined }
    }
    return { _: 'channel', id: channelId, accessHash: 1n, title, photo: { _: 'chatPhotoEmpty' }, date: 0 }
  }

  dialog(channelId: number): tl.dialog {
    return {
      _: 'dialog',
      peer: { _: 'peerChannel', channelId },
      topMessage: (this.#nextChannelMessageId.get(channelId) ?? 1) - 1,
      readInboxMaxId: 0,
      readOutboxMaxId: 0,
      unreadCount: 0,
      unreadMentionsCount: 0,
      unreadReactionsCount: 0,
      unreadPollVotesCount: 0,
      notifySettings: { _: 'peerNotifySettings' },
      pts: this.box(channelId).pts,
    }
  }

  state(date: number): tl.updates.state {
    return { _: 'updates.state', pts: this.account.pts, qts: this.qts, date, seq: this.seq, unreadCount: 0 }
  }

  answer(request: DifferenceRequest, date: number): DifferenceResult | Refusal {
    if (request.type === 'state') return this.state(date)
    if (request.type === 'account') return this.#difference(request.params, date)
    return this.#channelDifference(request)
  }

  #difference(params: tl.updates.getDifference, date: number): tl.updates.Difference | Refusal {
    const box = this.account
    if (params.pts > box.pts) return { code: 'PERSISTENT_TIMESTAMP_INVALID' }
    const missed = box.after(params.pts)
    if (params.pts < box.forgotten || missed.length > this.#options.tooLong) {
      return { _: 'updates.differenceTooLong', pts: box.pts }
    }
    const size = Math.min(this.#options.sliceSize, params.ptsLimit ?? Number.POSITIVE_INFINITY)
    const part = missed.slice(0, size)
    const last = part.length === missed.length
    const secret = last ? this.#secret.filter(({ qts }) => qts > params.qts) : []
    // One that is limited to a few updates says nothing of the channels.
    const changed = last && params.ptsLimit === undefined ? this.#changedChannels(params.date) : []
    if (part.length === 0 && secret.length === 0 && changed.length === 0) {
      return { _: 'updates.differenceEmpty', date, seq: this.seq }
    }
    const { newMessages, otherUpdates } = this.#content(box, part)
    const pts = part.at(-1)?.pts ?? params.pts
    const qts = last ? this.qts : params.qts
    const state: tl.updates.state = { _: 'updates.state', pts, qts, date, seq: this.seq, unreadCount: 0 }
    const channelIds = changed.map(([id]) => id)
    const content = {
      newMessages,
      newEncryptedMessages: secret.map(({ message }) => message),
      otherUpdates: [...otherUpdates, ...changed.map(([, update]) => update)],
      users: this.usersOf(newMessages.map(announce), true),
      chats: this.chatsOf(channelIds),
    }
    if (last) return { _: 'updates.difference', ...content, state }
    return { _: 'updates.differenceSlice', ...content, intermediateState: state }
  }

  #channelDifference({
    channelId,
    pts,
    limit,
  }: DifferenceRequest & { type: 'channel' }): tl.updates.ChannelDifference | Refusal {
    const box = this.box(channelId)
    if (!box.member) return { code: 'CHANNEL_PRIVATE' }
    if (pts > box.pts) return { code: 'PERSISTENT_TIMESTAMP_INVALID' }
    const missed = box.after(pts)
    if (pts < box.forgotten || missed.length > Math.max(limit, this.#options.tooLong)) {
      const newest = [...box.messages.values()].slice(-3)
      return {
        _: 'updates.channelDifferenceTooLong',
        final: true,
        dialog: this.dialog(channelId),
        messages: newest,
        users: this.usersOf(newest.map(announce), true),
        chats: [this.chat(channelId)],
      }
    }
    if (missed.length === 0) return { _: 'updates.channelDifferenceEmpty', final: true, pts: box.pts }
    const part = missed.slice(0, Math.min(limit, this.#options.sliceSize))
    const { newMessages, otherUpdates } = this.#content(box, part)
    return {
      _: 'updates.channelDifference',
      final: part.length === missed.length ? true : undefined,
      pts: part.at(-1)?.pts ?? pts,
      newMessages,
      otherUpdates,
      users: this.usersOf(newMessages.map(announce), true),
      chats: [this.chat(channelId)],
    }
  }

  /** As the real one: messages as they are now, those deleted meanwhile left out, the rest of the events as they were. */
  #content(box: Box, events: readonly BoxEvent[]): { newMessages: tl.Message[]; otherUpdates: tl.Update[] } {
    const newMessages: tl.Message[] = []
    const otherUpdates: tl.Update[] = []
    for (const { update, messageId } of events) {
      if (update === undefined) continue
      if (messageId === undefined) {
        otherUpdates.push(update)
        continue
      }
      const message = box.messages.get(messageId)
      if (message !== undefined) newMessages.push(message)
    }
    return { newMessages, otherUpdates }
  }

  #changedChannels(since: number): [number, tl.updateChannelTooLong][] {
    const changed: [number, tl.updateChannelTooLong][] = []
    for (const [channelId, box] of this.channels) {
      if (!box.member || box.changedAt < since) continue
      const pts = this.#random.chance(0.8) ? box.pts : undefined
      changed.push([channelId, { _: 'updateChannelTooLong', channelId, pts }])
    }
    return changed
  }

  #messageId(channelId: number): number {
    if (channelId === 0) return this.#nextMessageId++
    const id = this.#nextChannelMessageId.get(channelId) ?? 1
    this.#nextChannelMessageId.set(channelId, id + 1)
    return id
  }
}

function announce(message: tl.Message): tl.Update {
  return { _: 'updateNewMessage', message, pts: 0, ptsCount: 0 }
}
