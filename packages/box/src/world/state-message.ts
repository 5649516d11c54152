/** Messages as the world keeps them: once, whoever sees them and under whatever id. */
import type { tl } from '../generated/types.ts'
import { flag, integer, list, long, mapOf, type Of, optional, record, text, tlObject } from './shape.ts'

/** What every message has, wherever it stands. Peers are marked ids, dates seconds since the epoch. */
export const messageContent = {
  /** Who sent it; absent for a channel's posts, which the channel itself signs. */
  from: optional(integer),
  date: integer,
  text,
  entities: optional(list(tlObject<tl.MessageEntity>())),
  media: optional(tlObject<tl.MessageMedia>()),
  /** Makes it a service message. */
  action: optional(tlObject<tl.MessageAction>()),
  replyMarkup: optional(tlObject<tl.ReplyMarkup>()),
  reply: optional(
    record({
      /** A common number, or in a channel a message id. */
      to: integer,
      topId: optional(integer),
      forumTopic: optional(flag),
      quoteText: optional(text),
      quoteEntities: optional(list(tlObject<tl.MessageEntity>())),
      quoteOffset: optional(integer),
    }),
  ),
  forward: optional(
    record({
      from: optional(integer),
      fromName: optional(text),
      date: integer,
      channelPost: optional(integer),
      postAuthor: optional(text),
      savedFromPeer: optional(integer),
      savedFromId: optional(integer),
    }),
  ),
  viaBot: optional(integer),
  groupedId: optional(long),
  postAuthor: optional(text),
  silent: optional(flag),
  noforwards: optional(flag),
  invertMedia: optional(flag),
  fromScheduled: optional(flag),
  /** Users who are mentioned or answered, in groups. */
  mentions: optional(list(integer)),
  editDate: optional(integer),
  /** Changed without being an edit: reactions, for one. */
  editHidden: optional(flag),
  reactions: optional(
    list(record({ user: integer, reaction: tlObject<tl.Reaction>(), date: integer, big: optional(flag) })),
  ),
}

/** A message of a private dialog or basic group. Each account that has it has it under an id of its own. */
export const commonMessage = record({
  ...messageContent,
  /** Its number in the world, in order of sending. */
  number: integer,
  /** User id → the message's id in that user's box. */
  copies: mapOf(integer, integer),
})
export type CommonMessage = Of<typeof commonMessage>

export const bareMessage = record(messageContent)
export type MessageContent = Of<typeof bareMessage>

/** A message of a channel or supergroup: one id for all. */
export const channelMessage = record({
  ...messageContent,
  id: integer,
  /** Who wrote it, when `from` does not say: a post of a channel, a message of an anonymous admin. */
  author: optional(integer),
  /** How many messages answer it. */
  answers: optional(integer),
  pinned: optional(flag),
  views: optional(integer),
  forwards: optional(integer),
})
export type ChannelMessage = Of<typeof channelMessage>
