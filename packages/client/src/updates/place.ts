/**
 * Where an update belongs: in which sequence (the account's own, the one of secret chats and bots, or a channel's), and at
 * which number there. https://core.telegram.org/api/updates#update-sequences
 */
import type { tl } from '../layer.ts'

export interface Place {
  /** 0: the account's own sequence, else the channel's id. */
  readonly channelId: number
  /** 0: no number, the order of arrival counts. */
  readonly pts: number
  readonly count: number
  /** 0: none. */
  readonly qts: number
}

export function placeOf(update: tl.Update): Place {
  switch (update._) {
    case 'updateNewMessage':
    case 'updateEditMessage':
    case 'updateDeleteMessages':
    case 'updateReadHistoryInbox':
    case 'updateReadHistoryOutbox':
    case 'updateReadMessagesContents':
    case 'updateWebPage':
    case 'updateFolderPeers':
    case 'updatePinnedMessages':
      return { channelId: 0, pts: update.pts, count: update.ptsCount, qts: 0 }
    case 'updateNewChannelMessage':
    case 'updateEditChannelMessage': {
      const channelId = channelOfPeer(update.message.peerId)
      // Without its channel it cannot be put in order: it goes through as it came rather than get lost.
      if (channelId === 0) return { channelId: 0, pts: 0, count: 0, qts: 0 }
      return { channelId, pts: update.pts, count: update.ptsCount, qts: 0 }
    }
    case 'updateDeleteChannelMessages':
    case 'updateChannelWebPage':
    case 'updatePinnedChannelMessages':
      return { channelId: update.channelId, pts: update.pts, count: update.ptsCount, qts: 0 }
    case 'updateReadChannelInbox':
      return { channelId: update.channelId, pts: update.pts, count: 0, qts: 0 }
    default:
      return otherPlace(update)
  }
}

/** Updates of layers to come are placed by their fields, so that a new one with a number is not taken for one without. */
function otherPlace(update: tl.Update): Place {
  const channelId = channelOf(update)
  if ('pts' in update && typeof update.pts === 'number' && update._ !== 'updateChannelTooLong') {
    const count = 'ptsCount' in update && typeof update.ptsCount === 'number' ? update.ptsCount : 0
    return { channelId, pts: update.pts, count, qts: 0 }
  }
  if ('qts' in update) return { channelId: 0, pts: 0, count: 0, qts: update.qts }
  return { channelId, pts: 0, count: 0, qts: 0 }
}

function channelOf(update: tl.Update): number {
  if ('channelId' in update && typeof update.channelId === 'number') return update.channelId
  if ('peer' in update) return channelOfPeer(update.peer)
  return 0
}

/** Some updates name a `Peer`, others a `DialogPeer` or `NotifyPeer` around one. */
function channelOfPeer(peer: { readonly _: string } | undefined): number {
  if (peer === undefined) return 0
  if ('channelId' in peer && typeof peer.channelId === 'number') return peer.channelId
  return 0
}

/** The message that an update announces, or `undefined`. */
export function newMessageOf(update: tl.Update): tl.Message | undefined {
  return update._ === 'updateNewMessage' || update._ === 'updateNewChannelMessage'
    ? update.message
    : undefined
}

/** A message of a difference, as the update that would have announced it. It has no number of its own. */
export function announcement(message: tl.Message): tl.updateNewMessage | tl.updateNewChannelMessage {
  const _ = message.peerId?._ === 'peerChannel' ? 'updateNewChannelMessage' : 'updateNewMessage'
  return { _, message, pts: 0, ptsCount: 0 }
}

/** News that are stale in seconds: under pressure they go first, and nobody misses them. */
export function isPassing(update: tl.Update): boolean {
  switch (update._) {
    case 'updateUserStatus':
    case 'updateUserTyping':
    case 'updateChatUserTyping':
    case 'updateChannelUserTyping':
    case 'updateEncryptedChatTyping':
      return true
    default:
      return false
  }
}
