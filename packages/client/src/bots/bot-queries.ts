/** What users ask a bot otherwise than by messages: pressed buttons and inline queries, as they come in updates, and the answers. */
import type { tl } from '../layer.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import type { SessionContext } from '../session/context.ts'

/** A button below one of the bot's messages was pressed. */
export interface CallbackQuery {
  type: 'callback'
  queryId: bigint
  userId: number
  /** The chat and the message; undefined for a message that was sent by an inline query. */
  chatId: number | undefined
  chat: PeerKey | undefined
  messageId: number | undefined
  inlineMessageId: tl.InputBotInlineMessageID | undefined
  /** What the button tells, as bytes and as text. */
  data: Uint8Array
  text: string
  game: string | undefined
}

/** Somebody types the bot's name and a query into an input field. */
export interface InlineQuery {
  type: 'inline'
  queryId: bigint
  userId: number
  query: string
  /** What the last answer gave as `nextOffset`, for more. */
  offset: string
  geo: tl.GeoPoint | undefined
}

/** A result of an inline query was chosen; told only to bots that asked for that. */
export interface InlineChoice {
  type: 'inlineChoice'
  userId: number
  query: string
  resultId: string
  inlineMessageId: tl.InputBotInlineMessageID | undefined
}

/** What people ask a bot besides messages: see `readBotQuery`. */
export type BotQuery = CallbackQuery | InlineQuery | InlineChoice

/**
 * What an update asks of a bot; undefined if it is something else.
 *
 * ```ts
 * bot.onUpdate(async (update) => {
 *   const query = update.type === 'update' ? readBotQuery(update.update) : undefined
 *   if (query?.type === 'callback') await bot.bots.answerCallback(query.queryId, { text: `You chose ${query.text}` })
 * })
 * ```
 */
export function readBotQuery(update: tl.Update): BotQuery | undefined {
  switch (update._) {
    case 'updateBotCallbackQuery': {
      const chat = keyOfPeer(update.peer)
      return {
        ...callback(update),
        chat,
        chatId: toMarkedId(chat),
        messageId: update.msgId,
        inlineMessageId: undefined,
      }
    }
    case 'updateInlineBotCallbackQuery':
      return {
        ...callback(update),
        chat: undefined,
        chatId: undefined,
        messageId: undefined,
        inlineMessageId: update.msgId,
      }
    case 'updateBotInlineQuery': {
      const { queryId, userId, query, offset, geo } = update
      return { type: 'inline', queryId, userId, query, offset, geo }
    }
    case 'updateBotInlineSend': {
      const { userId, query, id: resultId, msgId: inlineMessageId } = update
      return { type: 'inlineChoice', userId, query, resultId, inlineMessageId }
    }
    default:
      return undefined
  }
}

function callback(update: tl.updateBotCallbackQuery | tl.updateInlineBotCallbackQuery) {
  const { queryId, userId, data = new Uint8Array(), gameShortName: game } = update
  return { type: 'callback' as const, queryId, userId, data, text: new TextDecoder().decode(data), game }
}

/** What a bot shows to who pressed a button. */
export interface CallbackAnswer {
  /** Shown in passing, 200 characters at most. */
  text?: string | undefined
  /** Shown until it is closed. */
  alert?: boolean | undefined
  /** Opened: a t.me link, or a game of the bot's. */
  url?: string | undefined
  /** Seconds for which the app may give the same answer by itself. Default 0. */
  cacheTime?: number | undefined
}

/** Answers a pressed button; each wants an answer within 15 seconds, even an empty one. @throws RpcError `QUERY_ID_INVALID`. */
export async function answerCallback(
  session: SessionContext,
  queryId: bigint,
  answer: CallbackAnswer = {},
): Promise<void> {
  const { text: message, alert, url, cacheTime = 0 } = answer
  await session.invoke({ _: 'messages.setBotCallbackAnswer', queryId, message, alert, url, cacheTime })
}
