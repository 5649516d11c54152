/**
 * From a delivery to the events it stands for: usually one, sometimes none (settings, drafts: read the raw update), now
 * and then several. Pure: what has to be remembered about earlier messages is asked of the host.
 */
import type { tl } from '../layer.ts'
import type { PeerKey } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import type { ChatEvent, MembersEvent } from './event-types.ts'
import type { ProgramDelivery } from './handler.ts'
import { contentOf } from './message-content.ts'
import type { UpdateDelivery } from './types.ts'

export interface EventLookup {
  readonly selfId?: number | undefined
  /** The chat of a message of a private chat or basic group: Telegram does not say it with deletions. */
  readonly chatOf?: ((messageId: number) => PeerKey | undefined) | undefined
  /**
   * The `content` last told for a message. With it only changes of text or attachment are `edited`; without it (or for a
   * message never seen) Telegram's own marks decide.
   */
  readonly contentOf?: ((chat: PeerKey, messageId: number) => string | undefined) | undefined
}

/** An event before it gets its id. */
type Draft = ChatEvent extends infer Event ? (Event extends ChatEvent ? Omit<Event, 'id'> : never) : never

export function eventsOf(delivery: ProgramDelivery, lookup: EventLookup = {}): ChatEvent[] {
  const drafts = draftsOf(delivery, lookup)
  return drafts.map((draft, at) => ({ ...draft, id: at === 0 ? delivery.id : `${delivery.id}/${at}` }))
}

function draftsOf(delivery: ProgramDelivery, lookup: EventLookup): Draft[] {
  switch (delivery.type) {
    case 'gap': {
      const { reason, channelId, fromMessageId, toMessageId, messages } = delivery
      const chat = channelId === undefined ? undefined : channelKey(channelId)
      return [{ type: 'gap', reason, chat, fromMessageId, toMessageId, messages }]
    }
    case 'channelLost':
      return [{ type: 'chatLost', chat: channelKey(delivery.channelId), reason: delivery.reason }]
    case 'update':
      return ofUpdate(delivery, lookup)
  }
}

function ofUpdate(delivery: UpdateDelivery, lookup: EventLookup): Draft[] {
  const { update } = delivery
  switch (update._) {
    case 'updateNewMessage':
    case 'updateNewChannelMessage':
      return newMessage(update.message, delivery, lookup)
    case 'updateEditMessage':
    case 'updateEditChannelMessage':
      return update.message._ === 'message' ? edited(update.message, lookup) : []
    case 'updateDeleteMessages':
      return deleted(update.messages, lookup)
    case 'updateDeleteChannelMessages':
      return [{ type: 'deleted', chat: channelKey(update.channelId), messageIds: update.messages }]
    case 'updateMessageReactions':
      return [reactions(keyOfPeer(update.peer), update.msgId, update.reactions)]
    case 'updateBotMessageReaction': {
      const [chat, actor] = [keyOfPeer(update.peer), keyOfPeer(update.actor)]
      const { msgId: messageId, oldReactions: before, newReactions: now } = update
      return [{ type: 'reactionBy', chat, messageId, actor, before, now }]
    }
    case 'updateReadHistoryInbox':
      return [readByUs(keyOfPeer(update.peer), update.maxId, update.stillUnreadCount)]
    case 'updateReadChannelInbox':
      return [readByUs(channelKey(update.channelId), update.maxId, update.stillUnreadCount)]
    case 'updateReadHistoryOutbox':
      return [{ type: 'readByThem', chat: keyOfPeer(update.peer), upTo: update.maxId }]
    case 'updateReadChannelOutbox':
      return [{ type: 'readByThem', chat: channelKey(update.channelId), upTo: update.maxId }]
    case 'updateMessagePoll': {
      const { pollId, poll, results, peer, msgId: messageId } = update
      const chat = peer === undefined ? undefined : keyOfPeer(peer)
      return [{ type: 'poll', pollId, poll, results, chat, messageId }]
    }
    default:
      return ofPeople(update) ?? ofChat(update, delivery.chats) ?? []
  }
}

