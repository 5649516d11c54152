/** The list of conversations, newest first (https://core.telegram.org/api/folders). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import type { SessionContext } from '../session/context.ts'

/** Which conversations, in an iteration. */
export interface ChatsRange {
  /** At most so many; default all. */
  limit?: number | undefined
  /** Only those of the archive, or only those outside of it; default all that are not archived. */
  archived?: boolean | undefined
  /** Only pinned ones, or only the others; default pinned ones first. */
  pinned?: 'only' | 'exclude' | undefined
  signal?: AbortSignal | undefined
}

/** Options of `getChats`. */
export interface GetChatsOptions extends ChatsRange {
  /** At most so many; default 100. */
  limit?: number | undefined
}

/** One conversation: with a user, in a basic group, or in a channel or supergroup. */
export interface Chat {
  peer: PeerKey
  /** The marked id, as `sendMessage` takes it. */
  id: number
  /** A user's name, or a group's title. */
  title: string
  unreadCount: number
  pinned: boolean
  archived: boolean
  /** The newest message, if the server sent it along. */
  topMessage: tl.Message | undefined
  /** The user, group or channel itself, if the server sent it along. */
  of: tl.user | tl.chat | tl.channel | tl.chatForbidden | tl.channelForbidden | undefined
  dialog: tl.dialog
}

type CallsAndPeers = Pick<SessionContext, 'invoke' | 'peers'>

/** Asked for at once: "limit … at most 100". */
const PAGE = 100
const ARCHIVE = 1

/** The account's conversations, the most recent first. */
export async function getChats(session: SessionContext, options: GetChatsOptions = {}): Promise<Chat[]> {
  const chats: Chat[] = []
  for await (const chat of iterateChats(session, { ...options, limit: options.limit ?? 100 }))
    chats.push(chat)
  return chats
}

/**
 * Walks through the account's conversations, pinned ones first, then the most recent.
 *
 * ```ts
 * for await (const chat of session.chats.all({ archived: true })) console.log(chat.title, chat.unreadCount)
 * ```
 */
export async function* iterateChats(
  session: CallsAndPeers,
  range: ChatsRange = {},
): AsyncGenerator<Chat, void, undefined> {
  let left = range.limit ?? Number.POSITIVE_INFINITY
  const seen = new Set<number>()
  const pages = range.pinned === 'only' ? pinnedPages(session, range) : allPages(session, range)
  for await (const page of pages) {
    for (const chat of page) {
      if (left <= 0) return
      if (seen.has(chat.id) || (range.pinned === 'exclude' && chat.pinned)) continue
      seen.add(chat.id)
      left--
      yield chat
    }
  }
}

/** These conversations, also those that are not in any list. */
export async function getChatsOf(session: SessionContext, peers: readonly PeerLike[]): Promise<Chat[]> {
  const inputs = await Promise.all(peers.map((peer) => session.peers.resolve(peer)))
  const answer = await session.invoke({
    _: 'messages.getPeerDialogs',
    peers: inputs.map((peer) => ({ _: 'inputDialogPeer', peer })),
  })
  return readDialogs(answer)
}

async function* pinnedPages(
  session: CallsAndPeers,
  range: ChatsRange,
): AsyncGenerator<Chat[], void, undefined> {
  const call = { _: 'messages.getPinnedDialogs' as const, folderId: range.archived ? ARCHIVE : 0 }
  yield readDialogs(await session.invoke(call, { signal: range.signal }))
}

async function* allPages(session: CallsAndPeers, range: ChatsRange): AsyncGenerator<Chat[], void, undefined> {
  let offset: { date: number; id: number; peer: tl.InputPeer } = {
    date: 0,
    id: 0,
    peer: { _: 'inputPeerEmpty' },
  }
  for (;;) {
    const answer = await session.invoke(
      {
        _: 'messages.getDialogs',
        excludePinned: range.pinned === 'exclude' || undefined,
        folderId: range.archived ? ARCHIVE : 0,
        offsetDate: offset.date,
        offsetId: offset.id,
        offsetPeer: offset.peer,
        limit: Math.min(PAGE, range.limit ?? PAGE),
        hash: 0n,
      },
      { signal: range.signal },
    )
    if (answer._ === 'messages.dialogsNotModified') return
    const page = readDialogs(answer)
    if (page.length > 0) yield page
    // "offset_date, offset_id, offset_peer: of the last dialog"; pinned ones stand outside of that order.
    const last = page.findLast((chat) => !chat.pinned && chat.topMessage !== undefined)
    if (answer._ === 'messages.dialogs' || last === undefined) return
    const { topMessage } = last
    const date = topMessage !== undefined && 'date' in topMessage ? topMessage.date : offset.date
    if (date === offset.date && last.dialog.topMessage === offset.id) return
    offset = { date, id: last.dialog.topMessage, peer: await session.peers.resolve(last.peer) }
  }
}

export function readDialogs(
  answer: tl.messages.dialogs | tl.messages.dialogsSlice | tl.messages.peerDialogs,
): Chat[] {
  const known = new Map<number, Exclude<Chat['of'], undefined>>()
  for (const user of answer.users) if (user._ === 'user') known.set(user.id, user)
  for (const chat of answer.chats) {
    if (chat._ === 'chatEmpty') continue
    const kind = chat._ === 'channel' || chat._ === 'channelForbidden' ? 'channel' : 'chat'
    known.set(toMarkedId({ kind, id: chat.id }), chat)
  }
  const messages = new Map<string, tl.Message>()
  for (const message of answer.messages) {
    if (message.peerId !== undefined)
      messages.set(`${toMarkedId(keyOfPeer(message.peerId))}/${message.id}`, message)
  }
  return answer.dialogs
    .filter((dialog) => dialog._ === 'dialog')
    .map((dialog) => {
      const peer = keyOfPeer(dialog.peer)
      const id = toMarkedId(peer)
      const of = known.get(id)
      return {
        peer,
        id,
        title: of === undefined ? String(id) : titleOf(of),
        unreadCount: dialog.unreadCount,
        pinned: dialog.pinned === true,
        archived: dialog.folderId === ARCHIVE,
        topMessage: messages.get(`${id}/${dialog.topMessage}`),
        of,
        dialog,
      }
    })
}

/** A user's name, or a group's title. */
export function titleOf(of: Exclude<Chat['of'], undefined>): string {
  if (of._ !== 'user') return of.title
  const name = [of.firstName, of.lastName].filter(Boolean).join(' ')
  return name || of.username || (of.deleted ? 'Deleted account' : String(of.id))
}
