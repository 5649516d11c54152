import { sessionJson } from '../accounts/session-names.ts'
import { type Command, textOption } from '../run/command.ts'
import { datacenter } from './datacenter-argument.ts'

export const connect: Command = {
  name: 'connect',
  summary: 'make a new session on a datacenter, with a connection and an auth key of its own',
  examples: [
    ['connect', 'a session on a datacenter chosen at random'],
    ['connect 2 --id work', 'a session called work on DC 2'],
  ],
  arguments: [{ name: '[dc]', describe: 'the datacenter; one at random if left out', completes: 'dc' }],
  options: [
    { flags: '--id <name>', describe: 'what to call the session; made up if left out' },
    { flags: '--no-key', describe: 'only make the session: akgen or a login make its auth key' },
  ],
  async run(context, given) {
    const accounts = await context.accounts()
    const lazy = given.options.key === false
    const session = await accounts.telegram.connect({
      dc: datacenter(given.args[0]),
      id: textOption(given, 'id'),
      lazy,
      signal: context.signal,
    })
    await accounts.use(session)
    const line = lazy
      ? `Session ${session.id} made for DC ${session.dc}.`
      : `Session ${session.id} connected to DC ${session.dc}.`
    return { json: sessionJson(session), lines: [line] }
  },
}
