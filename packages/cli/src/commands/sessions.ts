import { describeState, labelOf, sessionJson } from '../accounts/session-names.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Command } from '../run/command.ts'
import { table } from '../terminal/table.ts'

export const sessions: Command = {
  name: 'sessions',
  summary: 'list the sessions; * marks the current one',
  examples: [['sessions --json', 'one JSON array of sessions']],
  async run(context) {
    const accounts = await context.accounts()
    const all = accounts.sessions()
    const current = accounts.current
    const damaged = [...accounts.damaged.keys()]
    const rows = [
      ...all.map((session) => [
        session === current ? '*' : ' ',
        session.id,
        labelOf(session) === session.id ? '' : labelOf(session),
        `DC ${session.dc}`,
        describeState(session),
      ]),
      ...damaged.map((id) => [' ', id, '', '', `damaged: 'forget ${id}' removes it`]),
    ]
    return {
      json: [
        ...all.map((session) => ({ ...sessionJson(session), current: session === current })),
        ...damaged.map((id) => ({ id, state: 'damaged', current: false })),
      ],
      lines: rows.length === 0 ? ['No sessions.'] : table(rows),
      ...(damaged.length > 0 && { exit: exitCodes.storage }),
    }
  },
}
