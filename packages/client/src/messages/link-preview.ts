/** Previews of links: Telegram's servers make them (https://core.telegram.org/method/messages.getWebPagePreview). */
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'

/** Which link is shown below a message, and how. */
export interface LinkPreview {
  /** The page; it need not be in the text. */
  url: string
  /** Its picture or video: large, or small beside the text. Telegram chooses if absent. */
  size?: 'large' | 'small' | undefined
}

/**
 * The preview that Telegram would show of a text; undefined if there is none, `webPagePending` while it is being made.
 *
 * ```ts
 * const page = await session.messages.getLinkPreview('https://telegram.org')
 * ```
 */
export async function getLinkPreview(
  session: SessionContext,
  text: TextLike,
  options: TextOptions & { signal?: AbortSignal | undefined } = {},
): Promise<tl.webPage | tl.webPagePending | undefined> {
  const content = await outgoingText(session, text, options)
  const { media } = await session.invoke(
    { _: 'messages.getWebPagePreview', ...content },
    { signal: options.signal },
  )
  const page = media._ === 'messageMediaWebPage' ? media.webpage : undefined
  return page?._ === 'webPage' || page?._ === 'webPagePending' ? page : undefined
}

/** The preview as media to send. `optional`: the text goes out even if there is no such page. */
export function previewMedia({ url, size }: LinkPreview): tl.inputMediaWebPage {
  return {
    _: 'inputMediaWebPage',
    url,
    optional: true,
    forceLargeMedia: size === 'large' || undefined,
    forceSmallMedia: size === 'small' || undefined,
  }
}
