import type { tl } from '../layer.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import type { IncomingMessage, Update } from './handlers.ts'

/** The message that an update brings, if it brings a new one. */
export function incomingMessage(delivery: Update, selfId: number | undefined): IncomingMessage | undefined {
  if (delivery.type !== 'update') return undefined
  const { update } = delivery
  if (update._ !== 'updateNewMessage' && update._ !== 'updateNewChannelMessage') return undefined
  const { message } = update
  if (message._ === 'messageEmpty') return undefined
  const chat = keyOfPeer(message.peerId)
  const out = message.out === true
  const sender =
    message.fromId ??
    (out && selfId !== undefined ? { _: 'peerUser' as const, userId: selfId } : message.peerId)
  return {
    deliveryId: delivery.id,
    message,
    chatId: toMarkedId(chat),
    chatTitle: nameOf(message.peerId, delivery),
    senderName: nameOf(sender, delivery),
    out,
    text: message._ === 'message' ? message.message : '',
  }
}

function nameOf(peer: tl.Peer, { users, chats }: Update): string | undefined {
  switch (peer._) {
    case 'peerUser':
      return nameOfUser(peer.userId, users)
    case 'peerChat':
      return titleOf(peer.chatId, chats, false)
    case 'peerChannel':
      return titleOf(peer.channelId, chats, true)
  }
}

// Plain loops here and no lists: this is done for every message.

function nameOfUser(id: number, users: readonly tl.User[]): string | undefined {
  for (const user of users) {
    if (user.id !== id) continue
    if (user._ !== 'user') return undefined
    const { firstName, lastName } = user
    if (!firstName) return lastName || user.username
    return lastName ? `${firstName} ${lastName}` : firstName
  }
  return undefined
}

function titleOf(id: number, chats: readonly tl.Chat[], isChannel: boolean): string | undefined {
  for (const chat of chats) {
    if (chat.id !== id || chat._.startsWith('channel') !== isChannel) continue
    return 'title' in chat ? chat.title : undefined
  }
  return undefined
}
