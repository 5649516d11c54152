/** What was read, and what is marked as not read. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { inputChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Options of `messages.markRead`. */
export interface MarkReadOptions {
  /** Only up to and including this message; default all. */
  upTo?: number | undefined
  /** In a forum topic or comment thread, by the id of its first message: `upTo` is needed then. */
  topic?: number | undefined
}

/** Marks messages that others have sent as read. They see that in private chats and small groups. */
export async function markRead(
  session: SessionContext,
  chat: PeerLike,
  options: MarkReadOptions = {},
): Promise<void> {
  const maxId = options.upTo ?? 0
  await withPeer(session, chat, async (peer) => {
    const channel = inputChannel(peer)
    if (options.topic !== undefined) {
      const readMaxId = options.upTo ?? 0x7fffffff
      await session.invoke({ _: 'messages.readDiscussion', peer, msgId: options.topic, readMaxId })
    } else if (channel === undefined) await session.invoke({ _: 'messages.readHistory', peer, maxId })
    else await session.invoke({ _: 'channels.readHistory', channel, maxId })
    if (options.upTo === undefined && options.topic === undefined) await setUnread(session, peer, undefined)
  })
}

/** Marks a chat as unread by hand, whatever was read in it. */
export async function markUnread(session: SessionContext, chat: PeerLike): Promise<void> {
  await withPeer(session, chat, (peer) => setUnread(session, peer, true))
}

async function setUnread(
  session: SessionContext,
  peer: tl.InputPeer,
  unread: true | undefined,
): Promise<void> {
  await session.invoke({ _: 'messages.markDialogUnread', peer: { _: 'inputDialogPeer', peer }, unread })
}

/** Marks all mentions of this account in a chat as seen. */
export async function readMentions(
  session: SessionContext,
  chat: PeerLike,
  options: { topic?: number | undefined } = {},
): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    for (;;) {
      const { offset } = await session.invoke({ _: 'messages.readMentions', peer, topMsgId: options.topic })
      if (offset <= 0) return
    }
  })
}

/** Marks voice and round video messages as listened to and watched. */
export async function readContents(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly number[],
): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    const channel = inputChannel(peer)
    const id = [...ids]
    if (channel === undefined) await session.invoke({ _: 'messages.readMessageContents', id })
    else await session.invoke({ _: 'channels.readMessageContents', channel, id })
  })
}

/** Members of a small group who have read a message of this account: user id and when, seconds since the epoch. */
export async function getReaders(
  session: SessionContext,
  chat: PeerLike,
  id: number,
): Promise<{ userId: number; date: number }[]> {
  return await withPeer(session, chat, async (peer) => {
    const readers = await session.invoke({ _: 'messages.getMessageReadParticipants', peer, msgId: id })
    return readers.map(({ userId, date }) => ({ userId, date }))
  })
}
