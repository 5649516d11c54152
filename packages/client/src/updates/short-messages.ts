/**
 * Messages that Telegram sends in a short form, without what the receiver can work out, turned into the full one.
 * https://core.telegram.org/constructor/updateShortMessage
 */
import type { tl } from '../layer.ts'

export type ShortMessage = tl.updateShortMessage | tl.updateShortChatMessage

/** `selfId` names the sender of one's own messages; without it they have no `fromId`. */
export function fromShortMessage(short: ShortMessage, selfId: number | undefined): tl.updateNewMessage {
  const senderId =
    short._ === 'updateShortChatMessage' ? short.fromId : short.out === true ? selfId : short.userId
  const message: tl.message = {
    _: 'message',
    out: short.out,
    mentioned: short.mentioned,
    mediaUnread: short.mediaUnread,
    silent: short.silent,
    id: short.id,
    fromId: senderId === undefined ? undefined : { _: 'peerUser', userId: senderId },
    peerId:
      short._ === 'updateShortChatMessage'
        ? { _: 'peerChat', chatId: short.chatId }
        : { _: 'peerUser', userId: short.userId },
    fwdFrom: short.fwdFrom,
    viaBotId: short.viaBotId,
    replyTo: short.replyTo,
    date: short.date,
    message: short.message,
    entities: short.entities,
    ttlPeriod: short.ttlPeriod,
  }
  return { _: 'updateNewMessage', message, pts: short.pts, ptsCount: short.ptsCount }
}

/** The calls that `updateShortSentMessage` answers. */
export type SendCall = tl.messages.sendMessage | tl.messages.sendMedia

export function isSendCall(call: { readonly _: string }): call is SendCall {
  return call._ === 'messages.sendMessage' || call._ === 'messages.sendMedia'
}

/**
 * The message just sent, put together from what was sent and what came back; `undefined` if the call does not say to
 * whom.
 */
export function fromSentMessage(
  call: SendCall,
  sent: tl.updateShortSentMessage,
  selfId: number | undefined,
): tl.updateNewMessage | tl.updateNewChannelMessage | undefined {
  const peerId = peerOf(call.peer, selfId)
  if (peerId === undefined) return undefined
  const message: tl.message = {
    _: 'message',
    out: sent.out,
    silent: call.silent,
    noforwards: call.noforwards,
    invertMedia: call.invertMedia,
    id: sent.id,
    fromId: selfId === undefined ? undefined : { _: 'peerUser', userId: selfId },
    peerId,
    replyTo: replyHeader(call.replyTo),
    date: sent.date,
    message: call.message,
    media: sent.media,
    replyMarkup: call.replyMarkup,
    entities: sent.entities ?? call.entities,
    ttlPeriod: sent.ttlPeriod,
    effect: call.effect,
  }
  const { pts, ptsCount } = sent
  if (peerId._ === 'peerChannel') return { _: 'updateNewChannelMessage', message, pts, ptsCount }
  return { _: 'updateNewMessage', message, pts, ptsCount }
}

function peerOf(peer: tl.InputPeer, selfId: number | undefined): tl.Peer | undefined {
  switch (peer._) {
    case 'inputPeerSelf':
      return selfId === undefined ? undefined : { _: 'peerUser', userId: selfId }
    case 'inputPeerUser':
    case 'inputPeerUserFromMessage':
      return { _: 'peerUser', userId: peer.userId }
    case 'inputPeerChat':
      return { _: 'peerChat', chatId: peer.chatId }
    case 'inputPeerChannel':
    case 'inputPeerChannelFromMessage':
      return { _: 'peerChannel', channelId: peer.channelId }
    default:
      return undefined
  }
}

function replyHeader(reply: tl.InputReplyTo | undefined): tl.messageReplyHeader | undefined {
  if (reply?._ !== 'inputReplyToMessage') return undefined
  return {
    _: 'messageReplyHeader',
    replyToMsgId: reply.replyToMsgId,
    replyToTopId: reply.topMsgId,
    quote: reply.quoteText === undefined ? undefined : true,
    quoteText: reply.quoteText,
    quoteEntities: reply.quoteEntities,
    quoteOffset: reply.quoteOffset,
  }
}
