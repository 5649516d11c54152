/** Sending text. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { randomId } from './random-id.ts'
import { sentMessage } from './sent-message.ts'

export interface SendMessageOptions {
  /**
   * Names this send for ever: sending again with the same id gives the message of the first time, and no second one
   * (https://core.telegram.org/api/errors, RANDOM_ID_DUPLICATE). Made at random if absent.
   */
  randomId?: bigint | undefined
  /** Id of the message that this one answers. */
  replyTo?: number | undefined
  /** No sound at the receiver. */
  silent?: boolean | undefined
  /** Marks up parts of the text (https://core.telegram.org/api/entities). */
  entities?: tl.MessageEntity[] | undefined
  /** No preview of links. */
  noWebpage?: boolean | undefined
  signal?: AbortSignal | undefined
}

/**
 * Sends text to a user, group or channel and gives the message as Telegram has stored it.
 * @throws PeerError the peer is unknown; RpcError `MESSAGE_EMPTY`, `MESSAGE_TOO_LONG` (4096 characters), `CHAT_WRITE_FORBIDDEN`, …
 */
export async function sendMessage(
  session: SessionContext,
  to: PeerLike,
  text: string,
  options: SendMessageOptions = {},
): Promise<tl.message> {
  const { signal, replyTo, ...plain } = options
  const call = {
    ...plain,
    _: 'messages.sendMessage' as const,
    peer: await session.peers.resolve(to),
    message: text,
    randomId: options.randomId ?? randomId(session.host.random),
    ...(replyTo !== undefined && { replyTo: { _: 'inputReplyToMessage' as const, replyToMsgId: replyTo } }),
  }
  const updates = await session.invoke(call, { signal })
  return sentMessage(call, updates, session.stored.userId)
}
