/**
 * Remembers the chats of messages, and what was in them: "updateDeleteMessages" names no chat, and "updateEditMessage" comes
 * for reactions and view counts as well as for edits. What a handled update changes is written together with the positions,
 * so that an update that comes again finds what it found the first time.
 */

import { SparseMap } from '@telegram-mt/mtproto'
import type { tl } from '../layer.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import type { MessageRecord } from '../storage/records.ts'
import type { SessionWrite, Storage } from '../storage/storage.ts'
import { contentOf } from '../updates/message-content.ts'
import { type EventFacts, NO_FACTS } from './event-facts.ts'
import type { Update } from './handlers.ts'

/** How many message ids back an index reaches, of the account's own series and of each channel's. */
export interface IndexReach {
  readonly own: number
  readonly channel: number
}

/** Old entries are cut off whenever an id is a multiple of this. */
const TRIM_EVERY = 512

export class MessageIndex {
  readonly #storage: Storage
  readonly #session: string
  readonly #reach: IndexReach
  /** Handled and not handed to the storage yet; `undefined`: deleted. */
  #pending = new SparseMap<string | number, Extract<SessionWrite, { type: 'message' }>>()
  #trims = new SparseMap<number, number>()
  /** Whether anybody looks at contents; if not, they are not kept. */
  wantsContents = false

  constructor(storage: Storage, session: string, reach: IndexReach) {
    this.#storage = storage
    this.#session = session
    this.#reach = reach
  }

  /** What is known of the messages that an update is about; no promise for most updates, which need nothing. */
  facts(update: Update): EventFacts | Promise<EventFacts> {
    if (update.type !== 'update') return NO_FACTS
    switch (update.update._) {
      case 'updateDeleteMessages':
        return this.#chatsOf(update.update.messages)
      case 'updateEditMessage':
      case 'updateEditChannelMessage':
        return update.update.message._ === 'message' ? this.#contentBefore(update.update.message) : NO_FACTS
      default:
        return NO_FACTS
    }
  }

  /** The program has handled the update. */
  note(handled: Update): void {
    if (handled.type !== 'update') return
    const { update } = handled
    switch (update._) {
      case 'updateNewMessage':
      case 'updateNewChannelMessage':
      case 'updateEditMessage':
      case 'updateEditChannelMessage':
        if (update.message._ !== 'messageEmpty') this.#put(update.message)
        break
      case 'updateDeleteMessages':
        for (const id of update.messages) this.#add(0, id, null)
        break
      case 'updateDeleteChannelMessages':
        if (!this.wantsContents) break
        for (const id of update.messages) this.#add(update.channelId, id, null)
        break
      default:
    }
  }

  /** Another account: its messages have numbers of their own. */
  clear(): void {
    this.#pending = new SparseMap()
    this.#trims = new SparseMap()
  }

  /** What is to be written now. */
  take(): SessionWrite[] {
    if (this.#pending.size === 0) return []
    const writes: SessionWrite[] = [...this.#pending.values()]
    for (const [channelId, below] of this.#trims) writes.push({ type: 'messagesTrim', channelId, below })
    this.#pending = new SparseMap()
    this.#trims = new SparseMap()
    return writes
  }

  /** These could not be written after all. What is newer wins. */
  putBack(writes: readonly SessionWrite[]): void {
    for (const write of writes) {
      if (write.type !== 'message') continue
      const key = keyOf(write.channelId ?? 0, write.messageId)
      if (!this.#pending.has(key)) this.#pending.set(key, write)
    }
  }

  #put(message: tl.message | tl.messageService): void {
    const peer = keyOfPeer(message.peerId)
    const channelId = peer.kind === 'channel' ? peer.id : 0
    // Channels say their name with each deletion: only contents are worth a record there.
    if (channelId !== 0 && !this.wantsContents) return
    const content = this.wantsContents && message._ === 'message' ? contentOf(message) : undefined
    this.#add(channelId, message.id, peer, content)
    const below = message.id - (channelId === 0 ? this.#reach.own : this.#reach.channel)
    if (message.id % TRIM_EVERY === 0 && below > 0) this.#trims.set(channelId, below)
  }

  #add(channelId: number, messageId: number, peer: MessageRecord['peer'] | null, content?: string): void {
    this.#pending.set(keyOf(channelId, messageId), { type: 'message', channelId, messageId, peer, content })
  }

  async #chatsOf(messageIds: readonly number[]): Promise<EventFacts> {
    const chats = new Map<number, MessageRecord['peer']>()
    for (const [id, { peer }] of await this.#find(0, messageIds)) chats.set(id, peer)
    return { chats }
  }

  async #contentBefore(message: tl.message): Promise<EventFacts> {
    const peer = keyOfPeer(message.peerId)
    const found = await this.#find(peer.kind === 'channel' ? peer.id : 0, [message.id])
    return { content: found.get(message.id)?.content }
  }

  async #find(channelId: number, messageIds: readonly number[]): Promise<Map<number, MessageRecord>> {
    const found = new Map<number, MessageRecord>()
    const unseen: number[] = []
    for (const id of messageIds) {
      const write = this.#pending.get(keyOf(channelId, id))
      if (write === undefined) unseen.push(id)
      else if (write.peer !== null) found.set(id, { peer: write.peer, content: write.content })
    }
    if (unseen.length === 0) return found
    for (const [id, record] of await this.#storage.messages(this.#session, unseen, channelId)) {
      found.set(id, record)
    }
    return found
  }
}

/** Ids of the account's own series, which most are of, stand for themselves. */
const keyOf = (channelId: number, messageId: number): string | number =>
  channelId === 0 ? messageId : `${channelId}.${messageId}`
