/** Sending text. */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { type LinkPreview, previewMedia } from './link-preview.ts'
import { randomId } from './random-id.ts'
import { sendMedia } from './send-media.ts'
import { type SendOptions, sendFields } from './send-options.ts'
import { sentMessage } from './sent-message.ts'

/** Options of `sendMessage`. */
export interface SendMessageOptions extends SendOptions, TextOptions {
  /** No preview of links. */
  noWebpage?: boolean | undefined
  /** The preview of a link above the text. */
  previewAbove?: boolean | undefined
  /** Which link is shown below the text, if not the first one in it, and how large. */
  preview?: LinkPreview | undefined
}

/**
 * Sends text to a user, group or channel and gives the message as Telegram has stored it. Messages to one chat arrive in the
 * order of these calls; each is stored before it leaves, and arrives once.
 *
 * ```ts
 * await session.sendMessage('@somebody', markdown`**${name}** says hello`, { replyTo: 42, silent: true })
 * ```
 * @throws PeerError the peer is unknown; FormatError the markup is wrong; RpcError `MESSAGE_EMPTY`, `MESSAGE_TOO_LONG`
 * (4096 characters), `CHAT_WRITE_FORBIDDEN`, …
 */
export async function sendMessage(
  session: SessionContext,
  to: PeerLike,
  text: TextLike,
  options: SendMessageOptions = {},
): Promise<tl.message> {
  if (options.preview !== undefined) {
    const captionAbove = options.previewAbove
    return await sendMedia(session, to, previewMedia(options.preview), {
      ...options,
      caption: text,
      captionAbove,
    })
  }
  const id = options.randomId ?? randomId(session.host.random)
  const make = async (peer: tl.InputPeer) => ({
    ...(await sendFields(session, options)),
    ...(await outgoingText(session, text, options)),
    _: 'messages.sendMessage' as const,
    peer,
    noWebpage: options.noWebpage,
    invertMedia: options.previewAbove,
    replyMarkup: options.replyMarkup,
    randomId: id,
  })
  const { call, answer } = await session.outbox.sendTo(to, make, { signal: options.signal })
  return sentMessage(call, answer, session.stored.userId)
}
