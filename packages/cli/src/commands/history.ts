import type { tl } from 'telegram-mt'
import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { textOf, timeOf } from '../accounts/message-line.ts'
import { type Command, textOption } from '../run/command.ts'
import { count } from '../run/settings.ts'
import { printable } from '../terminal/printable.ts'

export const history: Command = {
  name: 'history',
  summary: 'show what was said in a chat, the newest last',
  arguments: [
    {
      name: '<chat>',
      describe: '@username, phone number, id, t.me link, or title',
      completes: 'chat',
    },
  ],
  options: [
    { flags: '--limit <number>', describe: 'at most so many messages; 20 if left out' },
    { flags: '--before <id>', describe: 'only messages older than this one' },
  ],
  async run(context, given) {
    const limit = count(textOption(given, 'limit') ?? '20', '--limit')
    const before = textOption(given, 'before')
    const session = await signedInSession(context)
    const messages = await session.getHistory(await findChat(session, given.args.join(' ')), {
      limit,
      before: before === undefined ? undefined : count(before, '--before'),
    })
    messages.reverse()
    return {
      json: messages.map(messageEntry),
      lines: messages.length === 0 ? ['No messages.'] : messages.map(line),
    }
  },
}

function messageEntry(message: tl.message | tl.messageService) {
  const { id, date, out } = message
  return {
    id,
    date: new Date(date * 1000).toISOString(),
    out: out === true,
    from: message.fromId?._ === 'peerUser' ? message.fromId.userId : null,
    text: message._ === 'message' ? message.message : '',
    ...(message._ === 'messageService' && { action: textOf(message, '') }),
  }
}

function line(message: tl.message | tl.messageService): string {
  const text = printable(textOf(message, message._ === 'message' ? message.message : ''))
  return `${timeOf(message.date)} #${message.id} ${message.out ? '→' : '←'} ${text.replaceAll('\n', '\n    ')}`
}
