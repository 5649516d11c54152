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
  if (peer._ === 'peerUser') {
    const user = users.find((one) => one.id === peer.userId)
    if (user?._ !== 'user') return undefined
    return [user.firstName, user.lastName].filter(Boolean).join(' ') || user.username
  }
  const id = peer._ === 'peerChat' ? peer.chatId : peer.channelId
  const chat = chats.find(
    (one) => one.id === id && (peer._ === 'peerChannel') === one._.startsWith('channel'),
  )
  return chat !== undefined && 'title' in chat ? chat.title : undefined
}
