/** Inline bots, from both sides (https://core.telegram.org/api/bots/inline): asking one and sending what it gives, and answering. */
import { TelegramError } from '../errors.ts'
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText, type TextOptions } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { FileHolder } from '../media/file-location.ts'
import { heldBy } from '../media/file-location.ts'
import { randomId } from '../messages/random-id.ts'
import { type SendOptions, sendFields } from '../messages/send-options.ts'
import { sentByRandomId } from '../messages/sent-message.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Options of `bots.query`. */
export interface InlineQueryOptions {
  /** The chat that the result is for; bots may give other results then. */
  chat?: PeerLike | undefined
  /** `nextOffset` of the results before, for more. */
  offset?: string | undefined
  location?: { latitude: number; longitude: number } | undefined
  /** Milliseconds to wait for the bot; default 15,000. */
  timeout?: number | undefined
  signal?: AbortSignal | undefined
}

/** Asks an inline bot. @throws RpcError `BOT_INLINE_DISABLED`, `BOT_RESPONSE_TIMEOUT`. */
export async function queryBot(
  session: SessionContext,
  bot: PeerLike,
  query: string,
  options: InlineQueryOptions = {},
): Promise<tl.messages.botResults> {
  const { chat, location, offset = '' } = options
  const peer: tl.InputPeer = chat === undefined ? { _: 'inputPeerEmpty' } : await session.peers.resolve(chat)
  return await session.invoke(
    {
      _: 'messages.getInlineBotResults',
      bot: await session.peers.resolveUser(bot),
      peer,
      query,
      offset,
      geoPoint:
        location === undefined
          ? undefined
          : { _: 'inputGeoPoint', lat: location.latitude, long: location.longitude },
    },
    { timeout: options.timeout ?? 15_000, signal: options.signal },
  )
}

/** Options of `bots.sendResult`. */
export interface SendInlineResultOptions
  extends Pick<
    SendOptions,
    'randomId' | 'replyTo' | 'topic' | 'silent' | 'schedule' | 'sendAs' | 'clearDraft' | 'signal'
  > {
  /** Does not say by which bot it came, where that is allowed. */
  hideVia?: boolean | undefined
}

/** Sends one of the results of an inline bot. */
export async function sendInlineResult(
  session: SessionContext,
  to: PeerLike,
  results: Pick<tl.messages.botResults, 'queryId'>,
  resultId: string,
  options: SendInlineResultOptions = {},
): Promise<tl.message> {
  const id = options.randomId ?? randomId(session.host.random)
  const make = async (peer: tl.InputPeer) => {
    const { replyTo, silent, scheduleDate, sendAs, clearDraft } = await sendFields(session, options)
    return {
      _: 'messages.sendInlineBotResult' as const,
      peer,
      queryId: results.queryId,
      id: resultId,
      randomId: id,
      replyTo,
      silent,
      scheduleDate,
      sendAs,
      clearDraft,
      hideVia: options.hideVia,
    }
  }
  const { call, answer } = await session.outbox.sendTo(to, make, { signal: options.signal })
  return sentByRandomId(answer, id, call._)
}

/** A result that a bot gives: text, or a photo or document that Telegram has. */
export interface InlineResult extends TextOptions {
  /** Names the result, 1 to 64 characters. */
  id: string
  title?: string | undefined
  description?: string | undefined
  url?: string | undefined
  /** What is sent if it is chosen; for files the caption. */
  text?: TextLike | undefined
  file?: Exclude<FileHolder, { location: unknown }> | undefined
  noWebpage?: boolean | undefined
  replyMarkup?: tl.ReplyMarkup | undefined
}

/** Options of `bots.answerInline`. */
export interface AnswerInlineOptions {
  /** Seconds for which Telegram may give the same results by itself. Default 300. */
  cacheTime?: number | undefined
  /** The results are for this user only. */
  personal?: boolean | undefined
  /** Shown as a gallery. */
  gallery?: boolean | undefined
  /** Asked for with the next query for more; empty if there are no more. */
  nextOffset?: string | undefined
  /** A button above the results that opens the chat with the bot, which gets `/start` with this parameter. */
  startButton?: { text: string; parameter: string } | undefined
}

/** Answers an inline query; it wants an answer within 15 seconds. Bots only. @throws RpcError `QUERY_ID_INVALID`, `RESULTS_TOO_MUCH` beyond 50, … */
export async function answerInline(
  session: SessionContext,
  queryId: bigint,
  results: readonly (InlineResult | tl.InputBotInlineResult)[],
  options: AnswerInlineOptions = {},
): Promise<void> {
  const { startButton } = options
  await session.invoke({
    _: 'messages.setInlineBotResults',
    queryId,
    results: await Promise.all(results.map((result) => toResult(session, result))),
    cacheTime: options.cacheTime ?? 300,
    private: options.personal,
    gallery: options.gallery,
    nextOffset: options.nextOffset,
    switchPm: startButton && {
      _: 'inlineBotSwitchPM',
      text: startButton.text,
      startParam: startButton.parameter,
    },
  })
}

async function toResult(
  session: SessionContext,
  result: InlineResult | tl.InputBotInlineResult,
): Promise<tl.InputBotInlineResult> {
  if ('_' in result) return result
  const { id, title, description, url, file, replyMarkup, noWebpage } = result
  const content = await outgoingText(session, result.text ?? '', result)
  if (file === undefined) {
    const sendMessage = { _: 'inputBotInlineMessageText' as const, ...content, noWebpage, replyMarkup }
    return { _: 'inputBotInlineResult', id, type: 'article', title, description, url, sendMessage }
  }
  const held = heldBy(file)
  if (held === undefined) throw new TelegramError('NOT_A_FILE', `there is no file in this ${file._}`)
  const { accessHash, fileReference } = held
  const sendMessage = { _: 'inputBotInlineMessageMediaAuto' as const, ...content, replyMarkup }
  return held._ === 'photo'
    ? {
        _: 'inputBotInlineResultPhoto',
        id,
        type: 'photo',
        photo: { _: 'inputPhoto', id: held.id, accessHash, fileReference },
        sendMessage,
      }
    : {
        _: 'inputBotInlineResultDocument',
        id,
        type: 'file',
        title,
        description,
        document: { _: 'inputDocument', id: held.id, accessHash, fileReference },
        sendMessage,
      }
}

/** Starts a bot as a user does: sends it `/start` with a parameter, in its own chat or in a group. */
export async function startBot(
  session: SessionContext,
  bot: PeerLike,
  options: {
    parameter?: string | undefined
    chat?: PeerLike | undefined
    randomId?: bigint | undefined
  } = {},
): Promise<tl.message> {
  const id = options.randomId ?? randomId(session.host.random)
  const user = await session.peers.resolveUser(bot)
  return await withPeer(session, options.chat ?? bot, async (peer) => {
    const answer = await session.invoke({
      _: 'messages.startBot',
      bot: user,
      peer,
      randomId: id,
      startParam: options.parameter ?? '',
    })
    return sentByRandomId(answer, id, 'messages.startBot')
  })
}
