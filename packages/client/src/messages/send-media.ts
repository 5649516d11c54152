/** Sending anything that is not text alone. */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { randomId } from './random-id.ts'
import { type SendOptions, sendFields } from './send-options.ts'
import { sentByRandomId } from './sent-message.ts'

/** How media is sent. */
export interface SendMediaOptions extends SendOptions, TextOptions {
  /** Text below the media, 1024 characters at most (4096 for premium accounts). */
  caption?: TextLike | undefined
  /** The caption above the media. */
  captionAbove?: boolean | undefined
}

/**
 * Sends media that Telegram has already, or that needs no file (https://core.telegram.org/type/InputMedia). A function makes it
 * first; what is sent to the chat meanwhile waits, so that the order of the calls is kept.
 * @throws PeerError; RpcError `MEDIA_INVALID`, `MEDIA_CAPTION_TOO_LONG`, `CHAT_SEND_MEDIA_FORBIDDEN`, …
 */
export async function sendMedia(
  session: SessionContext,
  to: PeerLike,
  media: tl.InputMedia | (() => Promise<tl.InputMedia>),
  options: SendMediaOptions = {},
): Promise<tl.message> {
  // Once, also if the peer has to be asked for anew.
  let made: Promise<tl.InputMedia> | undefined
  const theMedia = () => {
    made ??= typeof media === 'function' ? media() : Promise.resolve(media)
    return made
  }
  const id = options.randomId ?? randomId(session.host.random)
  const make = async (peer: tl.InputPeer) => ({
    ...(await sendFields(session, options)),
    ...(await outgoingText(session, options.caption ?? '', options)),
    _: 'messages.sendMedia' as const,
    peer,
    media: await theMedia(),
    invertMedia: options.captionAbove,
    replyMarkup: options.replyMarkup,
    randomId: id,
  })
  const { call, answer } = await session.outbox.sendTo(to, make, { signal: options.signal })
  return sentByRandomId(answer, id, call._)
}
