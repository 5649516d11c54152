import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'

/** Options of `deleteMessages`. */
export interface DeleteMessagesOptions {
  /** For everyone in the chat, not only for this account. Default true. */
  revoke?: boolean | undefined
}

/** "id … at most 100" per call. */
const PAGE = 100

/** Deletes messages of a chat; ids that are gone already are no error. */
export async function deleteMessages(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly number[],
  options: DeleteMessagesOptions = {},
): Promise<void> {
  const peer = await session.peers.resolve(chat)
  for (let from = 0; from < ids.length; from += PAGE) {
    const id = ids.slice(from, from + PAGE)
    const call =
      peer._ === 'inputPeerChannel'
        ? {
            _: 'channels.deleteMessages' as const,
            channel: { _: 'inputChannel' as const, channelId: peer.channelId, accessHash: peer.accessHash },
            id,
          }
        : { _: 'messages.deleteMessages' as const, revoke: options.revoke ?? true, id }
    await session.invoke(call)
  }
}