// Messages.

function newMessage(message: tl.Message, { origin }: UpdateDelivery, lookup: EventLookup): Draft[] {
  if (message._ === 'messageEmpty') return []
  const about = aboutMessage(message, lookup)
  if (message._ === 'messageService') {
    const { action } = message
    return [{ type: 'service', ...about, message, action }, ...ofAction(about.chat, about.sender, action)]
  }
  const elsewhere = about.outgoing && origin !== 'result'
  return [{ type: 'message', ...about, message, elsewhere, content: contentOf(message) }]
}

function edited(message: tl.message, lookup: EventLookup): Draft[] {
  const about = aboutMessage(message, lookup)
  const content = contentOf(message)
  const before = lookup.contentOf?.(about.chat, about.messageId)
  // "edit_hide: whether the message should be shown as not modified to the user, even if an edit date is present".
  const marked = message.editDate !== undefined && message.editHide !== true
  if (before === undefined ? marked : before !== content) {
    return [{ type: 'edited', ...about, message, content }]
  }
  return message.reactions === undefined ? [] : [reactions(about.chat, about.messageId, message.reactions)]
}

function aboutMessage(message: tl.message | tl.messageService, { selfId }: EventLookup) {
  const outgoing = message.out === true
  const chat = keyOfPeer(message.peerId)
  return { chat, messageId: message.id, sender: senderOf(message, chat, outgoing, selfId), outgoing }
}

/** In private chats and for posts in channels Telegram leaves out what goes without saying. */
function senderOf(
  message: tl.message | tl.messageService,
  chat: PeerKey,
  outgoing: boolean,
  selfId: number | undefined,
): PeerKey {
  if (message.fromId !== undefined) return keyOfPeer(message.fromId)
  return outgoing && chat.kind === 'user' && selfId !== undefined ? { kind: 'user', id: selfId } : chat
}

/** One event for each chat, in the order in which they were named. */
function deleted(messageIds: readonly number[], { chatOf }: EventLookup): Draft[] {
  const byChat = new Map<string, { chat: PeerKey | undefined; ids: number[] }>()
  for (const messageId of messageIds) {
    const chat = chatOf?.(messageId)
    const key = chat === undefined ? '' : `${chat.kind}${chat.id}`
    const known = byChat.get(key)
    if (known === undefined) byChat.set(key, { chat, ids: [messageId] })
    else known.ids.push(messageId)
  }
  return [...byChat.values()].map(({ chat, ids }) => ({ type: 'deleted', chat, messageIds: ids }))
}

function reactions(chat: PeerKey, messageId: number, all: tl.MessageReactions): Draft {
  return { type: 'reactions', chat, messageId, reactions: all }
}

function readByUs(chat: PeerKey, upTo: number, unread: number): Draft {
  return { type: 'readByUs', chat, upTo, unread }
}

/** What a service message says about the chat itself. */
function ofAction(chat: PeerKey, sender: PeerKey, action: tl.MessageAction): Draft[] {
  const by = sender.kind === 'user' ? sender.id : undefined
  switch (action._) {
    case 'messageActionChatCreate':
      return [
        { type: 'chatTitle', chat, title: action.title },
        members(chat, { joined: by === undefined ? action.users : [...new Set([by, ...action.users])], by }),
      ]
    case 'messageActionChannelCreate':
    case 'messageActionChatEditTitle':
      return [{ type: 'chatTitle', chat, title: action.title }]
    case 'messageActionChatEditPhoto':
      return [{ type: 'chatPhoto', chat, photo: action.photo }]
    case 'messageActionChatDeletePhoto':
      return [{ type: 'chatPhoto', chat, photo: undefined }]
    case 'messageActionChatAddUser':
      return [members(chat, { joined: action.users, by: other(by, action.users) })]
    case 'messageActionChatDeleteUser':
      return [members(chat, { left: [action.userId], by: other(by, [action.userId]) })]
    case 'messageActionChatJoinedByLink':
    case 'messageActionChatJoinedByRequest':
      return by === undefined ? [] : [members(chat, { joined: [by] })]
    default:
      return []
  }
}

