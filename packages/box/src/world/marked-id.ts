/**
 * One number for any peer, as the Bot API writes them: a user is its id, a basic group the negative of its id, a
 * channel or supergroup −(10^12 + id). Bare ids of a user and a channel may be equal, marked ids never are.
 */
import type { tl } from '../generated/types.ts'

export type MarkedId = number

const CHANNEL_BASE = 1_000_000_000_000

export function markChat(id: number): MarkedId {
  return -id
}

export function markChannel(id: number): MarkedId {
  return -(CHANNEL_BASE + id)
}

export function isUser(peer: MarkedId): boolean {
  return peer > 0
}

export function isChat(peer: MarkedId): boolean {
  return peer < 0 && peer > -CHANNEL_BASE
}

export function isChannel(peer: MarkedId): boolean {
  return peer < -CHANNEL_BASE
}

/** The id as it stands in `user_id`, `chat_id` or `channel_id`. */
export function bareId(peer: MarkedId): number {
  if (isUser(peer)) return peer
  return isChannel(peer) ? -peer - CHANNEL_BASE : -peer
}

export function toPeer(peer: MarkedId): tl.Peer {
  if (isUser(peer)) return { _: 'peerUser', userId: peer }
  if (isChannel(peer)) return { _: 'peerChannel', channelId: bareId(peer) }
  return { _: 'peerChat', chatId: -peer }
}

export function fromPeer(peer: tl.Peer): MarkedId {
  switch (peer._) {
    case 'peerUser':
      return peer.userId
    case 'peerChat':
      return markChat(peer.chatId)
    case 'peerChannel':
      return markChannel(peer.channelId)
  }
}
