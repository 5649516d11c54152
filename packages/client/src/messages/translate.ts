/** Translation by Telegram (https://core.telegram.org/api/translation); premium accounts only for whole chats. */
import type { FormattedText, TextLike } from '../formatting/formatted-text.ts'
import { outgoingText } from '../formatting/outgoing-text.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/**
 * Translates texts, into a language by its two-letter code such as `en`.
 * @throws RpcError `TO_LANG_INVALID`, `INPUT_TEXT_EMPTY`, `TRANSLATE_REQ_QUOTA_EXCEEDED`, …
 */
export async function translateTexts(
  session: SessionContext,
  texts: readonly TextLike[],
  language: string,
): Promise<FormattedText[]> {
  const text = await Promise.all(
    texts.map(async (one) => {
      const { message, entities = [] } = await outgoingText(session, one)
      return { _: 'textWithEntities' as const, text: message, entities }
    }),
  )
  const { result } = await session.invoke({ _: 'messages.translateText', text, toLang: language })
  return result.map(({ text, entities }) => ({ text, entities }))
}

/** Translates messages of a chat. */
export async function translateMessages(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly number[],
  language: string,
): Promise<FormattedText[]> {
  return await withPeer(session, chat, async (peer) => {
    const { result } = await session.invoke({
      _: 'messages.translateText',
      peer,
      id: [...ids],
      toLang: language,
    })
    return result.map(({ text, entities }) => ({ text, entities }))
  })
}
