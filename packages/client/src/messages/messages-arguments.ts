/** What the methods of `session.messages` take. */
import type { Signatures } from '../arguments/check-arguments.ts'
import {
  aCount,
  aDate,
  aFlag,
  aFunction,
  aLimit,
  aLong,
  aName,
  aNumber,
  anId,
  aText,
  bytes,
  type Expected,
  eitherOf,
  kind,
  listOf,
  maybe,
  oneOf,
  shape,
} from '../arguments/expected.ts'
import { aPeer, markedText, messageIds, only, options, optionWords } from '../arguments/words.ts'
import type { EditMessageOptions } from './edit-message.ts'
import type { GetHistoryOptions } from './get-history.ts'
import type { LinkPreview } from './link-preview.ts'
import type { Messages } from './messages.ts'
import { messageKinds } from './search-messages.ts'
import type { SendMessageOptions } from './send-message.ts'
import { isMoment, moments } from './send-options.ts'

const chat = aPeer
const topic = maybe(anId)
const language = aName
const aTlObject = (what: string): Expected => shape(what, { _: aName })
const placeInTime = eitherOf('the id of a message, or a Date', aNumber, aDate)
const aMessage = eitherOf('the id of a message, or a message', anId, shape('', { id: anId }))
const coordinates = { latitude: aNumber, longitude: aNumber }
const aReaction = eitherOf(
  'an emoji, the id of a custom one, or a reaction',
  aText,
  aLong,
  aTlObject('a reaction'),
)
const aReply = eitherOf(
  'the id of a message, or an object as in { message, quote }',
  anId,
  shape('', { message: anId, quote: maybe(markedText) }),
)
const texts = {
  parseMode: maybe(oneOf('markdown', 'html')),
  entities: maybe(listOf('entities', shape('an entity', { _: aName, offset: aCount, length: aCount }))),
}
const markup = maybe(aTlObject('buttons, as inlineKeyboard and replyKeyboard make them'))
const schedule = maybe(kind(moments, isMoment))
const { limit, randomId, signal, silent } = optionWords
const messageKind = oneOf(...messageKinds)
const range = {
  before: maybe(placeInTime),
  after: maybe(placeInTime),
  oldestFirst: maybe(aFlag),
  pageSize: maybe(anId),
}
const inTopic = options({ topic })

/** Of everything that is sent. */
export const sendFields = {
  replyTo: maybe(aReply),
  topic,
  schedule,
  protect: maybe(aFlag),
  effect: maybe(aLong),
  replyMarkup: markup,
  clearDraft: maybe(aFlag),
}
/** Of what is sent with a caption. */
export const captionFields = {
  ...sendFields,
  ...texts,
  caption: maybe(markedText),
  captionAbove: maybe(aFlag),
}

const previews = { noWebpage: maybe(aFlag), previewAbove: maybe(aFlag) }
const aPreview: Readonly<Record<keyof LinkPreview, Expected>> = {
  url: aName,
  size: maybe(oneOf('large', 'small')),
}
export const sendOptions = only<SendMessageOptions>({
  ...sendFields,
  ...texts,
  ...previews,
  randomId,
  silent,
  sendAs: aPeer,
  preview: maybe(shape('an object as in { url }', aPreview)),
  signal,
})
const editFields = { ...texts, ...previews, schedule, replyMarkup: markup, signal }
export const editOptions = only<EditMessageOptions>(editFields)
const editMediaOptions = only<NonNullable<Parameters<Messages['editMedia']>[3]>>({
  ...editFields,
  caption: maybe(markedText),
})
export const forwardOptions = options({
  ...sendFields,
  dropAuthor: maybe(aFlag),
  dropCaptions: maybe(aFlag),
})
export const rangeOptions = only<GetHistoryOptions>({ ...range, limit, signal })
const captionOptions = options(captionFields)
const actionOptions = options({ topic, progress: maybe(aNumber) })
const action = eitherOf("an action, such as 'typing'", aName, aTlObject('an action'))

