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
