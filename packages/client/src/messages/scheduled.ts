/** Messages that wait for their time (https://core.telegram.org/api/scheduled-messages). Their ids are a series of their own. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { updatesOf } from './sent-message.ts'

/** The messages of this account that wait to be sent to a chat, the last one first. */
export async function getScheduled(session: SessionContext, chat: PeerLike): Promise<tl.message[]> {
  return await withPeer(session, chat, async (peer) => {
    const answer = await session.invoke({ _: 'messages.getScheduledHistory', peer, hash: 0n })
    return 'messages' in answer ? answer.messages.filter((message) => message._ === 'message') : []
  })
}

/** Sends them now instead. Gives the messages as sent. */
export async function sendScheduledNow(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly number[],
): Promise<tl.message[]> {
  return await withPeer(session, chat, async (peer) => {
    const answer = await session.invoke({ _: 'messages.sendScheduledMessages', peer, id: [...ids] })
    return updatesOf(answer).flatMap((update) =>
      (update._ === 'updateNewMessage' || update._ === 'updateNewChannelMessage') &&
      update.message._ === 'message'
        ? [update.message]
        : [],
    )
  })
}

/** They are never sent. */
export async function deleteScheduled(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly number[],
): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.deleteScheduledMessages', peer, id: [...ids] }),
  )
}
