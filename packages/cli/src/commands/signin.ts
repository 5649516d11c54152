import type { Session } from 'telegram-mt'
import { login } from '../accounts/login.ts'
import { loginByQr } from '../accounts/qr-login.ts'
import { labelOf, sessionJson } from '../accounts/session-names.ts'
import { usageError } from '../errors.ts'
import type { Command, CommandContext, Given } from '../run/command.ts'
import { loginOptions, onLoginSession, requireNewNumber } from './login-session.ts'
import { phoneNumber } from './phone-argument.ts'

export const signin: Command = {
  name: 'signin',
  summary: 'sign in to an account by its phone number, or by a QR code that another device scans',
  details:
    'What is asked for is not echoed. Without a terminal, the code and then the password are read from the input, a line each.',
  examples: [
    ['signin +41791234567', 'asks for the code and, if there is one, the password'],
    ['signin --qr', 'shows a QR code, which another device scans'],
    ['signin 9996620001 --box-at box.json', 'to an account of a box: its code is 22222'],
  ],
  arguments: [{ name: '[phone...]', describe: 'with its country code; asked for if left out' }],
  options: [
    { flags: '--qr', describe: 'show a QR code instead of asking for a phone number' },
    ...loginOptions,
  ],
  async run(context, given) {
    const { session } = await onLoginSession(context, given, await way(context, given))
    return {
      json: sessionJson(session),
      lines: [`Signed in as ${labelOf(session)} on DC ${session.dc}, session ${session.id}.`],
    }
  },
}

/** By code or by QR code. What can be asked for before a session is made, is. */
async function way(context: CommandContext, given: Given): Promise<(session: Session) => Promise<unknown>> {
  if (given.options.qr === true) {
    if (given.args.length > 0)
      throw usageError('--qr needs no phone number: the account is that of the device that scans')
    const here = (await context.accounts()).sessions().flatMap(({ userId }) => userId ?? [])
    return (session) => loginByQr(context, session, here)
  }
  const phone = await phoneNumber(context, given.args)
  await requireNewNumber(context, given, phone)
  return (session) => login(context, session, phone)
}
