/** Drafts: what was begun to be written, on all devices of the account (https://core.telegram.org/api/drafts). */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { type ReplyTo, replyField } from './send-options.ts'
import { updatesOf } from './sent-message.ts'

/** Options of `messages.saveDraft`. */
export interface SaveDraftOptions extends TextOptions {
  replyTo?: number | ReplyTo | undefined
  topic?: number | undefined
  noWebpage?: boolean | undefined
}

/** What was begun to be written in a chat. */
export interface Draft {
  peer: PeerKey
  /** Marked id of the chat. */
  chatId: number
  topic: number | undefined
  text: string
  entities: tl.MessageEntity[]
  replyTo: number | undefined
  /** Seconds since the epoch. */
  date: number
}

/** Saves a draft in a chat, in the place of the one before. */
export async function saveDraft(
  session: SessionContext,
  chat: PeerLike,
  text: TextLike,
  options: SaveDraftOptions = {},
): Promise<void> {
  const content = await outgoingText(session, text, options)
  const replyTo = await replyField(session, options.replyTo, options.topic)
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.saveDraft', peer, ...content, replyTo, noWebpage: options.noWebpage }),
  )
}

/** Takes the draft of a chat away. */
export async function clearDraft(
  session: SessionContext,
  chat: PeerLike,
  options: { topic?: number | undefined } = {},
): Promise<void> {
  await saveDraft(session, chat, '', options)
}

/** All drafts of the account. */
export async function getDrafts(session: SessionContext): Promise<Draft[]> {
  const updates = updatesOf(await session.invoke({ _: 'messages.getAllDrafts' }))
  return updates.flatMap((update) => {
    if (update._ !== 'updateDraftMessage' || update.draft._ !== 'draftMessage') return []
    const peer = keyOfPeer(update.peer)
    const { message, entities = [], replyTo, date } = update.draft
    return {
      peer,
      chatId: toMarkedId(peer),
      topic: update.topMsgId,
      text: message,
      entities,
      replyTo: replyTo?._ === 'inputReplyToMessage' ? replyTo.replyToMsgId : undefined,
      date,
    }
  })
}
