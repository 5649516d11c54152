import type { tl } from '../layer.ts'
import type { PeerKey } from './marked-id.ts'

/** The kind and bare id of a TL `Peer`. */
export function keyOfPeer(peer: tl.Peer): PeerKey {
  switch (peer._) {
    case 'peerUser':
      return { kind: 'user', id: peer.userId }
    case 'peerChat':
      return { kind: 'chat', id: peer.chatId }
    case 'peerChannel':
      return { kind: 'channel', id: peer.channelId }
  }
}

/** The kind and bare id of an `inputPeer`; `selfId` is who `inputPeerSelf` is. */
export function keyOfInputPeer(peer: tl.InputPeer, selfId: number | undefined): PeerKey {
  switch (peer._) {
    case 'inputPeerUser':
    case 'inputPeerUserFromMessage':
      return { kind: 'user', id: peer.userId }
    case 'inputPeerChat':
      return { kind: 'chat', id: peer.chatId }
    case 'inputPeerChannel':
    case 'inputPeerChannelFromMessage':
      return { kind: 'channel', id: peer.channelId }
    default:
      return { kind: 'user', id: selfId ?? 0 }
  }
}

/** The TL `Peer` of a kind and bare id. */
export function toPeer({ kind, id }: PeerKey): tl.Peer {
  switch (kind) {
    case 'user':
      return { _: 'peerUser', userId: id }
    case 'chat':
      return { _: 'peerChat', chatId: id }
    case 'channel':
      return { _: 'peerChannel', channelId: id }
  }
}
