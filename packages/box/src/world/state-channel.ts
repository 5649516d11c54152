/** Channels, supergroups and forums: each with its own box, its own pts and its own log. */
import type { tl } from '../generated/types.ts'
import {
  flag,
  integer,
  list,
  long,
  mapOf,
  type Of,
  optional,
  record,
  setOf,
  text,
  tlObject,
  variants,
} from './shape.ts'
import { channelMessage } from './state-message.ts'

const channelLogEntry = record({
  pts: integer,
  count: integer,
  date: integer,
  what: variants({
    message: { id: integer },
    edit: { id: integer },
    delete: { ids: list(integer) },
    pinned: { ids: list(integer), pinned: flag },
  }),
})
export type ChannelLogEntry = Of<typeof channelLogEntry>
export type ChannelUpdate = ChannelLogEntry['what']

const member = record({
  inviter: integer,
  date: integer,
  /** The first message that this member may see, where history before joining is hidden. */
  seesFrom: integer,
  admin: optional(record({ rights: tlObject<tl.chatAdminRights>(), by: integer })),
  rank: optional(text),
  viaRequest: optional(flag),
  /** When it last wrote, for slow mode. */
  lastPost: optional(integer),
})
export type Member = Of<typeof member>

const topic = record({
  /** The id of the message that opened it. */
  id: integer,
  title: text,
  iconColor: integer,
  iconEmoji: optional(long),
  from: integer,
  date: integer,
  closed: optional(flag),
  hidden: optional(flag),
  pinned: optional(integer),
})
export type Topic = Of<typeof topic>

export const channel = record({
  id: integer,
  title: text,
  about: text,
  username: optional(text),
  creator: integer,
  created: integer,
  /** Where everyone writes; otherwise a channel of posts. */
  megagroup: flag,
  forum: optional(flag),
  signatures: optional(flag),
  noforwards: optional(flag),
  prehistoryHidden: optional(flag),
  participantsHidden: optional(flag),
  joinToSend: optional(flag),
  joinRequest: optional(flag),
  /** Seconds between two messages of one member. */
  slowmode: optional(integer),
  /** Seconds after which messages are to be deleted. */
  ttl: optional(integer),
  /** Which reactions are allowed; all if absent. */
  reactions: optional(tlObject<tl.ChatReactions>()),
  photo: optional(long),
  /** The discussion group of a channel, or the channel of a discussion group. */
  linked: optional(integer),
  migratedFrom: optional(record({ chatId: integer, maxId: integer })),
  deleted: optional(flag),
  defaultBanned: tlObject<tl.chatBannedRights>(),
  members: mapOf(integer, member),
  /** Who was in it once. */
  former: setOf(integer),
  /** Restricted members, and those who were thrown out. */
  banned: mapOf(integer, record({ rights: tlObject<tl.chatBannedRights>(), by: integer, date: integer })),
  topics: mapOf(integer, topic),

  pts: integer,
  log: list(channelLogEntry),
  logStart: integer,
  nextMessageId: integer,
  /** Ids of the messages there are, ascending. */
  ids: list(integer),
  messages: mapOf(integer, channelMessage),
})
export type Channel = Of<typeof channel>
