import type { Session } from 'telegram-mt'
import { describeState, labelOf, sessionJson } from '../accounts/session-names.ts'
import type { Command } from '../run/command.ts'
import { table } from '../terminal/table.ts'

export const use: Command = {
  name: 'use',
  aliases: ['switch'],
  summary: 'choose the session that commands are for from now on',
  examples: [['use @ann', 'commands without --session are for @ann from now on']],
  arguments: [
    {
      name: '[session]',
      describe:
        'its number in the list, its id or how it begins, @username or phone number; the list if left out',
      completes: 'session',
    },
  ],
  async run(context, { args: [name] }) {
    const accounts = await context.accounts()
    const all = accounts.sessions()
    if (name === undefined) {
      const rows = all.map((session, i) => [
        session === accounts.current ? '*' : ' ',
        String(i + 1),
        labelOf(session),
        describeState(session),
      ])
      return {
        json: all.map((session) => ({ ...sessionJson(session), current: session === accounts.current })),
        lines: rows.length === 0 ? ['No sessions.'] : table(rows),
      }
    }
    const session = numbered(all, name) ?? accounts.find(name)
    await accounts.use(session)
    return {
      json: sessionJson(session),
      lines: context.atPrompt ? [] : [`Commands are for ${labelOf(session)} now.`],
    }
  },
}

/** By its place in the list, unless a session is called like that. */
function numbered(all: readonly Session[], name: string): Session | undefined {
  if (!/^[1-9][0-9]?$/.test(name) || all.some(({ id }) => id === name)) return undefined
  return all[Number(name) - 1]
}