// People and chats.

function ofPeople(update: tl.Update): Draft[] | undefined {
  switch (update._) {
    case 'updateUserTyping': {
      const user: PeerKey = { kind: 'user', id: update.userId }
      return [typing(user, user, update.action)]
    }
    case 'updateChatUserTyping':
      return [typing({ kind: 'chat', id: update.chatId }, keyOfPeer(update.fromId), update.action)]
    case 'updateChannelUserTyping':
      return [typing(channelKey(update.channelId), keyOfPeer(update.fromId), update.action)]
    case 'updateUserStatus':
      return [presence(update.userId, update.status)]
    default:
      return undefined
  }
}

function ofChat(update: tl.Update, chats: readonly tl.Chat[]): Draft[] | undefined {
  switch (update._) {
    case 'updateChatParticipantAdd': {
      const { chatId, userId, inviterId } = update
      return [members({ kind: 'chat', id: chatId }, { joined: [userId], by: other(inviterId, [userId]) })]
    }
    case 'updateChatParticipantDelete':
      return [members({ kind: 'chat', id: update.chatId }, { left: [update.userId] })]
    case 'updateChatParticipants': {
      const { participants } = update
      if (participants._ !== 'chatParticipants') return []
      const all = participants.participants.map(({ userId }) => userId)
      return [members({ kind: 'chat', id: participants.chatId }, { all })]
    }
    case 'updateChatParticipant':
    case 'updateChannelParticipant':
      return participantChanged(update)
    case 'updateChat':
    case 'updateChannel': {
      const chat: PeerKey =
        update._ === 'updateChat' ? { kind: 'chat', id: update.chatId } : channelKey(update.channelId)
      const info = chats.find(
        ({ id, _ }) => id === chat.id && _.startsWith('channel') === (chat.kind === 'channel'),
      )
      return [{ type: 'chatChanged', chat, info }]
    }
    default:
      return undefined
  }
}

/** Told to bots that are administrators. */
function participantChanged(update: tl.updateChatParticipant | tl.updateChannelParticipant): Draft[] {
  const chat: PeerKey =
    update._ === 'updateChatParticipant' ? { kind: 'chat', id: update.chatId } : channelKey(update.channelId)
  const was = isIn(update.prevParticipant)
  const is = isIn(update.newParticipant)
  if (was === is) return []
  const by = other(update.actorId, [update.userId])
  return [members(chat, is ? { joined: [update.userId], by } : { left: [update.userId], by })]
}

function isIn(participant: tl.ChatParticipant | tl.ChannelParticipant | undefined): boolean {
  if (participant === undefined || participant._ === 'channelParticipantLeft') return false
  return participant._ !== 'channelParticipantBanned' || participant.left !== true
}

function typing(chat: PeerKey, sender: PeerKey, action: tl.SendMessageAction): Draft {
  return { type: 'typing', chat, sender, action, active: action._ !== 'sendMessageCancelAction' }
}

function presence(userId: number, status: tl.UserStatus): Draft {
  const online = status._ === 'userStatusOnline'
  const at = online ? status.expires : status._ === 'userStatusOffline' ? status.wasOnline : undefined
  return { type: 'presence', userId, online, at }
}

function members(chat: PeerKey, what: Partial<Pick<MembersEvent, 'joined' | 'left' | 'all' | 'by'>>): Draft {
  const { joined = [], left = [], all, by } = what
  return { type: 'members', chat, joined, left, all, by }
}

/** Who did something to others; nobody if it was themselves. */
function other(by: number | undefined, concerned: readonly number[]): number | undefined {
  return by === undefined || concerned.includes(by) ? undefined : by
}

function channelKey(id: number): PeerKey {
  return { kind: 'channel', id }
}
