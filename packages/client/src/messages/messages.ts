/** Everything about messages, joined to the session that it acts on: `session.messages`. */
import type { FormattedText, TextLike } from '../formatting/formatted-text.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { type BackfillOptions, type BackfillPage, backfill } from './backfill.ts'
import { type DeleteMessagesOptions, deleteMessages } from './delete-messages.ts'
import * as drafts from './drafts.ts'
import * as edits from './edit-message.ts'
import { type ForwardMessagesOptions, forwardMessages } from './forward-messages.ts'
import { type GetHistoryOptions, getHistory, iterateHistory, iterateReplies } from './get-history.ts'
import { type AnyMessage, getMessage, getMessages, getRepliedMessage } from './get-messages.ts'
import type { MessageRange } from './message-pages.ts'
import * as pins from './pin-message.ts'
import * as polls from './polls.ts'
import { type ButtonChoice, type PressOptions, type PressResult, press } from './press-button.ts'
import * as reactions from './reactions.ts'
import * as reads from './read-marks.ts'
import * as scheduled from './scheduled.ts'
import {
  countMessages,
  type MessageKind,
  type SearchEverywhereOptions,
  type SearchOptions,
  searchEverywhere,
  searchMessages,
} from './search-messages.ts'
import { type SendMediaOptions, sendMedia } from './send-media.ts'
import { type SendMessageOptions, sendMessage } from './send-message.ts'
import * as small from './send-small-media.ts'
import { translateMessages, translateTexts } from './translate.ts'
import { type ChatAction, type ChatActionOptions, sendAction, whileActing } from './typing.ts'

type Messages$ = AsyncGenerator<AnyMessage, void, undefined>

export class Messages {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  // ---- sending

