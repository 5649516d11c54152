import { signedInSession } from '../accounts/chosen-session.ts'
import { findChat } from '../accounts/find-chat.ts'
import { usageError } from '../errors.ts'
import type { Command } from '../run/command.ts'

export const chat: Command = {
  name: 'chat',
  summary: 'open a chat: see what was said, write, scroll back',
  details:
    'In a chat what you type is sent; lines that begin with / are commands: /help lists them. PageUp and PageDown scroll.',
  examples: [
    ['chat @bob', 'the newest messages, and then whatever is written'],
    ['chat "Our weekend"', 'a group by its title'],
  ],
  arguments: [
    {
      name: '<chat...>',
      describe: '@username, phone number, id, t.me link, title, or me',
      completes: 'chat',
    },
  ],
  opensPrompt: true,
  async run(context, { args }) {
    if (context.openChat === undefined) throw usageError('a chat is opened at the prompt')
    const session = await signedInSession(context)
    await context.openChat(session, await findChat(session, args.join(' ')))
    await (await context.accounts()).use(session)
    return {}
  },
}
