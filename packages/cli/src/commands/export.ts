import type { Command } from '../run/command.ts'

export const exportCommand: Command = {
  name: 'export',
  summary: 'print a session as one string, which signs in wherever it is imported',
  details:
    'Whoever has the string has the account. Do not use the session in two places: Telegram ends it then.',
  arguments: [{ name: '[session]', describe: 'the current one if left out', completes: 'session' }],
  async run(context, { args: [name] }) {
    const session = (await context.accounts()).chosen(name ?? context.settings.session)
    const exported = session.export()
    return { json: { id: session.id, session: exported }, lines: [exported] }
  },
}
