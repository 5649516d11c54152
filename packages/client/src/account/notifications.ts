/** Whether a chat makes itself heard. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** "mute_until: 2147483647" is for ever. */
const FOR_EVER = 0x7fffffff

/** Keeps a chat silent: until a date, or for ever; null lets it be heard again. */
export async function mute(
  session: SessionContext,
  chat: PeerLike,
  until: Date | 'forEver' | null = 'forEver',
  options: { topic?: number | undefined } = {},
): Promise<void> {
  const muteUntil = until === null ? 0 : until === 'forEver' ? FOR_EVER : Math.floor(until.getTime() / 1000)
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'account.updateNotifySettings',
      peer: notifyPeer(peer, options.topic),
      settings: { _: 'inputPeerNotifySettings', muteUntil },
    }),
  )
}

/** How a chat makes itself heard. */
export async function getNotifySettings(
  session: SessionContext,
  chat: PeerLike,
  options: { topic?: number | undefined } = {},
): Promise<tl.peerNotifySettings> {
  return await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'account.getNotifySettings', peer: notifyPeer(peer, options.topic) }),
  )
}

function notifyPeer(peer: tl.InputPeer, topic: number | undefined): tl.InputNotifyPeer {
  return topic === undefined
    ? { _: 'inputNotifyPeer', peer }
    : { _: 'inputNotifyForumTopic', peer, topMsgId: topic }
}