export const messagesArguments: Signatures<Messages> = {
  promises: {
    send: { to: aPeer, text: markedText, options: sendOptions },
    sendMedia: {
      to: aPeer,
      media: aTlObject("media, as in { _: 'inputMediaDice', … }"),
      options: captionOptions,
    },
    sendContact: {
      to: aPeer,
      contact: shape('an object as in { phone, firstName }', {
        phone: aName,
        firstName: aName,
        lastName: maybe(aText),
        vcard: maybe(aText),
      }),
      options: captionOptions,
    },
    sendLocation: {
      to: aPeer,
      place: shape('a place, as in { latitude, longitude }', { ...coordinates, period: maybe(anId) }),
      options: captionOptions,
    },
    sendVenue: {
      to: aPeer,
      venue: shape('a place, as in { latitude, longitude, title, address }', {
        ...coordinates,
        title: aText,
        address: aText,
      }),
      options: captionOptions,
    },
    sendDice: { to: aPeer, emoji: maybe(aName), options: captionOptions },
    forward: { from: aPeer, ids: messageIds, to: aPeer, options: forwardOptions },
    edit: { chat, id: anId, text: markedText, options: editOptions },
    editMedia: { chat, id: anId, media: aTlObject('media'), options: editMediaOptions },
    editButtons: { chat, id: anId, markup },
    delete: { chat, ids: messageIds, options: options({ revoke: maybe(aFlag) }) },
    pin: { chat, id: anId, options: options({ notify: maybe(aFlag), onlyForMe: maybe(aFlag) }) },
    unpin: { chat, id: anId },
    unpinAll: { chat, options: inTopic },
    get: { chat, id: anId },
    getMany: { chat, ids: messageIds },
    getReplied: { message: shape('a message', { _: aName, id: anId, peerId: aTlObject('a peer') }) },
    getHistory: { chat, options: rangeOptions },
    count: { chat, kind: messageKind, options: inTopic },
    markRead: { chat, options: options({ upTo: maybe(anId), topic }) },
    readMentions: { chat, options: inTopic },
    readReactions: { chat, options: inTopic },
    readContents: { chat, ids: messageIds },
    getReaders: { chat, id: anId },
    react: {
      chat,
      id: anId,
      reaction: eitherOf('a reaction, or a list of them', aReaction, listOf('reactions', aReaction)),
      options: options({ big: maybe(aFlag) }),
    },
    sendPoll: {
      to: aPeer,
      poll: shape('an object as in { question, answers }', {
        question: markedText,
        answers: listOf('answers', markedText),
        publicVotes: maybe(aFlag),
        multipleChoice: maybe(aFlag),
        correct: maybe(aCount),
        explanation: maybe(markedText),
        closePeriod: maybe(anId),
        closeDate: maybe(aDate),
      }),
      options: captionOptions,
    },
    vote: {
      chat,
      message: aMessage,
      choices: eitherOf('the place of an answer, or a list of them', aCount, listOf('places', aCount)),
    },
    getPoll: { chat, message: aMessage },
    closePoll: { chat, message: aMessage },
    press: {
      chat,
      message: aMessage,
      choice: eitherOf(
        "a button's text, its place as in { row, column }, or { data }",
        aText,
        shape('', { row: aCount, column: aCount }),
        shape('', { data: bytes }),
      ),
      options: options({ password: maybe(aText) }),
    },
    saveDraft: {
      chat,
      text: markedText,
      options: options({ ...texts, replyTo: maybe(aReply), topic, noWebpage: maybe(aFlag) }),
    },
    clearDraft: { chat, options: inTopic },
    sendScheduledNow: { chat, ids: messageIds },
    deleteScheduled: { chat, ids: messageIds },
    sendAction: { chat, action: maybe(action), options: actionOptions },
    whileActing: { chat, action, work: aFunction, options: actionOptions },
    translate: { chat, ids: messageIds, language },
    translateTexts: { texts: listOf('texts', markedText), language },
    getLinkPreview: { text: markedText, options: options(texts) },
  },
  values: {
    history: { chat, range: rangeOptions },
    replies: { chat, id: anId, range: rangeOptions },
    search: {
      chat,
      options: options({ ...range, kind: maybe(messageKind), topic, tag: maybe(aTlObject('a reaction')) }),
    },
    searchEverywhere: {
      options: options({
        kind: maybe(messageKind),
        in: maybe(oneOf('users', 'groups', 'channels')),
        before: maybe(aDate),
        after: maybe(aDate),
      }),
    },
    backfill: {
      chat,
      options: options({
        cursor: maybe(
          shape('a cursor that an earlier page came with', { before: aNumber, newest: aNumber, done: aFlag }),
        ),
        until: maybe(placeInTime),
        pageSize: maybe(anId),
      }),
    },
    reactions: { chat, id: anId, options: options({ reaction: maybe(aReaction) }) },
    votes: { chat, message: aMessage, options: options({ choice: maybe(aCount) }) },
    savedChats: { options: options({ limit: maybe(aLimit) }) },
    savedHistory: { from: aPeer, range: rangeOptions },
  },
}
