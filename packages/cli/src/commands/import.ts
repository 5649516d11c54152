import { parseSessionString } from 'telegram-mt'
import { labelOf, sessionJson } from '../accounts/session-names.ts'
import { startingPositionSaved } from '../accounts/starting-position.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Command, textOption } from '../run/command.ts'

export const importCommand: Command = {
  name: 'import',
  summary: 'take in a session that was exported elsewhere',
  details:
    'The string is asked for, or read from the input, so that no list of processes and no shell history shows it.',
  examples: [['import --id ann < ann.session', 'from a file']],
  options: [{ flags: '--id <name>', describe: 'what to call the session; made up if left out' }],
  async run(context, given) {
    const exported = await context.ask('Session string: ', { secret: true })
    // A damaged string is told before anything is opened.
    parseSessionString(exported)
    const accounts = await context.accounts()
    const session = await accounts.telegram.import(exported, { id: textOption(given, 'id'), lazy: true })
    await accounts.use(session)
    await session.connect({ signal: context.signal })
    // A key that Telegram does not take any more is found out with the first question about the account.
    if (session.userId !== undefined) await startingPositionSaved(accounts.storage, session)
    if (session.state.name === 'loggedOut') {
      const { reason } = session.state
      await accounts.telegram.forget(session.id)
      throw new CliError(
        exitCodes.notSignedIn,
        'SESSION_DEAD',
        `this session is signed out at Telegram (${reason}); use signin`,
      )
    }
    return {
      json: sessionJson(session),
      lines: [`Session ${labelOf(session)} imported as ${session.id}, on DC ${session.dc}.`],
    }
  },
}