  /** Sends text: see `session.sendMessage`. */
  send(to: PeerLike, text: TextLike, options?: SendMessageOptions): Promise<tl.message> {
    return sendMessage(this.#session, to, text, options)
  }

  /** Sends media that Telegram has already, or that needs no file. For files see `session.media`. */
  sendMedia(to: PeerLike, media: tl.InputMedia, options?: SendMediaOptions): Promise<tl.message> {
    return sendMedia(this.#session, to, media, options)
  }

  sendContact(to: PeerLike, contact: small.ContactCard, options?: SendMediaOptions): Promise<tl.message> {
    return small.sendContact(this.#session, to, contact, options)
  }

  /** Sends a place; with `period`, a live one. */
  sendLocation(
    to: PeerLike,
    place: small.Coordinates | small.LiveLocation,
    options?: SendMediaOptions,
  ): Promise<tl.message> {
    return small.sendLocation(this.#session, to, place, options)
  }

  sendVenue(to: PeerLike, venue: small.Venue, options?: SendMediaOptions): Promise<tl.message> {
    return small.sendVenue(this.#session, to, venue, options)
  }

  /** Throws dice, darts, …; the value is in the answer's `media.value`. */
  sendDice(to: PeerLike, emoji?: small.Dice, options?: SendMediaOptions): Promise<tl.message> {
    return small.sendDice(this.#session, to, emoji, options)
  }

  forward(
    from: PeerLike,
    ids: readonly number[],
    to: PeerLike,
    options?: ForwardMessagesOptions,
  ): Promise<tl.message[]> {
    return forwardMessages(this.#session, from, ids, to, options)
  }

  // ---- changing

  edit(chat: PeerLike, id: number, text: TextLike, options?: edits.EditMessageOptions): Promise<tl.message> {
    return edits.editMessage(this.#session, chat, id, text, options)
  }

  /** Puts other media in the place of a message's media; a live location is moved in this way. */
  editMedia(
    chat: PeerLike,
    id: number,
    media: tl.InputMedia,
    options?: edits.EditMessageOptions & { caption?: TextLike | undefined },
  ): Promise<tl.message> {
    return edits.editMedia(this.#session, chat, id, media, options)
  }

  /** Changes the buttons below a message; undefined takes them away. Bots only. */
  editButtons(chat: PeerLike, id: number, markup: tl.ReplyMarkup | undefined): Promise<tl.message> {
    return edits.editButtons(this.#session, chat, id, markup)
  }

  delete(chat: PeerLike, ids: readonly number[], options?: DeleteMessagesOptions): Promise<void> {
    return deleteMessages(this.#session, chat, ids, options)
  }

  pin(chat: PeerLike, id: number, options?: pins.PinMessageOptions): Promise<void> {
    return pins.pinMessage(this.#session, chat, id, options)
  }

  unpin(chat: PeerLike, id: number): Promise<void> {
    return pins.unpinMessage(this.#session, chat, id)
  }

  unpinAll(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return pins.unpinAllMessages(this.#session, chat, options)
  }

  // ---- reading

  /** The message with this id, if it is there. */
  get(chat: PeerLike, id: number): Promise<AnyMessage | undefined> {
    return getMessage(this.#session, chat, id)
  }

  /** Messages by id, in the order asked for. */
  getMany(chat: PeerLike, ids: readonly number[]): Promise<(AnyMessage | undefined)[]> {
    return getMessages(this.#session, chat, ids)
  }

  /** The message that this one answers. */
  getReplied(message: tl.message): Promise<AnyMessage | undefined> {
    return getRepliedMessage(this.#session, message)
  }

  /** Messages of a chat as an array: 50 unless told otherwise. */
  getHistory(chat: PeerLike, options?: GetHistoryOptions): Promise<AnyMessage[]> {
    return getHistory(this.#session, chat, options)
  }

  /** Walks through a chat, newest first unless told otherwise. */
  history(chat: PeerLike, range?: MessageRange): Messages$ {
    return iterateHistory(this.#session, chat, range)
  }

  /** Walks through the answers to a message: comments below a post, or a forum topic by its id. */
  replies(chat: PeerLike, id: number, range?: MessageRange): Messages$ {
    return iterateReplies(this.#session, chat, id, range)
  }

  /** Walks through the messages of a chat that fit. */
  search(chat: PeerLike, options?: SearchOptions): Messages$ {
    return searchMessages(this.#session, chat, options)
  }

  /** Walks through the messages of all chats that fit. */
  searchEverywhere(options?: SearchEverywhereOptions): Messages$ {
    return searchEverywhere(this.#session, options)
  }

  /** How many messages of a kind a chat has. */
  count(chat: PeerLike, kind: MessageKind, options?: { topic?: number | undefined }): Promise<number> {
    return countMessages(this.#session, chat, kind, options)
  }

  /** Walks back through a whole chat in pages that can be gone on from after a restart. */
  backfill(chat: PeerLike, options?: BackfillOptions): AsyncGenerator<BackfillPage, void, undefined> {
    return backfill(this.#session, chat, options)
  }

  markRead(chat: PeerLike, options?: reads.MarkReadOptions): Promise<void> {
    return reads.markRead(this.#session, chat, options)
  }

  /** Marks a chat as unread by hand. */
  markUnread(chat: PeerLike): Promise<void> {
    return reads.markUnread(this.#session, chat)
  }

  readMentions(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return reads.readMentions(this.#session, chat, options)
  }

  readReactions(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return reactions.readReactions(this.#session, chat, options)
  }

  /** Marks voice and round video messages as listened to and watched. */
  readContents(chat: PeerLike, ids: readonly number[]): Promise<void> {
    return reads.readContents(this.#session, chat, ids)
  }

  /** Who in a small group has read a message of this account. */
  getReaders(chat: PeerLike, id: number): Promise<{ userId: number; date: number }[]> {
    return reads.getReaders(this.#session, chat, id)
  }

  // ---- reactions, polls, buttons

  /** Sets this account's reactions to a message; an empty array takes them away. */
  react(
    chat: PeerLike,
    id: number,
    reaction: reactions.ReactionLike | readonly reactions.ReactionLike[],
    options?: reactions.ReactOptions,
  ): Promise<void> {
    return reactions.react(this.#session, chat, id, reaction, options)
  }

  /** Who has reacted to a message. */
  reactions(
    chat: PeerLike,
    id: number,
    options?: { reaction?: reactions.ReactionLike | undefined; limit?: number | undefined },
  ): AsyncGenerator<reactions.GivenReaction, void, undefined> {
    return reactions.reactionsTo(this.#session, chat, id, options)
  }

  sendPoll(to: PeerLike, poll: polls.NewPoll, options?: SendMediaOptions): Promise<tl.message> {
    return polls.sendPoll(this.#session, to, poll, options)
  }

  /** Chooses answers of a poll by their places, from 0; none takes the vote back. */
  vote(
    chat: PeerLike,
    message: number | tl.message,
    choices: number | readonly number[],
  ): Promise<polls.PollState> {
    return polls.vote(this.#session, chat, message, choices)
  }

  getPoll(chat: PeerLike, message: number | tl.message): Promise<polls.PollState> {
    return polls.getPoll(this.#session, chat, message)
  }

  closePoll(chat: PeerLike, message: number | tl.message): Promise<tl.message> {
    return polls.closePoll(this.#session, chat, message)
  }

  /** Who chose what in a poll with public votes. */
  votes(
    chat: PeerLike,
    message: number | tl.message,
    options?: { choice?: number | undefined; limit?: number | undefined },
  ): AsyncGenerator<polls.Vote, void, undefined> {
    return polls.votes(this.#session, chat, message, options)
  }

  /** Presses a button below a message. */
  press(
    chat: PeerLike,
    message: number | tl.message,
    choice: ButtonChoice,
    options?: PressOptions,
  ): Promise<PressResult> {
    return press(this.#session, chat, message, choice, options)
  }

  // ---- drafts, scheduled, typing, translation

  saveDraft(chat: PeerLike, text: TextLike, options?: drafts.SaveDraftOptions): Promise<void> {
    return drafts.saveDraft(this.#session, chat, text, options)
  }

  clearDraft(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return drafts.clearDraft(this.#session, chat, options)
  }

  getDrafts(): Promise<drafts.Draft[]> {
    return drafts.getDrafts(this.#session)
  }

  getScheduled(chat: PeerLike): Promise<tl.message[]> {
    return scheduled.getScheduled(this.#session, chat)
  }

  sendScheduledNow(chat: PeerLike, ids: readonly number[]): Promise<tl.message[]> {
    return scheduled.sendScheduledNow(this.#session, chat, ids)
  }

  deleteScheduled(chat: PeerLike, ids: readonly number[]): Promise<void> {
    return scheduled.deleteScheduled(this.#session, chat, ids)
  }

  /** Shows "… is typing" or another action, for 6 seconds. */
  sendAction(chat: PeerLike, action?: ChatAction, options?: ChatActionOptions): Promise<void> {
    return sendAction(this.#session, chat, action, options)
  }

  /** Shows an action for as long as the work takes. */
  whileActing<T>(
    chat: PeerLike,
    action: ChatAction,
    work: () => Promise<T>,
    options?: ChatActionOptions,
  ): Promise<T> {
    return whileActing(this.#session, chat, action, work, options)
  }

  /** Translates messages of a chat into a language by its two-letter code. */
  translate(chat: PeerLike, ids: readonly number[], language: string): Promise<FormattedText[]> {
    return translateMessages(this.#session, chat, ids, language)
  }

  translateTexts(texts: readonly TextLike[], language: string): Promise<FormattedText[]> {
    return translateTexts(this.#session, texts, language)
  }
}
