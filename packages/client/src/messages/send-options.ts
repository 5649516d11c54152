/** What every way of sending has in common, and how it is said to Telegram. */
import { TelegramError } from '../errors.ts'
import type { TextLike } from '../formatting/formatted-text.ts'
import { outgoingText } from '../formatting/outgoing-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'

/** What a message answers. */
export interface ReplyTo {
  /** Id of the message. */
  message: number
  /** The part of it that is answered, with its marks. */
  quote?: TextLike | undefined
  /** Where in the message the quote begins, UTF-16 code units; helps if the same words are there twice. */
  quoteOffset?: number | undefined
  /** The chat of the message, if it is another one. */
  chat?: PeerLike | undefined
}

/** What every way of sending takes. */
export interface SendOptions {
  /**
   * Names this send for ever: sending again to the same chat with the same id gives the message of the first time, and no second
   * one (https://core.telegram.org/api/errors, RANDOM_ID_DUPLICATE); another chat needs another id. Made at random if absent.
   */
  randomId?: bigint | undefined
  /** The message that this one answers: its id, or with a quote from it. */
  replyTo?: number | ReplyTo | undefined
  /** The forum topic, by the id of its first message; topic 1 is "General". */
  topic?: number | undefined
  /** No sound at the receiver. */
  silent?: boolean | undefined
  /** When Telegram is to send it: a date, or seconds since the epoch, or when the other is online next. At most 365 days ahead. */
  schedule?: Date | number | 'whenOnline' | undefined
  /** On behalf of a channel or group that the account may speak for. */
  sendAs?: PeerLike | undefined
  /** Receivers cannot forward or save it. */
  protect?: boolean | undefined
  /** An effect shown along with it, in private chats; by id. */
  effect?: bigint | undefined
  /** Buttons below the message, or a keyboard: bots only. See `inlineKeyboard` and `replyKeyboard`. */
  replyMarkup?: tl.ReplyMarkup | undefined
  /** Takes away the draft of this chat. */
  clearDraft?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** "scheduled until online: 0x7FFFFFFE" (https://core.telegram.org/api/scheduled-messages). */
const WHEN_ONLINE = 0x7ffffffe

/** The fields that `messages.sendMessage`, `sendMedia`, `sendMultiMedia` and `forwardMessages` share. */
export interface SendFields {
  replyTo?: tl.InputReplyTo | undefined
  silent?: boolean | undefined
  scheduleDate?: number | undefined
  sendAs?: tl.InputPeer | undefined
  noforwards?: boolean | undefined
  effect?: bigint | undefined
  clearDraft?: boolean | undefined
}

/** @throws TelegramError `SCHEDULE_INVALID`, PeerError. */
export async function sendFields(session: SessionContext, options: SendOptions): Promise<SendFields> {
  return {
    replyTo: await replyField(session, options.replyTo, options.topic),
    silent: options.silent,
    scheduleDate: scheduleDate(options.schedule),
    sendAs: options.sendAs === undefined ? undefined : await session.peers.resolve(options.sendAs),
    noforwards: options.protect,
    effect: options.effect,
    clearDraft: options.clearDraft,
  }
}

/**
 * "To send messages to a specific topic, fill reply_to_msg_id with the ID of the topic; … if replying to a message in a topic,
 * top_msg_id with the ID of the topic" (https://core.telegram.org/api/forum).
 */
export async function replyField(
  session: SessionContext,
  replyTo: number | ReplyTo | undefined,
  topic?: number,
): Promise<tl.inputReplyToMessage | undefined> {
  if (replyTo === undefined) {
    // "The General topic is addressed by leaving it out."
    if (topic === undefined || topic === 1) return undefined
    return { _: 'inputReplyToMessage', replyToMsgId: topic, topMsgId: topic }
  }
  if (typeof replyTo === 'number') return { _: 'inputReplyToMessage', replyToMsgId: replyTo, topMsgId: topic }
  const quote = replyTo.quote === undefined ? undefined : await outgoingText(session, replyTo.quote)
  return {
    _: 'inputReplyToMessage',
    replyToMsgId: replyTo.message,
    topMsgId: topic,
    replyToPeerId: replyTo.chat === undefined ? undefined : await session.peers.resolve(replyTo.chat),
    quoteText: quote?.message,
    quoteEntities: quote?.entities,
    quoteOffset: quote === undefined ? undefined : replyTo.quoteOffset,
  }
}

export function scheduleDate(when: SendOptions['schedule']): number | undefined {
  if (when === undefined) return undefined
  if (when === 'whenOnline') return WHEN_ONLINE
  if (!isMoment(when)) throw new TelegramError('SCHEDULE_INVALID', `schedule is wrong: expected ${moments}`)
  return secondsOf(when)
}

/** What `schedule` may be. */
export const moments =
  "a Date after 1970 and before 2038, the same in whole seconds since the epoch, or 'whenOnline'"

export function isMoment(when: unknown): boolean {
  if (when === 'whenOnline') return true
  if (!(when instanceof Date) && typeof when !== 'number') return false
  const seconds = secondsOf(when)
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds <= 0x7fffffff
}

const secondsOf = (when: Date | number): number =>
  typeof when === 'number' ? when : Math.floor(when.getTime() / 1000)
