/** Fetching messages by id. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { inputChannel } from '../peers/input-channel.ts'
import { keyOfInputPeer, keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** A message, or a note that Telegram has put into the chat. */
export type AnyMessage = tl.message | tl.messageService

/** "id … at most 100" per call. */
const PAGE = 100

/** The messages of a chat with these ids, in the order asked for; undefined for those that are not there. */
export async function getMessages(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly number[],
): Promise<(AnyMessage | undefined)[]> {
  const found = await fetchMessages(
    session,
    chat,
    ids.map((id) => ({ _: 'inputMessageID', id })),
  )
  return ids.map((id) => found.find((message) => message.id === id))
}

/** The message of a chat with this id, if it is there. */
export async function getMessage(
  session: SessionContext,
  chat: PeerLike,
  id: number,
): Promise<AnyMessage | undefined> {
  return (await getMessages(session, chat, [id]))[0]
}

/** The message that this one answers, if there is one and it is still there. */
export async function getRepliedMessage(
  session: SessionContext,
  message: tl.message,
): Promise<AnyMessage | undefined> {
  if (message.replyTo?._ !== 'messageReplyHeader') return undefined
  const { replyToMsgId, replyToPeerId } = message.replyTo
  if (replyToMsgId === undefined) return undefined
  return await getMessage(session, replyToPeerId ?? message.peerId, replyToMsgId)
}

/** Messages by anything that names one; those of other chats are left out, since ids of small chats are shared by all. */
export async function fetchMessages(
  session: SessionContext,
  chat: PeerLike,
  ids: readonly tl.InputMessage[],
): Promise<AnyMessage[]> {
  return await withPeer(session, chat, async (peer) => {
    const channel = inputChannel(peer)
    const found: AnyMessage[] = []
    for (let at = 0; at < ids.length; at += PAGE) {
      const id = ids.slice(at, at + PAGE)
      const answer = await session.invoke(
        channel === undefined
          ? { _: 'messages.getMessages', id }
          : { _: 'channels.getMessages', channel, id },
      )
      if (answer._ === 'messages.messagesNotModified') continue
      for (const message of answer.messages) {
        if (message._ !== 'messageEmpty' && isOf(peer, message.peerId, session.stored.userId))
          found.push(message)
      }
    }
    return found
  })
}

function isOf(peer: tl.InputPeer, of: tl.Peer, selfId: number | undefined): boolean {
  const wanted = keyOfInputPeer(peer, selfId)
  const found = keyOfPeer(of)
  return wanted.kind === found.kind && wanted.id === found.id
}
