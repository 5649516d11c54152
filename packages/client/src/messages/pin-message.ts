/** Pinned messages (https://core.telegram.org/api/pin). */
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Options of `messages.pin`. */
export interface PinMessageOptions {
  /** Tells the members of the chat. Default false. */
  notify?: boolean | undefined
  /** In a private chat, for this account only. */
  onlyForMe?: boolean | undefined
}

/** Pins a message; others that are pinned stay so. @throws RpcError `CHAT_ADMIN_REQUIRED`, `MESSAGE_ID_INVALID`, … */
export async function pinMessage(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  options: PinMessageOptions = {},
): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'messages.updatePinnedMessage',
      peer,
      id,
      silent: !options.notify,
      pmOneside: options.onlyForMe,
    }),
  )
}

/** Takes a pin away. */
export async function unpinMessage(session: SessionContext, chat: PeerLike, id: number): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.updatePinnedMessage', peer, id, unpin: true }),
  )
}

/** Takes all pins of a chat, or of one of its topics, away. */
export async function unpinAllMessages(
  session: SessionContext,
  chat: PeerLike,
  options: { topic?: number | undefined } = {},
): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    // "offset: if it is non-zero, the request must be repeated" (https://core.telegram.org/constructor/messages.affectedHistory).
    for (;;) {
      const { offset } = await session.invoke({
        _: 'messages.unpinAllMessages',
        peer,
        topMsgId: options.topic,
      })
      if (offset <= 0) return
    }
  })
}
