/** The whole of a world as data: what a snapshot keeps. */

import type { tl } from '../generated/types.ts'
import { numberRules } from './code-ways.ts'
import {
  bytes,
  flag,
  integer,
  long,
  mapOf,
  type Of,
  optional,
  record,
  setOf,
  text,
  tlObject,
} from './shape.ts'
import { account, authorization, pendingLogin } from './state-account.ts'
import { channel } from './state-channel.ts'
import { fileState } from './state-file.ts'
import { invite } from './state-invite.ts'
import { commonMessage } from './state-message.ts'
import { poll } from './state-poll.ts'

/** A basic group. */
export const chat = record({
  id: integer,
  title: text,
  about: text,
  creator: integer,
  created: integer,
  /** Grows with every change of the members, so that clients can tell an old list from a new one. */
  version: integer,
  members: mapOf(integer, record({ inviter: integer, date: integer, admin: optional(flag) })),
  /** Those who were in it once: they keep the dialog and see the group as forbidden. */
  former: setOf(integer),
  photo: optional(long),
  migratedTo: optional(integer),
  deactivated: optional(flag),
  noforwards: optional(flag),
  defaultBanned: optional(tlObject<tl.chatBannedRights>()),
  /** Seconds after which messages are to be deleted. */
  ttl: optional(integer),
  /** Which reactions are allowed; all if absent. */
  reactions: optional(tlObject<tl.ChatReactions>()),
})
export type Chat = Of<typeof chat>

export const worldState = record({
  version: integer,
  /** Access hashes, file references and the like are derived from it. */
  secret: bytes,
  nextUserId: integer,
  nextChatId: integer,
  nextChannelId: integer,
  nextMessageNumber: integer,
  users: mapOf(integer, account),
  chats: mapOf(integer, chat),
  channels: mapOf(integer, channel),
  messages: mapOf(integer, commonMessage),
  files: fileState,
  polls: mapOf(long, poll),
  /** By hash. */
  invites: mapOf(text, invite),
  authorizations: mapOf(long, authorization),
  /** By code hash. */
  logins: mapOf(text, pendingLogin),
  /** Phone → no code is taken before this second. */
  codeFloods: mapOf(text, integer),
  /** Phone → how one logs in with it, where that is special. */
  numbers: optional(mapOf(text, numberRules)),
  /** Seconds for which a QR code can be scanned, if not the usual. */
  qrSeconds: optional(integer),
  /** What new accounts agree to by signing up. */
  terms: optional(text),
})
export type WorldState = Of<typeof worldState>
