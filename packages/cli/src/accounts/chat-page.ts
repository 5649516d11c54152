/** A page of a chat with the names of those who speak in it, as Telegram sends both together. */
import { type AnyMessage, type PeerLike, type Session, type tl, toMarkedId } from 'telegram-mt'

export interface ChatPage {
  /** The oldest first. */
  messages: AnyMessage[]
  /** By marked id. */
  names: ReadonlyMap<number, string>
}

export interface PageOptions {
  /** 1 to 100. */
  limit: number
  /** Only messages older than this one. */
  before?: number | undefined
  signal?: AbortSignal | undefined
}

export async function chatPage(
  session: Session,
  chat: PeerLike,
  { limit, before = 0, signal }: PageOptions,
): Promise<ChatPage> {
  const peer = await session.resolvePeer(chat)
  const page = { offsetId: before, offsetDate: 0, addOffset: 0, limit, maxId: 0, minId: 0, hash: 0n }
  const answer = await session.invoke({ _: 'messages.getHistory', peer, ...page }, { signal })
  if (answer._ === 'messages.messagesNotModified') return { messages: [], names: new Map() }
  const messages = answer.messages.filter((message) => message._ !== 'messageEmpty').reverse()
  return { messages, names: namesIn(answer.users, answer.chats) }
}

export function namesIn(users: readonly tl.User[], chats: readonly tl.Chat[]): Map<number, string> {
  const names = new Map<number, string>()
  for (const user of users) if (user._ === 'user') names.set(user.id, nameOfUser(user))
  for (const chat of chats) {
    if (chat._ === 'chatEmpty') continue
    const kind = chat._ === 'channel' || chat._ === 'channelForbidden' ? 'channel' : 'chat'
    names.set(toMarkedId({ kind, id: chat.id }), chat.title)
  }
  return names
}

export function nameOfUser({ id, firstName, lastName, username }: tl.user): string {
  const name = [firstName, lastName].filter(Boolean).join(' ')
  return name || (username === undefined ? String(id) : `@${username}`)
}

/** The marked id of a peer as TL has it. */
export function idOfPeer(peer: tl.Peer): number {
  switch (peer._) {
    case 'peerUser':
      return toMarkedId({ kind: 'user', id: peer.userId })
    case 'peerChat':
      return toMarkedId({ kind: 'chat', id: peer.chatId })
    case 'peerChannel':
      return toMarkedId({ kind: 'channel', id: peer.channelId })
  }
}

/** Who wrote a message. "from_id: if not set, the sender is the peer", or in a private chat oneself. */
export function senderOf(session: Session, message: AnyMessage): number {
  if (message.fromId !== undefined) return idOfPeer(message.fromId)
  return message.out === true && session.userId !== undefined ? session.userId : idOfPeer(message.peerId)
}
