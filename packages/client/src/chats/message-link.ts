import type { PeerLike } from '../peers/directory.ts'
import { requireChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** A t.me link to a message of a channel or supergroup; for private ones, only members can follow it. */
export async function messageLink(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  options: { thread?: boolean | undefined; album?: boolean | undefined } = {},
): Promise<string> {
  const { link } = await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'channels.exportMessageLink',
      channel: requireChannel(peer),
      id,
      thread: options.thread,
      grouped: options.album,
    }),
  )
  return link
}
