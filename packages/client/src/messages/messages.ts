/** Everything about messages, joined to the session that it acts on: `session.messages`. */
import type { FormattedText, TextLike } from '../formatting/formatted-text.ts'
import type { TextOptions } from '../formatting/outgoing-text.ts'
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
import { getLinkPreview } from './link-preview.ts'
import type { MessageRange } from './message-pages.ts'
import * as pins from './pin-message.ts'
import * as polls from './polls.ts'
import { type ButtonChoice, type PressOptions, type PressResult, press } from './press-button.ts'
import * as reactions from './reactions.ts'
import * as reads from './read-marks.ts'
import * as saved from './saved-messages.ts'
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

/** Everything about messages: send, edit, forward, find, react, polls, drafts. Reached as `session.messages`. */
export class Messages {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  // ---- sending

  /** Sends text, as `session.sendMessage` does: `messages.send('me', markdown`**hello**`, { silent: true })`. */
  send(to: PeerLike, text: TextLike, options?: SendMessageOptions): Promise<tl.message> {
    return sendMessage(this.#session, to, text, options)
  }

  /** Sends media that needs no file: `messages.sendMedia(chat, { _: 'inputMediaDice', emoticon: '🎲' })`. For files: `session.media`. */
  sendMedia(to: PeerLike, media: tl.InputMedia, options?: SendMediaOptions): Promise<tl.message> {
    return sendMedia(this.#session, to, media, options)
  }

  /** Sends somebody's card: `messages.sendContact(chat, { phone: '+41790000000', firstName: 'Zoe' })`. */
  sendContact(to: PeerLike, contact: small.ContactCard, options?: SendMediaOptions): Promise<tl.message> {
    return small.sendContact(this.#session, to, contact, options)
  }

  /** Sends a place: `messages.sendLocation(chat, { latitude: 46.2, longitude: 6.1 })`; with `period` (seconds), a live one. */
  sendLocation(
    to: PeerLike,
    place: small.Coordinates | small.LiveLocation,
    options?: SendMediaOptions,
  ): Promise<tl.message> {
    return small.sendLocation(this.#session, to, place, options)
  }

  /** Sends a place with a name: `messages.sendVenue(chat, { latitude, longitude, title: 'Café', address: 'Rue 1' })`. */
  sendVenue(to: PeerLike, venue: small.Venue, options?: SendMediaOptions): Promise<tl.message> {
    return small.sendVenue(this.#session, to, venue, options)
  }

  /** Throws dice, darts, …: `messages.sendDice(chat, '🎯')`; the value is in the answer's `media.value`. */
  sendDice(to: PeerLike, emoji?: small.Dice, options?: SendMediaOptions): Promise<tl.message> {
    return small.sendDice(this.#session, to, emoji, options)
  }

  /** Forwards messages, and gives the copies: `messages.forward('@news', [12, 13], 'me', { dropAuthor: true })`. */
  forward(
    from: PeerLike,
    ids: readonly number[],
    to: PeerLike,
    options?: ForwardMessagesOptions,
  ): Promise<tl.message[]> {
    return forwardMessages(this.#session, from, ids, to, options)
  }

  // ---- changing

  /** Changes a text or caption: `messages.edit(chat, message.id, 'better said')`. */
  edit(chat: PeerLike, id: number, text: TextLike, options?: edits.EditMessageOptions): Promise<tl.message> {
    return edits.editMessage(this.#session, chat, id, text, options)
  }

  /**
   * Puts other media in the place of a message's media; a live location is moved in this way:
   * `messages.editMedia(chat, id, locationMedia({ ...place, latitude: 46.3 }))`.
   */
  editMedia(
    chat: PeerLike,
    id: number,
    media: tl.InputMedia,
    options?: edits.EditMessageOptions & { caption?: TextLike | undefined },
  ): Promise<tl.message> {
    return edits.editMedia(this.#session, chat, id, media, options)
  }

  /** Changes the buttons below a message, or takes them away: `messages.editButtons(chat, id, undefined)`. Bots only. */
  editButtons(chat: PeerLike, id: number, markup: tl.ReplyMarkup | undefined): Promise<tl.message> {
    return edits.editButtons(this.#session, chat, id, markup)
  }

  /** Deletes messages for all, or with `{ revoke: false }` for this account only: `messages.delete(chat, [id])`. */
  delete(chat: PeerLike, ids: readonly number[], options?: DeleteMessagesOptions): Promise<void> {
    return deleteMessages(this.#session, chat, ids, options)
  }

  /** Pins a message, silently unless told otherwise: `messages.pin(chat, id, { notify: true })`. */
  pin(chat: PeerLike, id: number, options?: pins.PinMessageOptions): Promise<void> {
    return pins.pinMessage(this.#session, chat, id, options)
  }

  /** Takes a pin away: `messages.unpin(chat, id)`. */
  unpin(chat: PeerLike, id: number): Promise<void> {
    return pins.unpinMessage(this.#session, chat, id)
  }

  /** Takes all pins of a chat or of a topic away: `messages.unpinAll(chat, { topic })`. */
  unpinAll(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return pins.unpinAllMessages(this.#session, chat, options)
  }

  // ---- reading

  /** The message with this id, if it is there: `await messages.get(chat, 42)`. */
  get(chat: PeerLike, id: number): Promise<AnyMessage | undefined> {
    return getMessage(this.#session, chat, id)
  }

  /** Messages by id, in the order asked for: `await messages.getMany(chat, [41, 42])`. */
  getMany(chat: PeerLike, ids: readonly number[]): Promise<(AnyMessage | undefined)[]> {
    return getMessages(this.#session, chat, ids)
  }

  /** The message that this one answers: `await messages.getReplied(message)`. */
  getReplied(message: tl.message): Promise<AnyMessage | undefined> {
    return getRepliedMessage(this.#session, message)
  }

  /** Messages of a chat as an array, 50 unless told otherwise: `await messages.getHistory(chat, { limit: 10 })`. */
  getHistory(chat: PeerLike, options?: GetHistoryOptions): Promise<AnyMessage[]> {
    return getHistory(this.#session, chat, options)
  }

  /** Walks through a chat: `for await (const message of messages.history(chat, { after: 100, oldestFirst: true })) …` */
  history(chat: PeerLike, range?: MessageRange): Messages$ {
    return iterateHistory(this.#session, chat, range)
  }

  /** Walks through comments below a post, or a forum topic: `for await (const message of messages.replies(forum, topic)) …` */
  replies(chat: PeerLike, id: number, range?: MessageRange): Messages$ {
    return iterateReplies(this.#session, chat, id, range)
  }

  /** Walks through what fits in a chat: `for await (const m of messages.search(chat, { kind: 'photos', from: '@ann' })) …` */
  search(chat: PeerLike, options?: SearchOptions): Messages$ {
    return searchMessages(this.#session, chat, options)
  }

  /** Walks through what fits in all chats: `for await (const m of messages.searchEverywhere({ query: 'invoice' })) …` */
  searchEverywhere(options?: SearchEverywhereOptions): Messages$ {
    return searchEverywhere(this.#session, options)
  }

  /** How many messages of a kind a chat has: `await messages.count(chat, 'photos')`. */
  count(chat: PeerLike, kind: MessageKind, options?: { topic?: number | undefined }): Promise<number> {
    return countMessages(this.#session, chat, kind, options)
  }

  /**
   * Walks back through a whole chat in pages that can be gone on from after a restart; accounts of one host take turns:
   * `for await (const page of messages.backfill(chat, { cursor })) await store(page.messages, page.cursor)`.
   */
  backfill(chat: PeerLike, options?: BackfillOptions): AsyncGenerator<BackfillPage, void, undefined> {
    return backfill(this.#session, chat, options)
  }

  /** Marks what others have sent as read, all or up to a message: `messages.markRead(chat, { upTo: id })`. */
  markRead(chat: PeerLike, options?: reads.MarkReadOptions): Promise<void> {
    return reads.markRead(this.#session, chat, options)
  }

  /** Marks a chat as unread by hand: `messages.markUnread(chat)`. */
  markUnread(chat: PeerLike): Promise<void> {
    return reads.markUnread(this.#session, chat)
  }

  /** Marks all mentions of this account as seen: `messages.readMentions(chat)`. */
  readMentions(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return reads.readMentions(this.#session, chat, options)
  }

  /** Marks all reactions to this account's messages as seen: `messages.readReactions(chat)`. */
  readReactions(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return reactions.readReactions(this.#session, chat, options)
  }

  /** Marks voice and round video messages as listened to and watched: `messages.readContents(chat, [id])`. */
  readContents(chat: PeerLike, ids: readonly number[]): Promise<void> {
    return reads.readContents(this.#session, chat, ids)
  }

  /** Who in a small group has read a message of this account: `await messages.getReaders(group, id)`. */
  getReaders(chat: PeerLike, id: number): Promise<{ userId: number; date: number }[]> {
    return reads.getReaders(this.#session, chat, id)
  }

  // ---- reactions, polls, buttons

  /** Sets this account's reactions: `messages.react(chat, id, '👍')`; an empty array takes them away. */
  react(
    chat: PeerLike,
    id: number,
    reaction: reactions.ReactionLike | readonly reactions.ReactionLike[],
    options?: reactions.ReactOptions,
  ): Promise<void> {
    return reactions.react(this.#session, chat, id, reaction, options)
  }

  /** Who has reacted: `for await (const { peerId, reaction } of messages.reactions(chat, id)) …` */
  reactions(
    chat: PeerLike,
    id: number,
    options?: { reaction?: reactions.ReactionLike | undefined; limit?: number | undefined },
  ): AsyncGenerator<reactions.GivenReaction, void, undefined> {
    return reactions.reactionsTo(this.#session, chat, id, options)
  }

  /** Sends a poll, or with `correct` a quiz: `messages.sendPoll(chat, { question: 'Tea?', answers: ['yes', 'no'] })`. */
  sendPoll(to: PeerLike, poll: polls.NewPoll, options?: SendMediaOptions): Promise<tl.message> {
    return polls.sendPoll(this.#session, to, poll, options)
  }

  /** Chooses answers by their places, from 0: `messages.vote(chat, id, [0, 2])`; none takes the vote back. */
  vote(
    chat: PeerLike,
    message: number | tl.message,
    choices: number | readonly number[],
  ): Promise<polls.PollState> {
    return polls.vote(this.#session, chat, message, choices)
  }

  /** How a poll stands: `(await messages.getPoll(chat, id)).answers[0].voters`. */
  getPoll(chat: PeerLike, message: number | tl.message): Promise<polls.PollState> {
    return polls.getPoll(this.#session, chat, message)
  }

  /** Ends one's own poll: `messages.closePoll(chat, message)`. */
  closePoll(chat: PeerLike, message: number | tl.message): Promise<tl.message> {
    return polls.closePoll(this.#session, chat, message)
  }

  /** Who chose what in a poll with public votes: `for await (const { peerId, choices } of messages.votes(chat, id)) …` */
  votes(
    chat: PeerLike,
    message: number | tl.message,
    options?: { choice?: number | undefined; limit?: number | undefined },
  ): AsyncGenerator<polls.Vote, void, undefined> {
    return polls.votes(this.#session, chat, message, options)
  }

  /** Presses a button below a message: `await messages.press(bot, message, 'Yes')`. What there is to press: `buttonsOf`. */
  press(
    chat: PeerLike,
    message: number | tl.message,
    choice: ButtonChoice,
    options?: PressOptions,
  ): Promise<PressResult> {
    return press(this.#session, chat, message, choice, options)
  }

  // ---- drafts, scheduled, typing, translation

  /** Saves what was begun to be written: `messages.saveDraft(chat, 'half a thou')`. */
  saveDraft(chat: PeerLike, text: TextLike, options?: drafts.SaveDraftOptions): Promise<void> {
    return drafts.saveDraft(this.#session, chat, text, options)
  }

  /** Takes the draft of a chat away: `messages.clearDraft(chat)`. */
  clearDraft(chat: PeerLike, options?: { topic?: number | undefined }): Promise<void> {
    return drafts.clearDraft(this.#session, chat, options)
  }

  /** All drafts of the account: `for (const { chatId, text } of await messages.getDrafts()) …` */
  getDrafts(): Promise<drafts.Draft[]> {
    return drafts.getDrafts(this.#session)
  }

  /** What waits to be sent to a chat: `await messages.getScheduled(chat)`. Scheduled by the `schedule` option of sends. */
  getScheduled(chat: PeerLike): Promise<tl.message[]> {
    return scheduled.getScheduled(this.#session, chat)
  }

  /** Sends scheduled messages at once: `messages.sendScheduledNow(chat, [id])`. */
  sendScheduledNow(chat: PeerLike, ids: readonly number[]): Promise<tl.message[]> {
    return scheduled.sendScheduledNow(this.#session, chat, ids)
  }

  /** Scheduled messages are not sent after all: `messages.deleteScheduled(chat, [id])`. */
  deleteScheduled(chat: PeerLike, ids: readonly number[]): Promise<void> {
    return scheduled.deleteScheduled(this.#session, chat, ids)
  }

  /** Shows "… is typing" or another action for 6 seconds: `messages.sendAction(chat, 'recordVoice')`. */
  sendAction(chat: PeerLike, action?: ChatAction, options?: ChatActionOptions): Promise<void> {
    return sendAction(this.#session, chat, action, options)
  }

  /** Shows an action for as long as the work takes: `await messages.whileActing(chat, 'typing', () => think())`. */
  whileActing<T>(
    chat: PeerLike,
    action: ChatAction,
    work: () => Promise<T>,
    options?: ChatActionOptions,
  ): Promise<T> {
    return whileActing(this.#session, chat, action, work, options)
  }

  /** Translates messages of a chat: `const [german] = await messages.translate(chat, [id], 'de')`. */
  translate(chat: PeerLike, ids: readonly number[], language: string): Promise<FormattedText[]> {
    return translateMessages(this.#session, chat, ids, language)
  }

  /** Translates texts: `const [{ text }] = await messages.translateTexts(['hello'], 'de')`. */
  translateTexts(texts: readonly TextLike[], language: string): Promise<FormattedText[]> {
    return translateTexts(this.#session, texts, language)
  }

  /** The preview that Telegram would show of a text: `await messages.getLinkPreview('https://telegram.org')`. */
  getLinkPreview(text: TextLike, options?: TextOptions): Promise<tl.webPage | tl.webPagePending | undefined> {
    return getLinkPreview(this.#session, text, options)
  }

  // ---- saved messages

  /** Walks through the chats that messages were saved from: `for await (const { chatId } of messages.savedChats()) …` */
  savedChats(options?: { limit?: number | undefined }): AsyncGenerator<saved.SavedChat, void, undefined> {
    return saved.savedChats(this.#session, options)
  }

  /** Walks through what was saved from one chat: `for await (const m of messages.savedHistory('@news')) …`; `'me'`: own notes. */
  savedHistory(from: PeerLike, range?: MessageRange): Messages$ {
    return saved.savedHistory(this.#session, from, range)
  }
}
