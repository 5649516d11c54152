import { login } from '../accounts/login.ts'
import { labelOf, sessionJson } from '../accounts/session-names.ts'
import { usageError } from '../errors.ts'
import { type Command, textOption } from '../run/command.ts'
import { loginOptions, onLoginSession, requireNewNumber } from './login-session.ts'
import { phoneNumber } from './phone-argument.ts'

export const signup: Command = {
  name: 'signup',
  summary: 'make an account for a phone number that has none; asks for the login code and a name',
  details:
    'If the number has an account already, this signs in to it. Telegram itself lets only official apps sign up.',
  examples: [
    ['signup 9996610001 --first-name Ann --box-at box.json', 'an account in a box: its code is 11111'],
  ],
  arguments: [{ name: '[phone...]', describe: 'with its country code; asked for if left out' }],
  options: [
    { flags: '--first-name <name>', describe: 'asked for if left out' },
    { flags: '--last-name <name>', describe: 'none if left out' },
    ...loginOptions,
  ],
  async run(context, given) {
    const phone = await phoneNumber(context, given.args)
    await requireNewNumber(context, given, phone)
    const { session, result } = await onLoginSession(context, given, (session) =>
      login(context, session, phone, async () => {
        const firstName = (textOption(given, 'firstName') ?? (await context.ask('First name: '))).trim()
        if (firstName === '') throw usageError('an account needs a first name: --first-name')
        return { firstName, lastName: textOption(given, 'lastName') }
      }),
    )
    const line = result.isNew
      ? `Signed up as ${labelOf(session)} on DC ${session.dc}, session ${session.id}.`
      : `This number had an account: signed in as ${labelOf(session)} on DC ${session.dc}, session ${session.id}.`
    return { json: { ...sessionJson(session), isNew: result.isNew }, lines: [line] }
  },
}
