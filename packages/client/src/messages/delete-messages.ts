import type { PeerLike } from '../peers/directory.ts'
import { inputChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
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
  await withPeer(session, chat, async (peer) => {
    // Outside of channels a message is named by its id alone: a channel's ids given there would delete what others hold.
    const channel = inputChannel(peer)
    for (let from = 0; from < ids.length; from += PAGE) {
      const id = ids.slice(from, from + PAGE)
      await session.invoke(
        channel === undefined
          ? { _: 'messages.deleteMessages', revoke: options.revoke ?? true, id }
          : { _: 'channels.deleteMessages', channel, id },
      )
    }
  })
}
