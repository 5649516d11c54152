/**
 * A login as steps that a web page or a terminal can drive one by one. Where it stands is kept with the session: after a
 * restart `state()` says what to ask next, and the code that was sent before is still good.
 */
import { SessionStateError } from '../errors.ts'
import { PasswordNeededError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { signInBot } from './bot-token.ts'
import { SignUpNeededError } from './errors.ts'
import { confirmLoginEmail, resetLoginEmail, type SentEmailCode, sendLoginEmailCode } from './login-email.ts'
import { checkPassword } from './password.ts'
import { recoverPassword, requestPasswordRecovery } from './password-recovery.ts'
import {
  resendCode,
  type SendCodeOptions,
  type SignUpOptions,
  sendCode,
  signIn,
  signUp,
} from './phone-code.ts'
import { type SentCode, savedCode } from './sent-code.ts'

/** What a login waits for. */
export type LoginState =
  /** A phone number (`sendCode`), a bot token (`botToken`), or a scanned QR code (`session.qrLogin`). */
  | { step: 'start' }
  /** The code that was sent: `code`. */
  | { step: 'code'; phone: string; sent: SentCode }
  /** An address to send codes to: `email`. The server wants one before it sends any code. */
  | { step: 'setUpEmail'; phone: string }
  /** The code sent to that address: `emailCode`. */
  | { step: 'emailCode'; phone: string; emailPattern: string; length: number }
  /** The account's password: `password`, or a recovery of it. */
  | { step: 'password'; hint: string | undefined; hasRecovery: boolean }
  /** A name for the new account: `signUp`. The terms are what it agrees to by that. */
  | { step: 'signUp'; phone: string; terms: string | undefined }
  /** Nothing: the account is signed in. */
  | { step: 'done'; userId: number }

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * A login step by step: each method takes what the state before has asked for, and gives the next. Reached
 * as `session.loginFlow`.
 */
export class LoginFlow {
  readonly #session: SessionContext

  /** @internal See `session.loginFlow`. */
  constructor(session: SessionContext) {
    this.#session = session
  }

  /**
   * What the login waits for now, also after a restart: `const { step } = await loginFlow.state()`.
   * @throws SessionStateError `SESSION_CLOSED`, `SESSION_DEAD` the session must be connected first.
   */
  async state(): Promise<LoginState> {
    this.#session.requireUsable('loginFlow')
    const { userId, login } = this.#session.stored
    if (userId !== undefined) return { step: 'done', userId }
    const phone = login?.phone ?? ''
    switch (login?.step) {
      case 'code': {
        const sent = savedCode(login)
        return sent === undefined ? { step: 'start' } : { step: 'code', phone, sent }
      }
      case 'setUpEmail':
        return { step: 'setUpEmail', phone }
      case 'emailCode':
        return {
          step: 'emailCode',
          phone,
          emailPattern: textOf(login.more?.emailPattern) ?? '',
          length: Number(login.more?.length ?? 0),
        }
      case 'password':
        return await this.#passwordStep()
      case 'signUp':
        return { step: 'signUp', phone, terms: textOf(login.more?.terms) }
      default:
        return { step: 'start' }
    }
  }

  /** Sends a code to this number; from any step, to begin anew: `await loginFlow.phone('+41790000000')`. */
  async phone(phone: string, options?: SendCodeOptions): Promise<LoginState> {
    await sendCode(this.#session, phone, options)
    return await this.state()
  }

  /** Sends the code again, by the next way (`sent.nextType`), once `sent.resendAt` has come: `await loginFlow.resend()`. */
  async resend(): Promise<LoginState> {
    await resendCode(this.#session)
    return await this.state()
  }

  /**
   * Shows the code that arrived: `await loginFlow.code('12345')`.
   * @throws RpcError `PHONE_CODE_INVALID`: the step stays, and may be tried again.
   */
  async code(code: string): Promise<LoginState> {
    const state = await this.#expect('code')
    try {
      await signIn(this.#session, state.phone, code)
    } catch (error) {
      // Both are kept with the login: the state tells of them.
      if (!(error instanceof SignUpNeededError || error instanceof PasswordNeededError)) throw error
    }
    return await this.state()
  }

  /**
   * Gives an address at which codes are to arrive, and has one sent there to prove it:
   * `await loginFlow.email('ann@example.org')`.
   */
  async email(email: string): Promise<LoginState> {
    const { stored } = this.#session
    await this.#expect('setUpEmail', 'emailCode')
    const sent: SentEmailCode = await sendLoginEmailCode(this.#session, email)
    await stored.saveLogin({ ...stored.login, step: 'emailCode', more: { ...sent } })
    return await this.state()
  }

  /** Shows the code that came to the new address; a login code follows it there: `await loginFlow.emailCode('12345')`. */
  async emailCode(code: string): Promise<LoginState> {
    await this.#expect('emailCode')
    await confirmLoginEmail(this.#session, code)
    return await this.state()
  }

  /** Asks for a code by phone, where the address cannot be read: `await loginFlow.resetEmail()`. */
  async resetEmail(): Promise<LoginState> {
    await this.#expect('code')
    await resetLoginEmail(this.#session)
    return await this.state()
  }

  /**
   * Shows the account's password: `await loginFlow.password(await ask('Password?'))`.
   * @throws RpcError `PASSWORD_HASH_INVALID`: the step stays, and may be tried again.
   */
  async password(password: string): Promise<LoginState> {
    await this.#expect('password')
    await checkPassword(this.#session, password)
    return await this.state()
  }

  /**
   * Sends a code to the address that was left for a forgotten password; gives the address with most of it hidden:
   * `const sentTo = await loginFlow.forgotPassword()`.
   */
  async forgotPassword(): Promise<string> {
    await this.#expect('password')
    return await requestPasswordRecovery(this.#session)
  }

  /**
   * Signs in with that code; the password is gone, or another one:
   * `await loginFlow.recover('12345', { newPassword: 'another' })`.
   */
  async recover(code: string, options?: { newPassword?: string; hint?: string }): Promise<LoginState> {
    await this.#expect('password')
    await recoverPassword(this.#session, code, options)
    return await this.state()
  }

  /** Makes an account for the number: `await loginFlow.signUp({ firstName: 'Ann' })`. */
  async signUp(options: SignUpOptions): Promise<LoginState> {
    const { phone } = await this.#expect('signUp')
    await signUp(this.#session, phone, options)
    return await this.state()
  }

  /** Signs a bot in: `await loginFlow.botToken('123456:ABC-DEF')`. */
  async botToken(token: string): Promise<LoginState> {
    await signInBot(this.#session, token)
    return await this.state()
  }

  /** Forgets how far the login got: `await loginFlow.restart()`. */
  async restart(): Promise<LoginState> {
    if (this.#session.stored.userId === undefined) await this.#session.stored.saveLogin(undefined)
    return await this.state()
  }

  async #passwordStep(): Promise<LoginState> {
    const { hint, hasRecovery } = await this.#session.invoke({ _: 'account.getPassword' })
    return { step: 'password', hint, hasRecovery: hasRecovery === true }
  }

  async #expect<S extends LoginState['step']>(...steps: S[]): Promise<LoginState & { step: S }> {
    const state = await this.state()
    if (!(steps as string[]).includes(state.step)) {
      throw new SessionStateError(
        'LOGIN_STEP_WRONG',
        `the login waits for step '${state.step}', not for '${steps.join("' or '")}'`,
      )
    }
    return state as LoginState & { step: S }
  }
}
