/**
 * The peers that a pushed message names without bringing them: "incomplete update: the client is missing data about a
 * chat or user" is one of the reasons for a difference (https://core.telegram.org/api/updates#recovering-gaps). A `min`
 * user does not count as brought, for it cannot be used in calls (https://core.telegram.org/api/min).
 */
import { SparseSet } from '@telegram-mt/mtproto'
import type { tl } from '../layer.ts'
import { type PeerKind, toMarkedId } from '../peers/marked-id.ts'
import { newMessageOf } from './place.ts'

type Visit = (kind: PeerKind, id: number) => void

/** Calls `visit` for each peer that someone handling this update will want to use. */
export function visitPeers(update: tl.Update, visit: Visit): void {
  const message =
    update._ === 'updateEditMessage' || update._ === 'updateEditChannelMessage'
      ? update.message
      : newMessageOf(update)
  if (message === undefined || message._ === 'messageEmpty') return
  visitPeer(message.peerId, visit)
  visitPeer(message.fromId, visit)
  if (message._ === 'messageService') {
    visitAction(message.action, visit)
    return
  }
  visitPeer(message.fwdFrom?.fromId, visit)
  if (message.viaBotId !== undefined) visit('user', message.viaBotId)
  for (const entity of message.entities ?? []) {
    if (entity._ === 'messageEntityMentionName') visit('user', entity.userId)
  }
}

function visitPeer(peer: tl.Peer | undefined, visit: Visit): void {
  switch (peer?._) {
    case 'peerUser':
      visit('user', peer.userId)
      break
    case 'peerChat':
      visit('chat', peer.chatId)
      break
    case 'peerChannel':
      visit('channel', peer.channelId)
      break
  }
}

function visitAction(action: tl.MessageAction, visit: Visit): void {
  switch (action._) {
    case 'messageActionChatCreate':
    case 'messageActionChatAddUser':
    case 'messageActionInviteToGroupCall':
      for (const id of action.users) visit('user', id)
      break
    case 'messageActionChatDeleteUser':
      visit('user', action.userId)
      break
    case 'messageActionChatJoinedByLink':
      visit('user', action.inviterId)
      break
  }
}

/** Whether a container brings this peer in full. */
export function brings(
  users: readonly tl.User[],
  chats: readonly tl.Chat[],
  kind: PeerKind,
  id: number,
): boolean {
  if (kind === 'user') {
    for (const user of users) if (user.id === id && user._ === 'user' && user.min !== true) return true
    return false
  }
  for (const chat of chats) {
    if (chat.id === id && kindOfChat(chat) === kind && !('min' in chat && chat.min)) return true
  }
  return false
}

export function kindOfChat(chat: tl.Chat): PeerKind {
  return chat._ === 'channel' || chat._ === 'channelForbidden' ? 'channel' : 'chat'
}

/** Peers remembered as not to be had: a chatty stranger must not cause a difference with each message. */
const MOST_HOPELESS = 256

const NOBODY: readonly never[] = []

/** Answers whether everything that an update names is at hand. */
export class PeerCheck {
  readonly #knows: (kind: PeerKind, id: number) => boolean
  /** Marked ids of peers that a difference did not bring either. */
  readonly #hopeless = new SparseSet<number>()
  /** Marked ids of peers brought since the host last had a chance to note them. */
  readonly #justBrought = new SparseSet<number>()
  // What `complete` looks at, here so that it needs no function of its own for every update.
  #users: readonly tl.User[] = NOBODY
  #chats: readonly tl.Chat[] = NOBODY
  #complete = true
  readonly #check: Visit = (kind, id) => {
    if (this.#complete && !brings(this.#users, this.#chats, kind, id) && !this.has(kind, id))
      this.#complete = false
  }

  constructor(knows: (kind: PeerKind, id: number) => boolean) {
    this.#knows = knows
  }

  has(kind: PeerKind, id: number): boolean {
    if (this.#knows(kind, id)) return true
    const marked = toMarkedId({ kind, id })
    return this.#hopeless.has(marked) || this.#justBrought.has(marked)
  }

  complete(update: tl.Update, users: readonly tl.User[], chats: readonly tl.Chat[]): boolean {
    this.#users = users
    this.#chats = chats
    this.#complete = true
    visitPeers(update, this.#check)
    this.#users = NOBODY
    this.#chats = NOBODY
    return this.#complete
  }

  /** A difference brought these: they need no second one, even before the host noted them. */
  brought(users: readonly tl.User[], chats: readonly tl.Chat[]): void {
    for (const user of users) {
      if (user._ === 'user' && user.min !== true)
        this.#justBrought.add(toMarkedId({ kind: 'user', id: user.id }))
    }
    for (const chat of chats) {
      if (!('min' in chat && chat.min))
        this.#justBrought.add(toMarkedId({ kind: kindOfChat(chat), id: chat.id }))
    }
  }

  /** The host has had its chance to note what was brought. */
  noted(): void {
    this.#justBrought.clear()
  }

  /** Not even a difference brought what this update names: asking again would not help. */
  giveUp(update: tl.Update, users: readonly tl.User[], chats: readonly tl.Chat[]): void {
    visitPeers(update, (kind, id) => {
      if (brings(users, chats, kind, id) || this.has(kind, id)) return
      if (this.#hopeless.size >= MOST_HOPELESS) {
        const [oldest] = this.#hopeless
        if (oldest !== undefined) this.#hopeless.delete(oldest)
      }
      this.#hopeless.add(toMarkedId({ kind, id }))
    })
  }
}
