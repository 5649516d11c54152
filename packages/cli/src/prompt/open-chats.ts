/** The chat that each account has open at the prompt: switching accounts comes back to it. */
import {
  type ChatEvent,
  type IncomingMessage,
  type PeerLike,
  type Session,
  type tl,
  toMarkedId,
} from 'telegram-mt'
import { namesIn } from '../accounts/chat-page.ts'
import { type ChatScreen, ChatView } from './chat-view.ts'

export class OpenChats {
  readonly #screen: ChatScreen
  readonly #current: () => Session | undefined
  readonly #views = new Map<string, ChatView>()

  /** @param current the account that the prompt is for. */
  constructor(screen: ChatScreen, current: () => Session | undefined) {
    this.#screen = screen
    this.#current = current
  }

  /** The chat on the screen. */
  get shown(): ChatView | undefined {
    const session = this.#current()
    return session && this.#views.get(session.id)
  }

  async open(session: Session, peer: PeerLike, signal: AbortSignal): Promise<void> {
    const input = await session.resolvePeer(peer)
    const id = idOf(session, input)
    const title = id === session.userId ? 'Saved messages' : await titleOf(session, peer, id)
    const view = new ChatView(session, { id, title }, this.#screen)
    await view.open(signal)
    this.#views.set(session.id, view)
  }

  close(session: Session): void {
    this.#views.delete(session.id)
  }

  /** @returns whether the message was shown in its chat. */
  take(session: Session, message: IncomingMessage): boolean {
    return this.#views.get(session.id)?.take(message, this.#isShown(session)) ?? false
  }

  sent(session: Session, message: IncomingMessage): void {
    this.#views.get(session.id)?.sent(message)
  }

  hear(session: Session, event: ChatEvent): void {
    this.#views.get(session.id)?.hear(event, this.#isShown(session))
  }

  #isShown(session: Session): boolean {
    return this.#current() === session
  }
}

function idOf(session: Session, peer: tl.InputPeer): number {
  switch (peer._) {
    case 'inputPeerChat':
      return toMarkedId({ kind: 'chat', id: peer.chatId })
    case 'inputPeerChannel':
    case 'inputPeerChannelFromMessage':
      return toMarkedId({ kind: 'channel', id: peer.channelId })
    case 'inputPeerUser':
    case 'inputPeerUserFromMessage':
      return peer.userId
    default:
      return session.userId ?? 0
  }
}

async function titleOf(session: Session, peer: PeerLike, id: number): Promise<string> {
  const found = await session.chats.get(peer)
  const names = found._ === 'user' ? namesIn([found], []) : namesIn([], [found])
  return names.get(id) ?? String(id)
}
