/** Which chat an update is about. */
import type { tl } from '../layer.ts'
import type { PeerKey } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'

/**
 * The chat, or for news of a user the private chat with them; `undefined` if the update names none. Some do not although
 * they are about messages of one chat: see `spansChats`.
 */
export function chatOfUpdate(update: tl.Update): PeerKey | undefined {
  switch (update._) {
    case 'updateNewMessage':
    case 'updateNewChannelMessage':
    case 'updateEditMessage':
    case 'updateEditChannelMessage':
    case 'updateNewScheduledMessage':
      return update.message.peerId === undefined ? undefined : keyOfPeer(update.message.peerId)
    case 'updateChatParticipants':
      return { kind: 'chat', id: update.participants.chatId }
    default:
      return byFields(update)
  }
}

function byFields(update: tl.Update): PeerKey | undefined {
  if ('peer' in update && isPeer(update.peer)) return keyOfPeer(update.peer)
  if ('channelId' in update && typeof update.channelId === 'number') {
    return { kind: 'channel', id: update.channelId }
  }
  // Secret chats have ids of their own kind.
  if ('chatId' in update && typeof update.chatId === 'number' && !update._.includes('Encrypted')) {
    return { kind: 'chat', id: update.chatId }
  }
  if ('userId' in update && typeof update.userId === 'number') return { kind: 'user', id: update.userId }
  return undefined
}

function isPeer(value: { readonly _: string } | undefined): value is tl.Peer {
  if (value === undefined) return false
  return value._ === 'peerUser' || value._ === 'peerChat' || value._ === 'peerChannel'
}

/**
 * Whether the update is about messages of private chats and groups without saying of which: Telegram names only the
 * messages, whose ids are one series over all of these chats.
 */
export function spansChats(update: tl.Update): boolean {
  return update._ === 'updateDeleteMessages' || update._ === 'updateReadMessagesContents'
}
