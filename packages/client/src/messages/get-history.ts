/** Reading what was said in a chat. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { collect } from './collect.ts'
import { type FetchPage, type MessageRange, messagesOf } from './message-pages.ts'

export interface GetHistoryOptions extends MessageRange {
  /** At most so many; default 50. */
  limit?: number | undefined
}

/** Messages of a chat, newest first unless told otherwise (https://core.telegram.org/api/offsets). */
export async function getHistory(
  session: SessionContext,
  chat: PeerLike,
  options: GetHistoryOptions = {},
): Promise<(tl.message | tl.messageService)[]> {
  return await collect(iterateHistory(session, chat, { ...options, limit: options.limit ?? 50 }))
}

/**
 * Walks through a chat.
 *
 * ```ts
 * for await (const message of session.messages.history('@news', { after: new Date('2026-01-01') })) …
 * ```
 */
export function iterateHistory(
  session: SessionContext,
  chat: PeerLike,
  range: MessageRange = {},
): AsyncGenerator<tl.message | tl.messageService, void, undefined> {
  return messagesOf(historyPage(session, chat, range.signal), range)
}

/** One page of a chat's history. */
export function historyPage(session: SessionContext, chat: PeerLike, signal?: AbortSignal): FetchPage {
  return (request) =>
    withPeer(session, chat, (peer) =>
      session.invoke({ _: 'messages.getHistory', peer, ...request }, { signal }),
    )
}

/** Walks through the answers to a message: comments below a channel's post, or a forum topic by its id. */
export function iterateReplies(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  range: MessageRange = {},
): AsyncGenerator<tl.message | tl.messageService, void, undefined> {
  return messagesOf(
    (request) =>
      withPeer(session, chat, (peer) =>
        session.invoke({ _: 'messages.getReplies', peer, msgId: id, ...request }, { signal: range.signal }),
      ),
    range,
  )
}
