/** The whole login in one call, for terminals and scripts: each answer is a value, or a function that is asked for it. */
import { SessionStateError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginFlow, type LoginState } from './login-flow.ts'
import { digits, type SentCode } from './sent-code.ts'

/** A value, or a function that gives it. A function is asked again after a wrong answer, and told which error that was. */
export type Answer<Question> =
  | string
  | ((question: Question & { error: RpcError | undefined }) => string | Promise<string>)

/**
 * The answers that a login may need. One that is needed and not given is a SessionStateError
 * `LOGIN_ANSWER_MISSING`.
 */
export interface LoginOptions {
  phone?: Answer<object> | undefined
  code?: Answer<SentCode> | undefined
  password?: Answer<{ hint: string | undefined; hasRecovery: boolean }> | undefined
  /** An address for login codes, if the server wants one. */
  email?: Answer<object> | undefined
  emailCode?: Answer<{ emailPattern: string; length: number }> | undefined
  /** A name, if the number has no account yet. Without it such a login fails. */
  signUp?:
    | { firstName: string; lastName?: string | undefined }
    | ((question: {
        terms: string | undefined
      }) =>
        | { firstName: string; lastName?: string | undefined }
        | Promise<{ firstName: string; lastName?: string | undefined }>)
    | undefined
  /** For a bot instead of all that. */
  botToken?: string | undefined
}

/** What a person may have mistyped: asked for again. */
const WRONG = new Set([
  'PHONE_NUMBER_INVALID',
  'PHONE_CODE_INVALID',
  'PHONE_CODE_EMPTY',
  'PASSWORD_HASH_INVALID',
  'CODE_INVALID',
  'EMAIL_INVALID',
  'EMAIL_NOT_ALLOWED',
])

/**
 * Signs in, going on from wherever an earlier login stopped; does nothing if the session is signed in already. A login that was
 * begun for another number than `phone` (given as a value), or for a number where a `botToken` is given, is dropped.
 *
 * ```ts
 * await session.login({ phone: '+41 12 345 67 89', code: () => ask('Code?'), password: () => ask('Password?') })
 * ```
 * @throws SessionStateError `LOGIN_ANSWER_MISSING` something is asked for that was not given; `ALREADY_SIGNED_IN` as somebody
 * with another number; RpcError for wrong values.
 */
export async function login(session: SessionContext, options: LoginOptions): Promise<tl.user> {
  const flow = new LoginFlow(session)
  let state: LoginState = isOfAnother(session, options) ? { step: 'start' } : await flow.state()
  let error: RpcError | undefined
  while (state.step !== 'done') {
    try {
      state = await step(flow, state, options, error)
      error = undefined
    } catch (thrown) {
      if (!(thrown instanceof RpcError)) throw thrown
      if (RpcError.is(thrown, 'PHONE_CODE_EXPIRED') && state.step === 'code' && isAsked(options, 'code')) {
        state = await flow.phone(state.phone)
        continue
      }
      if (!WRONG.has(thrown.pattern) || !isAsked(options, state.step)) throw thrown
      error = thrown
    }
  }
  const [me] = await session.invoke({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
  if (me?._ !== 'user') throw new SessionStateError('ANSWER_UNEXPECTED', 'the account does not know itself')
  const { phone } = options
  if (typeof phone === 'string' && me.phone !== undefined && me.phone !== digits(phone)) {
    throw new SessionStateError(
      'ALREADY_SIGNED_IN',
      `session ${session.stored.id} is signed in with another number: sign out first, or take another session`,
    )
  }
  return me
}

/** Whether the login that was begun is not the one that is wanted now: its code would sign somebody else in. */
function isOfAnother(session: SessionContext, { phone, botToken }: LoginOptions): boolean {
  session.requireUsable('login')
  const { userId, login } = session.stored
  if (userId !== undefined || login === undefined) return false
  if (botToken !== undefined) return true
  return typeof phone === 'string' && login.phone !== undefined && login.phone !== digits(phone)
}

async function step(
  flow: LoginFlow,
  state: LoginState,
  options: LoginOptions,
  error: RpcError | undefined,
): Promise<LoginState> {
  switch (state.step) {
    case 'start':
      if (options.botToken !== undefined) return await flow.botToken(options.botToken)
      return await flow.phone(await answer('phone', options.phone, { error }))
    case 'code':
      return await flow.code(await answer('code', options.code, { ...state.sent, error }))
    case 'setUpEmail':
      return await flow.email(await answer('email', options.email, { error }))
    case 'emailCode': {
      const { emailPattern, length } = state
      return await flow.emailCode(
        await answer('emailCode', options.emailCode, { emailPattern, length, error }),
      )
    }
    case 'password': {
      const { hint, hasRecovery } = state
      return await flow.password(await answer('password', options.password, { hint, hasRecovery, error }))
    }
    case 'signUp': {
      const { signUp } = options
      if (signUp === undefined) throw missing('signUp')
      return await flow.signUp(typeof signUp === 'function' ? await signUp({ terms: state.terms }) : signUp)
    }
    case 'done':
      return state
  }
}

async function answer<Question>(
  name: string,
  given: Answer<Question> | undefined,
  question: Question & { error: RpcError | undefined },
): Promise<string> {
  if (given === undefined) throw missing(name)
  return typeof given === 'string' ? given : await given(question)
}

/** A value would be as wrong the next time. */
function isAsked(options: LoginOptions, step: LoginState['step']): boolean {
  switch (step) {
    case 'start':
      return typeof options.phone === 'function'
    case 'code':
      return typeof options.code === 'function'
    case 'setUpEmail':
      return typeof options.email === 'function'
    case 'emailCode':
      return typeof options.emailCode === 'function'
    case 'password':
      return typeof options.password === 'function'
    default:
      return false
  }
}

const missing = (name: string) =>
  new SessionStateError('LOGIN_ANSWER_MISSING', `the login asks for '${name}', which was not given to it`)
