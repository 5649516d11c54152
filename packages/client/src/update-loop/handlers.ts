/** What a program hands in to follow an account's updates. */
import type { tl } from '../layer.ts'
import type { ChannelLostDelivery, GapDelivery, UpdateDelivery } from '../updates/types.ts'

/** An update with the users and chats that came with it; `gap` and `channelLost` say plainly what Telegram will not send. */
export type Update = UpdateDelivery | GapDelivery | ChannelLostDelivery

/** Called with one update at a time, in order. The update counts as seen when the promise resolves. */
export type UpdateHandler = (update: Update) => unknown

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

export type MessageHandler = (message: IncomingMessage) => unknown
