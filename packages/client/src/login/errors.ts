/** What may come of a login step besides success, as classes of their own. All are RpcErrors, so `RpcError.is` works too. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'

/** The number has no account yet: call `signUp` with the same number next. */
export class SignUpNeededError extends TelegramError {
  /** Terms that the new user agrees to by signing up, if the server sent any. */
  readonly termsOfService: tl.help.TermsOfService | undefined

  constructor(termsOfService: tl.help.TermsOfService | undefined) {
    super('SIGN_UP_NEEDED', 'this phone number has no account yet: call signUp')
    this.termsOfService = termsOfService
  }
}

/** The server wants something of this login that this version cannot give. */
export class LoginUnsupportedError extends TelegramError {
  constructor(what: string) {
    super(
      'LOGIN_UNSUPPORTED',
      `the server asks for ${what}, which is not supported; sign in with an official app once`,
    )
  }
}
