/** Changing what was sent. */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { type SendOptions, scheduleDate } from './send-options.ts'
import { editedMessage } from './sent-message.ts'

/** Options of `editMessage`. */
export interface EditMessageOptions extends TextOptions {
  /** No preview of links. */
  noWebpage?: boolean | undefined
  previewAbove?: boolean | undefined
  /** Buttons below the message; bots only. Those that are there stay if this is absent. */
  replyMarkup?: tl.ReplyMarkup | undefined
  /** For a scheduled message: its new time. The message is looked for among the scheduled ones if this is given. */
  schedule?: SendOptions['schedule']
  signal?: AbortSignal | undefined
}

/**
 * Changes a message's text, or the caption of its media.
 *
 * ```ts
 * await session.editMessage(chat, message.id, 'better said')
 * ```
 * @throws RpcError `MESSAGE_NOT_MODIFIED` it says that already; `MESSAGE_EDIT_TIME_EXPIRED` after 48 hours; `MESSAGE_AUTHOR_REQUIRED`, …
 */
export async function editMessage(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  text: TextLike,
  options: EditMessageOptions = {},
): Promise<tl.message> {
  // An absent text leaves the text as it is; an empty one takes a caption away, its marks with it.
  return await edit(session, chat, id, await outgoingText(session, text, options), options)
}

/** Puts other media, and if given another caption, in the place of a message's media. */
export async function editMedia(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  media: tl.InputMedia,
  options: EditMessageOptions & { caption?: TextLike | undefined } = {},
): Promise<tl.message> {
  const caption = options.caption === undefined ? {} : await outgoingText(session, options.caption, options)
  return await edit(session, chat, id, { media, ...caption }, options)
}

/** Changes the buttons below a message and nothing else; undefined takes them away. Bots only. */
export async function editButtons(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  replyMarkup: tl.ReplyMarkup | undefined,
): Promise<tl.message> {
  return await edit(
    session,
    chat,
    id,
    {},
    { replyMarkup: replyMarkup ?? { _: 'replyInlineMarkup', rows: [] } },
  )
}

interface Change {
  message?: string | undefined
  entities?: tl.MessageEntity[] | undefined
  media?: tl.InputMedia | undefined
}

function edit(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  change: Change,
  options: EditMessageOptions,
): Promise<tl.message> {
  return withPeer(session, chat, async (peer) => {
    const call = {
      ...change,
      _: 'messages.editMessage' as const,
      peer,
      id,
      noWebpage: options.noWebpage,
      invertMedia: options.previewAbove,
      replyMarkup: options.replyMarkup,
      scheduleDate: scheduleDate(options.schedule),
    }
    return editedMessage(await session.invoke(call, { signal: options.signal }), id, call._)
  })
}
