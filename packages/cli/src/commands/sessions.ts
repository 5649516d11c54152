import { describeState, labelOf, sessionJson } from '../accounts/session-names.ts'
import type { Command } from '../run/command.ts'
import { table } from '../terminal/table.ts'

export const sessions: Command = {
  name: 'sessions',
  summary: 'list the sessions; * marks the current one',
  async run(context) {
    const accounts = await context.accounts()
    const all = accounts.sessions()
    const current = accounts.current
    return {
      json: all.map((session) => ({ ...sessionJson(session), current: session === current })),
      lines:
        all.length === 0
          ? ['No sessions.']
          : table(
              all.map((session) => [
                session === current ? '*' : ' ',
                session.id,
                labelOf(session) === session.id ? '' : labelOf(session),
                `DC ${session.dc}`,
                describeState(session),
              ]),
            ),
    }
  },
}
