/** Sending anything that is not text alone. */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { randomId } from './random-id.ts'
import { type SendOptions, sendFields } from './send-options.ts'
import { sentByRandomId } from './sent-message.ts'

export interface SendMediaOptions extends SendOptions, TextOptions {
  /** Text below the media, 1024 characters at most (4096 for premium accounts). */
  caption?: TextLike | undefined
  /** The caption above the media. */
  captionAbove?: boolean | undefined
}

/**
 * Sends media that Telegram has already, or that needs no file (https://core.telegram.org/type/InputMedia).
 * @throws PeerError; RpcError `MEDIA_INVALID`, `MEDIA_CAPTION_TOO_LONG`, `CHAT_SEND_MEDIA_FORBIDDEN`, …
 */
export async function sendMedia(
  session: SessionContext,
  to: PeerLike,
  media: tl.InputMedia,
  options: SendMediaOptions = {},
): Promise<tl.message> {
  const id = options.randomId ?? randomId(session.host.random)
  const make = async (peer: tl.InputPeer) => ({
    ...(await sendFields(session, options)),
    ...(await outgoingText(session, options.caption ?? '', options)),
    _: 'messages.sendMedia' as const,
    peer,
    media,
    invertMedia: options.captionAbove,
    replyMarkup: options.replyMarkup,
    randomId: id,
  })
  const { call, answer } = await session.outbox.sendTo(to, make, { signal: options.signal })
  return sentByRandomId(answer, id, call._)
}
