import { type Chat, toMarkedId } from 'telegram-mt'
import { signedInSession } from '../accounts/chosen-session.ts'
import { textOf, timeOf } from '../accounts/message-line.ts'
import { type Command, textOption } from '../run/command.ts'
import { count } from '../run/settings.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

/** Characters of the newest message that are shown. */
const PREVIEW = 40

export const chats: Command = {
  name: 'chats',
  summary: 'list the account’s chats, the most recent first',
  examples: [
    ['chats --limit 10', 'the ten most recent chats'],
    ['chats --json', 'one JSON array of chats'],
  ],
  options: [{ flags: '--limit <number>', describe: 'at most so many; 50 if left out' }],
  async run(context, given) {
    const limit = count(textOption(given, 'limit') ?? '50', '--limit')
    const session = await signedInSession(context)
    const found = await session.getChats({ limit })
    return {
      json: found.map(chatJson),
      lines: found.length === 0 ? ['No chats.'] : table(found.map(chatRow)),
    }
  },
}

function chatJson(chat: Chat) {
  const { title, peer, unreadCount } = chat
  const newest = newestOf(chat)
  return {
    id: toMarkedId(peer),
    kind: peer.kind,
    title,
    unread: unreadCount,
    newest: newest && { id: newest.id, date: new Date(newest.date * 1000).toISOString(), text: newest.text },
  }
}

function chatRow(chat: Chat): string[] {
  const newest = newestOf(chat)
  const preview = newest === undefined ? '' : `${timeOf(newest.date)}  ${shorten(printableLine(newest.text))}`
  return [
    String(toMarkedId(chat.peer)),
    chat.title,
    chat.unreadCount > 0 ? `${chat.unreadCount} new` : '',
    preview,
  ]
}

function newestOf({ topMessage }: Chat): { id: number; date: number; text: string } | undefined {
  if (topMessage === undefined || topMessage._ === 'messageEmpty') return undefined
  const { id, date } = topMessage
  return { id, date, text: textOf(topMessage, topMessage._ === 'message' ? topMessage.message : '') }
}

function shorten(text: string): string {
  const characters = [...text]
  return characters.length > PREVIEW ? `${characters.slice(0, PREVIEW - 1).join('')}…` : text
}
