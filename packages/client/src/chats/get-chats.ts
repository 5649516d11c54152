/** The list of conversations, newest first (https://core.telegram.org/api/folders). */
import type { tl } from '../layer.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import type { SessionContext } from '../session/context.ts'

export interface GetChatsOptions {
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
  /** The newest message, if the server sent it along. */
  topMessage: tl.Message | undefined
  dialog: tl.dialog
}

/** Asked for at once: "limit … at most 100". */
const PAGE = 100

/** The account's conversations, the most recent first. */
export async function getChats(session: SessionContext, options: GetChatsOptions = {}): Promise<Chat[]> {
  const wanted = options.limit ?? 100
  const chats: Chat[] = []
  const seen = new Set<number>()
  let offset: { date: number; id: number; peer: tl.InputPeer } = {
    date: 0,
    id: 0,
    peer: { _: 'inputPeerEmpty' },
  }
  while (chats.length < wanted) {
    const answer = await session.invoke({
      _: 'messages.getDialogs',
      offsetDate: offset.date,
      offsetId: offset.id,
      offsetPeer: offset.peer,
      limit: Math.min(PAGE, wanted - chats.length),
      hash: 0n,
    })
    if (answer._ === 'messages.dialogsNotModified') break
    const page = readDialogs(answer).filter((chat) => !seen.has(chat.id))
    for (const chat of page) seen.add(chat.id)
    chats.push(...page)
    const last = page.at(-1)
    if (answer._ === 'messages.dialogs' || last === undefined) break
    const { topMessage } = last
    offset = {
      date: topMessage !== undefined && 'date' in topMessage ? topMessage.date : offset.date,
      id: last.dialog.topMessage,
      peer: await session.peers.resolve(last.peer),
    }
  }
  return chats.slice(0, wanted)
}

function readDialogs(answer: tl.messages.dialogs | tl.messages.dialogsSlice): Chat[] {
  const titles = new Map<number, string>()
  for (const user of answer.users) {
    if (user._ === 'user') {
      const name = [user.firstName, user.lastName].filter(Boolean).join(' ')
      titles.set(user.id, name || user.username || (user.deleted ? 'Deleted account' : String(user.id)))
    }
  }
  for (const chat of answer.chats) {
    const kind = chat._ === 'channel' || chat._ === 'channelForbidden' ? 'channel' : 'chat'
    if ('title' in chat) titles.set(toMarkedId({ kind, id: chat.id }), chat.title)
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
      return {
        peer,
        id,
        title: titles.get(id) ?? String(id),
        unreadCount: dialog.unreadCount,
        topMessage: messages.get(`${id}/${dialog.topMessage}`),
        dialog,
      }
    })
}
