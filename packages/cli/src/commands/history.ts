import type { AnyMessage, Session } from 'telegram-mt'
import { chatLine } from '../accounts/chat-line.ts'
import { chatPage, senderOf } from '../accounts/chat-page.ts'
import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { mediaText } from '../accounts/media-text.ts'
import { actionName } from '../accounts/message-line.ts'
import { type Command, textOption } from '../run/command.ts'
import { count } from '../run/settings.ts'

export const history: Command = {
  name: 'history',
  summary: 'show what was said in a chat, the newest last',
  examples: [
    ['history @bob --limit 50', 'the newest 50 messages'],
    ['history @bob --before 1200', '20 messages older than #1200'],
  ],
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
    const chat = await findChat(session, given.args.join(' '))
    const messages: AnyMessage[] = []
    const names = new Map<number, string>()
    let oldest = before === undefined ? undefined : count(before, '--before')
    while (messages.length < limit) {
      const wanted = Math.min(100, limit - messages.length)
      const page = await chatPage(session, chat, { limit: wanted, before: oldest, signal: context.signal })
      messages.unshift(...page.messages)
      for (const [id, name] of page.names) names.set(id, name)
      oldest = page.messages[0]?.id
      if (oldest === undefined || page.messages.length < wanted) break
    }
    return {
      json: messages.map((message) => messageEntry(session, message, names)),
      lines:
        messages.length === 0
          ? ['No messages.']
          : messages.map((message) => chatLine(session, message, names)),
    }
  },
}

/** A message of a chat as programs are given it. */
export function messageEntry(session: Session, message: AnyMessage, names: ReadonlyMap<number, string>) {
  const { id, date } = message
  const from = senderOf(session, message)
  return {
    id,
    date: new Date(date * 1000).toISOString(),
    out: from === session.userId,
    from,
    sender: names.get(from) ?? null,
    text: message._ === 'message' ? message.message : '',
    ...(message._ === 'messageService' && { action: actionName(message) }),
    ...(message._ === 'message' && message.media && { media: mediaText(message.media) }),
  }
}
