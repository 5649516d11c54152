/** Calls that exist twice in the API, once for basic groups and once for channels: which of them a peer wants. */
import { PeerError } from '../errors.ts'
import type { tl } from '../layer.ts'

/** The `inputChannel` for a supergroup or channel; undefined for everything else. */
export function inputChannel(peer: tl.InputPeer): tl.InputChannel | undefined {
  switch (peer._) {
    case 'inputPeerChannel':
      return { _: 'inputChannel', channelId: peer.channelId, accessHash: peer.accessHash }
    case 'inputPeerChannelFromMessage':
      return {
        _: 'inputChannelFromMessage',
        peer: peer.peer,
        msgId: peer.msgId,
        channelId: peer.channelId,
      }
    default:
      return undefined
  }
}

/** @throws PeerError `PEER_NOT_A_CHANNEL` for users and basic groups. */
export function requireChannel(peer: tl.InputPeer): tl.InputChannel {
  const channel = inputChannel(peer)
  if (channel === undefined) {
    throw new PeerError('PEER_NOT_A_CHANNEL', `expected a channel or supergroup, got ${peer._}`)
  }
  return channel
}

/** The basic group's id or the channel. @throws PeerError `PEER_NOT_A_CHAT` for users. */
export function groupOrChannel(peer: tl.InputPeer): { chatId: number } | { channel: tl.InputChannel } {
  if (peer._ === 'inputPeerChat') return { chatId: peer.chatId }
  const channel = inputChannel(peer)
  if (channel === undefined) {
    throw new PeerError('PEER_NOT_A_CHAT', `expected a group or channel, got ${peer._}`)
  }
  return { channel }
}
