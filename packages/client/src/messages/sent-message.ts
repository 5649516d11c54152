/** Finds the messages that a send has made in what the server answered. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { keyOfInputPeer, toPeer } from '../peers/peer-key.ts'

/** The send whose answer may come in short form. */
type SendCall = tl.messages.sendMessage & { _: 'messages.sendMessage' }

/**
 * @throws TelegramError `ANSWER_UNEXPECTED` if the answer names no message.
 */
export function sentMessage(call: SendCall, answer: tl.Updates, selfId: number | undefined): tl.message {
  if (answer._ === 'updateShortSentMessage') return fromShort(call, answer, selfId)
  return sentByRandomId(answer, call.randomId, call._)
}

/** The message sent under this random id. @throws TelegramError `ANSWER_UNEXPECTED` if there is none. */
export function sentByRandomId(answer: tl.Updates, randomId: bigint, method: string): tl.message {
  const [message] = sentByRandomIds(answer, [randomId], method)
  if (message !== undefined) return message
  throw new TelegramError(
    'ANSWER_UNEXPECTED',
    `${method}: the answer (${answer._}) does not hold the message sent`,
  )
}

/** The messages sent under these random ids, in their order; what is missing in the answer is left out. */
export function sentByRandomIds(
  answer: tl.Updates,
  randomIds: readonly bigint[],
  method: string,
): tl.message[] {
  const updates = updatesOf(answer)
  const ids = new Map<bigint, number>()
  const messages = new Map<number, tl.message>()
  for (const update of updates) {
    if (update._ === 'updateMessageID') ids.set(update.randomId, update.id)
    else if (
      update._ === 'updateNewMessage' ||
      update._ === 'updateNewChannelMessage' ||
      update._ === 'updateNewScheduledMessage'
    ) {
      if (update.message._ === 'message') messages.set(update.message.id, update.message)
    }
  }
  // A single message may come without the update that ties it to its random id.
  if (ids.size === 0 && randomIds.length === 1) return [...messages.values()].slice(0, 1)
  const found = randomIds.flatMap((randomId) => {
    const id = ids.get(randomId)
    return (id === undefined ? undefined : messages.get(id)) ?? []
  })
  if (found.length === 0) {
    throw new TelegramError(
      'ANSWER_UNEXPECTED',
      `${method}: the answer (${answer._}) does not hold the messages sent`,
    )
  }
  return found
}

/** The updates in an answer, whatever they are wrapped in. */
export function updatesOf(answer: tl.Updates): tl.Update[] {
  switch (answer._) {
    case 'updates':
    case 'updatesCombined':
      return answer.updates
    case 'updateShort':
      return [answer.update]
    default:
      return []
  }
}

/** The message that an edit has left behind. @throws TelegramError `ANSWER_UNEXPECTED` if the answer has none. */
export function editedMessage(answer: tl.Updates, id: number, method: string): tl.message {
  for (const update of updatesOf(answer)) {
    if (!('message' in update) || typeof update.message !== 'object') continue
    const { message } = update
    if (message._ === 'message' && message.id === id) return message
  }
  throw new TelegramError(
    'ANSWER_UNEXPECTED',
    `${method}: the answer (${answer._}) does not hold the message ${id}`,
  )
}

/** "updateShortSentMessage … contains only what the client does not know of its own message". */
function fromShort(call: SendCall, short: tl.updateShortSentMessage, selfId: number | undefined): tl.message {
  const peerId = toPeer(keyOfInputPeer(call.peer, selfId))
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
      replyTo: {
        _: 'messageReplyHeader',
        replyToMsgId: call.replyTo.replyToMsgId,
        replyToTopId: call.replyTo.topMsgId,
        ...(call.replyTo.quoteText !== undefined && { quote: true, quoteText: call.replyTo.quoteText }),
      },
    }),
  }
}
