import { sessionJson } from '../accounts/session-names.ts'
import type { Command } from '../run/command.ts'

export const akgen: Command = {
  name: 'akgen',
  summary: 'exchange keys: give a session its auth key, if it has none yet',
  examples: [['akgen fresh', 'the session fresh has its auth key then']],
  arguments: [{ name: '[session]', describe: 'the current one if left out', completes: 'session' }],
  async run(context, given) {
    const accounts = await context.accounts()
    const session = accounts.chosen(given.args[0] ?? context.settings.session)
    const had = session.hasAuthKey
    await session.requestAuthKey({ signal: context.signal })
    const line = had
      ? `Session ${session.id} has its auth key for DC ${session.dc} already.`
      : `Session ${session.id} has an auth key for DC ${session.dc} now.`
    return { json: { ...sessionJson(session), made: !had }, lines: [line] }
  },
}
