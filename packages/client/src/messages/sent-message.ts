/** Finds the message that a send has made in what the server answered. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'

/** The sends whose answer may come in short form. */
type SendCall = tl.messages.sendMessage & { _: 'messages.sendMessage' }

/**
 * @throws TelegramError `ANSWER_UNEXPECTED` if the answer names no message.
 */
export function sentMessage(call: SendCall, answer: tl.Updates, selfId: number | undefined): tl.message {
  if (answer._ === 'updateShortSentMessage') return fromShort(call, answer, selfId)
  const updates = answer._ === 'updates' || answer._ === 'updatesCombined' ? answer.updates : []
  const id = updates.find((update) => update._ === 'updateMessageID' && update.randomId === call.randomId)
  for (const update of updates) {
    if (update._ !== 'updateNewMessage' && update._ !== 'updateNewChannelMessage') continue
    const { message } = update
    if (message._ === 'message' && (id === undefined || (id._ === 'updateMessageID' && message.id === id.id)))
      return message
  }
  throw new TelegramError(
    'ANSWER_UNEXPECTED',
    `${call._}: the answer (${answer._}) does not hold the message sent`,
  )
}

/** "updateShortSentMessage … contains only what the client does not know of its own message". */
function fromShort(call: SendCall, short: tl.updateShortSentMessage, selfId: number | undefined): tl.message {
  const peerId = peerOf(call.peer, selfId)
  return {
    _: 'message',
    out: short.out,
    id: short.id,
    peerId,
    ...(selfId !== undefined && { fromId: { _: 'peerUser', userId: selfId } }),
    date: short.date,
    message: call.message,
    media: short.media,
    entities: short.entities ?? call.entities,
    silent: call.silent,
    ttlPeriod: short.ttlPeriod,
    ...(call.replyTo?._ === 'inputReplyToMessage' && {
      replyTo: { _: 'messageReplyHeader', replyToMsgId: call.replyTo.replyToMsgId },
    }),
  }
}

function peerOf(peer: tl.InputPeer, selfId: number | undefined): tl.Peer {
  switch (peer._) {
    case 'inputPeerUser':
    case 'inputPeerUserFromMessage':
      return { _: 'peerUser', userId: peer.userId }
    case 'inputPeerChat':
      return { _: 'peerChat', chatId: peer.chatId }
    case 'inputPeerChannel':
    case 'inputPeerChannelFromMessage':
      return { _: 'peerChannel', channelId: peer.channelId }
    default:
      return { _: 'peerUser', userId: selfId ?? 0 }
  }
}
