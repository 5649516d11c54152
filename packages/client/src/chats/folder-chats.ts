/** Which chats a folder shows: the rule is the client's to apply (https://core.telegram.org/api/folders#dialog-filters). */
import type { tl } from '../layer.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import { keyOfInputPeer } from '../peers/peer-key.ts'
import type { SessionContext } from '../session/context.ts'
import { type Chat, type ChatsRange, getChatsOf, iterateChats } from './get-chats.ts'

/** Walks through the chats of a folder: its pinned ones first, then the most recent. */
export async function* chatsOfFolder(
  session: SessionContext,
  folder: tl.dialogFilter | tl.dialogFilterChatlist,
  range: Pick<ChatsRange, 'limit' | 'signal'> = {},
): AsyncGenerator<Chat, void, undefined> {
  let left = range.limit ?? Number.POSITIVE_INFINITY
  const seen = new Set<number>()
  const shown = (chat: Chat): boolean => {
    if (seen.has(chat.id) || left <= 0) return false
    seen.add(chat.id)
    left--
    return true
  }
  if (folder.pinnedPeers.length > 0) {
    for (const chat of await getChatsOf(session, folder.pinnedPeers)) if (shown(chat)) yield chat
  }
  const rule = new FolderRule(folder, session.stored.userId)
  for (const archived of [false, true]) {
    for await (const chat of iterateChats(session, { archived, signal: range.signal })) {
      if (left <= 0) return
      if (rule.shows(chat, session.host.now() / 1000) && shown(chat)) yield chat
    }
  }
}

export class FolderRule {
  readonly #folder: tl.dialogFilter | tl.dialogFilterChatlist
  readonly #included: Set<number>
  readonly #excluded: Set<number>

  constructor(folder: tl.dialogFilter | tl.dialogFilterChatlist, selfId: number | undefined) {
    const ids = (peers: readonly tl.InputPeer[]) =>
      new Set(peers.map((peer) => toMarkedId(keyOfInputPeer(peer, selfId))))
    this.#folder = folder
    this.#included = ids([...folder.includePeers, ...folder.pinnedPeers])
    this.#excluded = ids(folder._ === 'dialogFilter' ? folder.excludePeers : [])
  }

  /** @param now seconds since the epoch. */
  shows(chat: Chat, now: number): boolean {
    // "Chats that were added by hand are shown whatever the other rules say."
    if (this.#included.has(chat.id)) return true
    const folder = this.#folder
    if (folder._ !== 'dialogFilter' || this.#excluded.has(chat.id)) return false
    const { dialog, of } = chat
    if (folder.excludeArchived && chat.archived) return false
    if (
      folder.excludeRead &&
      chat.unreadCount === 0 &&
      !dialog.unreadMark &&
      dialog.unreadMentionsCount === 0
    )
      return false
    const muted = (dialog.notifySettings.muteUntil ?? 0) > now
    if (folder.excludeMuted && muted && dialog.unreadMentionsCount === 0) return false
    switch (of?._) {
      case 'user':
        if (of.bot) return folder.bots === true
        return of.contact || of.self ? folder.contacts === true : folder.nonContacts === true
      case 'channel':
        return of.broadcast ? folder.broadcasts === true : folder.groups === true
      case 'chat':
        return folder.groups === true
      default:
        return false
    }
  }
}
