import type { Command } from '../run/command.ts'

export const forget: Command = {
  name: 'forget',
  summary: 'remove a session from the storage without signing out',
  details:
    'The account stays signed in at Telegram, as when the session was exported to somewhere else first.',
  examples: [['forget @ann', 'the account stays signed in at Telegram']],
  arguments: [{ name: '<session>', describe: 'its id, @username or phone number', completes: 'session' }],
  async run(context, { args: [name = ''] }) {
    const accounts = await context.accounts()
    const { id, label } = await accounts.forget(name)
    return { json: { id }, lines: [`Session ${label} is no longer stored.`] }
  },
}
