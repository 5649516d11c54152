/** What happened in an account's chats, in the words of someone who connects them to another network. */
import type { tl } from '../layer.ts'
import type { PeerKey } from '../peers/marked-id.ts'
import type { ChannelLostDelivery, GapReason } from './types.ts'

interface EventBase {
  /** Stable: the same event that comes again has the same id. */
  readonly id: string
}

interface MessageBase extends EventBase {
  readonly chat: PeerKey
  readonly messageId: number
  /** Who wrote it: a user, or the channel or group it was written as. */
  readonly sender: PeerKey
  /** Written by this account. */
  readonly outgoing: boolean
}

/** A new message. */
export interface NewMessageEvent extends MessageBase {
  readonly type: 'message'
  readonly message: tl.message
  /** Written by this account on another device, or in an earlier life of this session. */
  readonly elsewhere: boolean
  /** Digest of text and attachment. Keep it with the message: `EventLookup.contentOf` asks for it. */
  readonly content: string
}

/** Somebody changed the text or the attachment. */
export interface EditedEvent extends MessageBase {
  readonly type: 'edited'
  readonly message: tl.message
  readonly content: string
}

/** Messages were deleted. */
export interface DeletedEvent extends EventBase {
  readonly type: 'deleted'
  /** Absent if Telegram did not say, and `EventLookup.chatOf` does not know. */
  readonly chat: PeerKey | undefined
  readonly messageIds: readonly number[]
}

/** All reactions of a message, as they are now. */
export interface ReactionsEvent extends EventBase {
  readonly type: 'reactions'
  readonly chat: PeerKey
  readonly messageId: number
  readonly reactions: tl.MessageReactions
}

/** One person's reactions to a message (told to bots only). */
export interface ReactionByEvent extends EventBase {
  readonly type: 'reactionBy'
  readonly chat: PeerKey
  readonly messageId: number
  readonly actor: PeerKey
  readonly before: readonly tl.Reaction[]
  readonly now: readonly tl.Reaction[]
}

/** This account read the chat, on whichever device. */
export interface ReadByUsEvent extends EventBase {
  readonly type: 'readByUs'
  readonly chat: PeerKey
  readonly upTo: number
  readonly unread: number
}

/** The others read what this account wrote. */
export interface ReadByThemEvent extends EventBase {
  readonly type: 'readByThem'
  readonly chat: PeerKey
  readonly upTo: number
}

/** Somebody is typing, or doing the like. */
export interface TypingEvent extends EventBase {
  readonly type: 'typing'
  readonly chat: PeerKey
  readonly sender: PeerKey
  /** False: stopped before the usual 6 seconds are over. */
  readonly active: boolean
  readonly action: tl.SendMessageAction
}

/** Somebody went online or offline. */
export interface PresenceEvent extends EventBase {
  readonly type: 'presence'
  readonly userId: number
  readonly online: boolean
  /** Seconds: online until, or last seen at; absent if the user does not show it. */
  readonly at: number | undefined
}

/** A group or channel has another title. */
export interface ChatTitleEvent extends EventBase {
  readonly type: 'chatTitle'
  readonly chat: PeerKey
  readonly title: string
}

/** A group or channel has another photo. */
export interface ChatPhotoEvent extends EventBase {
  readonly type: 'chatPhoto'
  readonly chat: PeerKey
  /** Absent: taken away. */
  readonly photo: tl.Photo | undefined
}

/** People came or left. */
export interface MembersEvent extends EventBase {
  readonly type: 'members'
  readonly chat: PeerKey
  readonly joined: readonly number[]
  readonly left: readonly number[]
  /** Everybody in the chat, where Telegram sent the whole list. */
  readonly all: readonly number[] | undefined
  /** Who did it, if it was somebody else and is known. */
  readonly by: number | undefined
}

/** Something about the chat changed; `chat` as it is now came along if it is there. */
export interface ChatChangedEvent extends EventBase {
  readonly type: 'chatChanged'
  readonly chat: PeerKey
  readonly info: tl.Chat | undefined
}

/** A note that Telegram puts into the chat: created, pinned, called, … `members` and the like are told besides. */
export interface ServiceEvent extends MessageBase {
  readonly type: 'service'
  readonly message: tl.messageService
  readonly action: tl.MessageAction
}

/** A poll has changed, or its votes. */
export interface PollEvent extends EventBase {
  readonly type: 'poll'
  readonly pollId: bigint
  readonly poll: tl.Poll | undefined
  readonly results: tl.PollResults
  readonly chat: PeerKey | undefined
  readonly messageId: number | undefined
}

/** Updates are missing that will not come: see `GapDelivery`. */
export interface GapEvent extends EventBase {
  readonly type: 'gap'
  readonly reason: GapReason
  /** Absent: all private chats and basic groups. */
  readonly chat: PeerKey | undefined
  readonly fromMessageId: number
  readonly toMessageId: number | undefined
  readonly messages: readonly tl.Message[]
}

/** The account has no access to the chat any more. */
export interface ChatLostEvent extends EventBase {
  readonly type: 'chatLost'
  readonly chat: PeerKey
  readonly reason: ChannelLostDelivery['reason']
}

/** Anything that happened in an account's chats, told apart by `type`. */
export type ChatEvent =
  | NewMessageEvent
  | EditedEvent
  | DeletedEvent
  | ReactionsEvent
  | ReactionByEvent
  | ReadByUsEvent
  | ReadByThemEvent
  | TypingEvent
  | PresenceEvent
  | ChatTitleEvent
  | ChatPhotoEvent
  | MembersEvent
  | ChatChangedEvent
  | ServiceEvent
  | PollEvent
  | GapEvent
  | ChatLostEvent
