/** What the steps of `session.loginFlow` take. */
import type { Signatures } from '../arguments/check-arguments.ts'
import { aFlag, aName, aText, maybe, shape } from '../arguments/expected.ts'
import { aPhone, options } from '../arguments/words.ts'
import type { LoginFlow } from './login-flow.ts'

/** Whom to make an account for. */
export const newAccount = shape('an object as in { firstName }', {
  firstName: aName,
  lastName: maybe(aText),
  quiet: maybe(aFlag),
})

/** By which calls and messages a code may come. */
export const codeOptions = options({
  allowMissedCall: maybe(aFlag),
  allowFlashCall: maybe(aFlag),
  allowFirebase: maybe(aFlag),
})

export const loginArguments: Signatures<LoginFlow> = {
  promises: {
    phone: { phone: aPhone, options: codeOptions },
    code: { code: aText },
    email: { email: aName },
    emailCode: { code: aText },
    password: { password: aText },
    recover: { code: aText, options: options({ newPassword: maybe(aName) }) },
    signUp: { options: newAccount },
    botToken: { token: aText },
  },
  values: {},
}
