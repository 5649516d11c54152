import { labelOf, sessionJson } from '../accounts/session-names.ts'
import type { Command } from '../run/command.ts'

export const use: Command = {
  name: 'use',
  aliases: ['switch'],
  summary: 'choose the session that commands are for from now on',
  examples: [['use @ann', 'commands without --session are for @ann from now on']],
  arguments: [
    {
      name: '<session>',
      describe: 'its id or how it begins, @username or phone number',
      completes: 'session',
    },
  ],
  async run(context, { args: [name = ''] }) {
    const accounts = await context.accounts()
    const session = accounts.find(name)
    await accounts.use(session)
    return {
      json: sessionJson(session),
      lines: context.atPrompt ? [] : [`Commands are for ${labelOf(session)} now.`],
    }
  },
}
