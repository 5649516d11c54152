/** What a program hands in to follow an account's updates, and what it gets. */
import type { tl } from '../layer.ts'
import type { ChatEvent } from '../updates/event-types.ts'
import type { HandlerContext } from '../updates/handler.ts'
import type { DeliveryOrder } from '../updates/lanes.ts'
import type { ChannelLostDelivery, GapDelivery, UpdateDelivery } from '../updates/types.ts'

/** An update with the users and chats that came with it; `gap` and `channelLost` say plainly what Telegram will not send. */
export type Update = UpdateDelivery | GapDelivery | ChannelLostDelivery

/**
 * Called with one update at a time, in order. The update counts as handled when the promise resolves. A handler that
 * throws gets it again after a while, a few times; then the update is parked: see `session.deadLetters()`.
 */
export type UpdateHandler = (update: Update, context: HandlerContext) => unknown

/** A new message, with what is needed to show it. */
export interface IncomingMessage {
  /** Stable: the same message that comes again after a crash has the same id. */
  readonly deliveryId: string
  readonly message: tl.message | tl.messageService
  /** Marked id of the chat: what `sendMessage` takes to answer. */
  readonly chatId: number
  /** Name or title of the chat, if it came along. */
  readonly chatTitle: string | undefined
  /** Name of the sender, if it came along. */
  readonly senderName: string | undefined
  /** Sent by this account, from here or from another device. */
  readonly out: boolean
  /** The text, empty for service messages and media without a caption. */
  readonly text: string
}

/** Called with new messages, in and out; otherwise like `UpdateHandler`. */
export type MessageHandler = (message: IncomingMessage, context: HandlerContext) => unknown

/** Called with what happened in the account's chats; otherwise like `UpdateHandler`. */
export type EventHandler = (event: ChatEvent, context: HandlerContext) => unknown

/** How updates reach the program; for all sessions of a host. */
export interface UpdateOptions {
  /**
   * `session` (default): one update of a session after the other. `chat`: updates of different chats side by side, those
   * of one chat one after the other.
   */
  readonly order?: DeliveryOrder | undefined
  /** With `order: 'chat'`: chats side by side; default 16. */
  readonly chatsAtOnce?: number | undefined
  /**
   * Whether a session that starts again asks for what happened while it was away; default true. Without it, it goes on from
   * now, and says nothing of what it has left out.
   */
  readonly catchUp?: boolean | undefined
  /** Waits in ms before a handler that threw gets the update again; default 0.1, 1, 5, 30 s. Then it is parked. */
  readonly retryDelays?: readonly number[] | undefined
  /** Ms after which a handler at work is told of as `stuck`; default 60,000. */
  readonly stuckAfter?: number | undefined
  /** Updates that may wait for a slow program before Telegram is asked for no more; default 1,000. */
  readonly highWater?: number | undefined
  /**
   * Keeps every update in a log in the storage until all its readers are done with it: see `session.updates`. `keep`: how
   * many of the newest stay all the same, for readers to come; default 1,000.
   */
  readonly log?: boolean | { readonly keep?: number | undefined } | undefined
}
