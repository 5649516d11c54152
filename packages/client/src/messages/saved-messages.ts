/** Saved messages, the account's own notes and what it forwards to itself, by where that came from (https://core.telegram.org/api/saved-messages). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import type { AnyMessage } from './get-messages.ts'
import { type MessageRange, messagesOf } from './message-pages.ts'

/** What was saved from one chat; the account's own notes stand under its own id. */
export interface SavedChat {
  peer: PeerKey
  /** The marked id. */
  chatId: number
  pinned: boolean
  /** The newest message saved from there, if the server sent it along. */
  topMessage: AnyMessage | undefined
}

/** "limit … at most 100" per call. */
const PAGE = 100

/**
 * Walks through the chats that messages were saved from, the newest message first.
 *
 * ```ts
 * for await (const { chatId } of session.messages.savedChats()) …
 * ```
 */
export async function* savedChats(
  session: SessionContext,
  options: { limit?: number | undefined; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<SavedChat, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  const seen = new Set<number>()
  let offset = { offsetDate: 0, offsetId: 0, offsetPeer: { _: 'inputPeerEmpty' } as tl.InputPeer }
  while (left > 0) {
    const answer = await session.invoke(
      { _: 'messages.getSavedDialogs', ...offset, limit: Math.min(PAGE, left), hash: 0n },
      { signal: options.signal },
    )
    if (answer._ === 'messages.savedDialogsNotModified') return
    const fresh = answer.dialogs
      .map((dialog) => savedChat(dialog, answer.messages))
      .filter(({ chatId }) => !seen.has(chatId))
    for (const chat of fresh) {
      if (left-- <= 0) return
      seen.add(chat.chatId)
      yield chat
    }
    // "offset_id, offset_peer, offset_date: of the last dialog"; pinned ones stand outside of that order.
    const last = fresh.findLast(({ pinned, topMessage }) => !pinned && topMessage !== undefined)
    if (answer._ === 'messages.savedDialogs' || last?.topMessage === undefined) return
    offset = {
      offsetDate: last.topMessage.date,
      offsetId: last.topMessage.id,
      offsetPeer: await session.peers.resolve(last.peer),
    }
  }
}

/**
 * Walks through what was saved from one chat; with `'me'`, through the account's own notes.
 *
 * ```ts
 * for await (const message of session.messages.savedHistory('@news', { limit: 10 })) …
 * ```
 */
export function savedHistory(
  session: SessionContext,
  from: PeerLike,
  range: MessageRange = {},
): AsyncGenerator<AnyMessage, void, undefined> {
  return messagesOf(
    (request) =>
      withPeer(session, from, (peer) =>
        session.invoke({ _: 'messages.getSavedHistory', peer, ...request }, { signal: range.signal }),
      ),
    range,
  )
}

function savedChat(dialog: tl.SavedDialog, messages: readonly tl.Message[]): SavedChat {
  const peer = keyOfPeer(dialog.peer)
  const topMessage = messages.find(({ id }) => id === dialog.topMessage)
  return {
    peer,
    chatId: toMarkedId(peer),
    pinned: dialog._ === 'savedDialog' && dialog.pinned === true,
    topMessage: topMessage?._ === 'messageEmpty' ? undefined : topMessage,
  }
}
