/** What happens to the account in a run: messages, edits, deletions, comings and goings, calls of its own. */
import type { tl } from '../../layer.ts'
import type { Faults } from './faults.ts'
import { CHANNELS, GROUPS, type ModelServer, PEOPLE, SELF_ID } from './model-server.ts'
import type { Random } from './random.ts'

export type Happening =
  /** The server has these to push, each in its own container or together. */
  | { readonly type: 'push'; readonly updates: readonly tl.Update[] }
  | { readonly type: 'tooLong' }
  /** This session made a call; the answer comes in place of a push. */
  | { readonly type: 'answer'; readonly call: tl.RpcCall; readonly result: unknown }
  | { readonly type: 'dropSession' }
  | { readonly type: 'crash' }
  | { readonly type: 'nothing' }

export class Happenings {
  /** Events in message boxes so far. */
  events = 0
  readonly #random: Random
  readonly #faults: Faults
  readonly #server: ModelServer
  readonly #date: () => number
  #texts = 0
  #marks = 0

  constructor(random: Random, faults: Faults, server: ModelServer, date: () => number) {
    this.#random = random
    this.#faults = faults
    this.#server = server
    this.#date = date
  }

  next(): Happening {
    const roll = this.#random.next()
    if (roll < 0.4) return push([this.newMessage()])
    if (roll < 0.5) return push([this.#edit(), this.#random.chance(0.3) ? this.newMessage() : undefined])
    if (roll < 0.58) return push([this.#delete()])
    if (roll < 0.62) return push([this.#server.read(this.#channelOrAccount(), this.#random.below(20))])
    if (roll < 0.66) return push([this.#server.secretMessage(this.#date())])
    if (roll < 0.74) return push([this.#mark()])
    if (roll < 0.84) return this.#random.chance(0.6) ? this.#ownMessage() : this.#ownDeletion()
    if (roll < 0.87) return push([this.#joinOrLeave()])
    if (roll < 0.89) return this.#hole()
    if (roll < 0.9) return { type: 'tooLong' }
    if (roll < 0.91) return this.#dialogs()
    if (roll < 0.92) return push([this.#channelTooLong()])
    if (roll < 0.95) return { type: 'dropSession' }
    if (roll < this.#faults.renumberBelow) {
      this.#server.renumber()
      return push([{ _: 'updatePtsChanged' }])
    }
    return this.#random.chance(this.#faults.crash) ? { type: 'crash' } : { type: 'nothing' }
  }

  /** Somebody writes somewhere. */
  newMessage(): tl.Update | undefined {
    this.events++
    return this.#server.newMessage(this.#peer(), this.#text(), this.#random.pick(PEOPLE), this.#date())
  }

  #edit(): tl.Update | undefined {
    const channelId = this.#channelOrAccount()
    const ids = [...this.#server.box(channelId).messages.keys()]
    if (ids.length === 0) return undefined
    this.events++
    return this.#server.edit(channelId, this.#random.pick(ids), this.#text(), this.#date())
  }

  #delete(): tl.Update | undefined {
    const channelId = this.#channelOrAccount()
    const ids = [...this.#server.box(channelId).messages.keys()]
    this.events++
    return this.#server.delete(channelId, ids.slice(0, this.#random.between(1, 3)), this.#date())
  }

  #joinOrLeave(): tl.Update {
    const channelId = this.#random.pick(CHANNELS)
    const { member } = this.#server.box(channelId)
    return this.#server.setMember(channelId, !member, this.#date())
  }

  #hole(): Happening {
    this.#server.hole(this.#channelOrAccount(), this.#date())
    return { type: 'nothing' }
  }

  #channelTooLong(): tl.Update {
    const channelId = this.#joinedChannel() ?? 2
    const pts = this.#random.chance(0.5) ? this.#server.box(channelId).pts : undefined
    return { _: 'updateChannelTooLong', channelId, pts }
  }

  /** An update without a number, marked so that it is known again. */
  #mark(): tl.Update {
    const reactions: tl.MessageReactions = { _: 'messageReactions', results: [] }
    return { _: 'updateMessageReactions', peer: this.#peer(), msgId: this.#marks++, reactions }
  }

  /** This session asks for its dialogs, which name the channels with their positions. */
  #dialogs(): Happening {
    const joined = CHANNELS.filter((id) => this.#server.channels.get(id)?.member === true)
    const dialogs = joined.map((channelId) => this.#server.dialog(channelId))
    const call: tl.messages.getDialogs = {
      _: 'messages.getDialogs',
      offsetDate: 0,
      offsetId: 0,
      offsetPeer: { _: 'inputPeerEmpty' },
      limit: 100,
      hash: 0n,
    }
    const chats = joined.map((channelId) => this.#server.chat(channelId))
    return {
      type: 'answer',
      call,
      result: { _: 'messages.dialogs', dialogs, messages: [], chats, users: [] },
    }
  }

  #ownMessage(): Happening {
    const date = this.#date()
    const update = this.#server.newMessage(this.#peer(), this.#text(), SELF_ID, date)
    if (update?._ !== 'updateNewMessage' && update?._ !== 'updateNewChannelMessage')
      return { type: 'nothing' }
    const { message, pts, ptsCount } = update
    if (message._ !== 'message') return { type: 'nothing' }
    this.events++
    const call: tl.messages.sendMessage = {
      _: 'messages.sendMessage',
      peer: inputPeer(message.peerId),
      message: message.message,
      randomId: BigInt(message.id),
    }
    if (message.peerId._ === 'peerUser' && this.#random.chance(0.5)) {
      const result = { _: 'updateShortSentMessage', out: true, id: message.id, pts, ptsCount, date }
      return { type: 'answer', call, result }
    }
    const id: tl.Update = { _: 'updateMessageID', id: message.id, randomId: call.randomId }
    const result: tl.Updates = { _: 'updates', updates: [id, update], users: [], chats: [], date, seq: 0 }
    return { type: 'answer', call, result }
  }

  #ownDeletion(): Happening {
    const channelId = this.#channelOrAccount()
    const id = [...this.#server.box(channelId).messages.keys()].slice(0, 2)
    const update = this.#server.delete(channelId, id, this.#date())
    if (update === undefined || !('ptsCount' in update)) return { type: 'nothing' }
    this.events++
    const channel: tl.InputChannel = { _: 'inputChannel', channelId, accessHash: 1n }
    const call: tl.RpcCall =
      channelId === 0 ? { _: 'messages.deleteMessages', id } : { _: 'channels.deleteMessages', channel, id }
    const result = { _: 'messages.affectedMessages', pts: update.pts, ptsCount: update.ptsCount }
    return { type: 'answer', call, result }
  }

  // Choices.

  #text(): string {
    return `text ${this.#texts++}`
  }

  #joinedChannel(): number | undefined {
    const joined = CHANNELS.filter((id) => this.#server.channels.get(id)?.member === true)
    return joined.length === 0 ? undefined : this.#random.pick(joined)
  }

  /** A channel that the account is in, or 0 for its own box. */
  #channelOrAccount(): number {
    return this.#random.chance(0.5) ? 0 : (this.#joinedChannel() ?? 0)
  }

  #peer(): tl.Peer {
    const channelId = this.#channelOrAccount()
    if (channelId !== 0) return { _: 'peerChannel', channelId }
    return this.#random.chance(0.6)
      ? { _: 'peerUser', userId: this.#random.pick(PEOPLE) }
      : { _: 'peerChat', chatId: this.#random.pick(GROUPS) }
  }
}

function push(made: readonly (tl.Update | undefined)[]): Happening {
  const updates = made.filter((update) => update !== undefined)
  return updates.length === 0 ? { type: 'nothing' } : { type: 'push', updates }
}

function inputPeer(peer: tl.Peer): tl.InputPeer {
  switch (peer._) {
    case 'peerUser':
      return { _: 'inputPeerUser', userId: peer.userId, accessHash: 1n }
    case 'peerChat':
      return { _: 'inputPeerChat', chatId: peer.chatId }
    case 'peerChannel':
      return { _: 'inputPeerChannel', channelId: peer.channelId, accessHash: 1n }
  }
}
