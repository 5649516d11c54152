/** A user: the person, and the account's message box, dialogs and log of updates. */
import type { tl } from '../generated/types.ts'
import { codeWay } from './code-ways.ts'
import {
  bytes,
  flag,
  integer,
  list,
  long,
  mapOf,
  type Of,
  optional,
  record,
  text,
  tlObject,
  variants,
} from './shape.ts'
import { bareMessage } from './state-message.ts'

/**
 * What a log entry did. Messages are named, not copied: a difference shows them as they are when it is asked for, as
 * Telegram does. `pts` is the account's value after the entry; an entry with `count` 0 stands outside of the sequence.
 */
const logEntry = record({
  pts: integer,
  count: integer,
  date: integer,
  what: variants({
    message: { id: integer },
    edit: { id: integer },
    delete: { ids: list(integer) },
    readInbox: { peer: integer, maxId: integer, unread: integer },
    readOutbox: { peer: integer, maxId: integer },
    pinned: { peer: integer, ids: list(integer), pinned: flag },
    readContents: { ids: list(integer) },
    folders: { peers: list(record({ peer: integer, folder: integer })) },
    other: { update: tlObject<tl.Update>() },
  }),
})
export type LogEntry = Of<typeof logEntry>
export type LogUpdate = LogEntry['what']

export const dialog = record({
  /** The ids of its messages in the account's box, ascending. Empty for a channel, which has a box of its own. */
  ids: list(integer),
  readInbox: integer,
  readOutbox: integer,
  unreadMark: optional(flag),
  /** Position among the pinned ones, lowest on top. */
  pinned: optional(integer),
  folder: optional(integer),
  /** Seconds after which messages are to be deleted. */
  ttl: optional(integer),
  draft: optional(tlObject<tl.draftMessage>()),
  notify: optional(tlObject<tl.peerNotifySettings>()),
  /** Messages up to this one are cleared from a channel's history for this account. */
  clearedUpTo: optional(integer),
})
export type Dialog = Of<typeof dialog>

const scheduledMessage = record({ peer: integer, at: integer, content: bareMessage, randomId: long })
export type ScheduledMessage = Of<typeof scheduledMessage>

const password = record({
  salt1: bytes,
  salt2: bytes,
  verifier: bytes,
  hint: text,
  email: optional(text),
})
export type Password = Of<typeof password>

export const account = record({
  id: integer,
  /** Digits without plus; empty for a bot. */
  phone: text,
  /** The home datacenter. */
  dc: integer,
  firstName: text,
  lastName: text,
  username: optional(text),
  about: text,
  emojiStatus: optional(tlObject<tl.EmojiStatus>()),
  created: integer,
  deleted: optional(flag),
  bot: optional(
    record({
      token: text,
      description: text,
      commands: list(tlObject<tl.botCommand>()),
      owner: optional(integer),
      noChats: optional(flag),
      readsAll: optional(flag),
      inlinePlaceholder: optional(text),
    }),
  ),
  password: optional(password),
  /** Waits for the code that was sent to its recovery address. */
  unconfirmed: optional(record({ password: optional(password), email: text, code: text })),
  /** When a reset of the password that was asked for is due; when one may be asked for again. Seconds. */
  resetDue: optional(integer),
  resetAgain: optional(integer),
  /** The code that was sent to recover a forgotten password. */
  recoveryCode: optional(text),
  /** Login codes go to this address. */
  loginEmail: optional(text),
  photo: optional(long),
  /** Profile photos, newest first. */
  photos: list(long),
  /** User id → the name this account gave to that contact. */
  contacts: mapOf(integer, record({ firstName: text, lastName: text, phone: text })),
  /** Numbers imported that belong to nobody yet: phone → name. */
  savedPhones: mapOf(text, record({ firstName: text, lastName: text })),
  blocked: mapOf(integer, integer),
  /** Online until then (seconds), or last seen then. */
  seen: integer,
  privacy: mapOf(text, list(tlObject<tl.PrivacyRule>())),
  folders: list(tlObject<tl.DialogFilter>()),
  /** What holds for all users, groups or channels at once. */
  notify: mapOf(text, tlObject<tl.peerNotifySettings>()),

  pts: integer,
  qts: integer,
  seq: integer,
  log: list(logEntry),
  /** The pts before the oldest log entry: nothing older can be told. */
  logStart: integer,
  nextMessageId: integer,
  /** Message id → the common message's number, the dialog, and the account's id of the message replied to. */
  box: mapOf(
    integer,
    record({ number: integer, peer: integer, replyTo: optional(integer), pinned: optional(flag) }),
  ),
  dialogs: mapOf(integer, dialog),
  /** The random id of a send → what came of it. */
  sent: mapOf(long, record({ peer: integer, id: integer, pts: integer, count: integer })),
  /** Messages that wait for their time. Their ids are of a count of their own. */
  scheduled: mapOf(integer, scheduledMessage),
  nextScheduledId: integer,
})
export type Account = Of<typeof account>

/** An auth key's sign-in. Kept by the permanent key's id. */
export const authorization = record({
  authKeyId: long,
  dc: integer,
  user: optional(integer),
  /** The code was right, the password is still to come. */
  awaitsPasswordOf: optional(integer),
  /** Came from another DC by importAuthorization: serves files there, is no sign-in of its own. */
  imported: optional(flag),
  /** Ended from another session: calls are answered 401 SESSION_REVOKED. */
  revoked: optional(flag),
  hash: long,
  apiId: integer,
  deviceModel: text,
  systemVersion: text,
  appVersion: text,
  langCode: text,
  created: integer,
  active: integer,
})
export type Authorization = Of<typeof authorization>

export const pendingLogin = record({
  phone: text,
  hash: text,
  code: text,
  sent: integer,
  resends: integer,
  /** The ways that the number has, in the order of asking again. */
  ways: optional(list(codeWay)),
  /** The code as digits, whatever it was made into for the way it goes. */
  digits: optional(text),
  wrong: integer,
  /** Where the code went, if not to the phone. */
  email: optional(text),
  /** The account is to get a login address first. */
  needsEmail: optional(flag),
  /** The code was right and the number is free: sign-up may follow. */
  confirmed: optional(flag),
})
export type PendingLogin = Of<typeof pendingLogin>
