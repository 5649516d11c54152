import { login } from '../accounts/login.ts'
import { labelOf, sessionJson } from '../accounts/session-names.ts'
import type { Command } from '../run/command.ts'
import { loginOptions, onLoginSession } from './login-session.ts'
import { phoneNumber } from './phone-argument.ts'

export const signin: Command = {
  name: 'signin',
  summary: 'sign in to an account by its phone number; asks for the login code and the password',
  details:
    'What is asked for is not echoed. Without a terminal, the code and then the password are read from the input, a line each.',
  examples: [
    ['signin +41791234567', 'asks for the code and, if there is one, the password'],
    ['signin --qr', 'shows a QR code, which another device scans'],
    ['signin 9996620001 --box-at box.json', 'to an account of a box: its code is 22222'],
  ],
  arguments: [{ name: '[phone...]', describe: 'with its country code; asked for if left out' }],
  options: loginOptions,
  async run(context, given) {
    const phone = await phoneNumber(context, given.args)
    const { session } = await onLoginSession(context, given, (session) => login(context, session, phone))
    return {
      json: sessionJson(session),
      lines: [`Signed in as ${labelOf(session)} on DC ${session.dc}, session ${session.id}.`],
    }
  },
}
