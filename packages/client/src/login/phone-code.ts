/** Login by phone code: ask for a code, sign in with it, or sign up (https://core.telegram.org/api/auth). */
import { SessionStateError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { PasswordNeededError, RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { whoseKey } from '../session/whose-key.ts'
import { LoginUnsupportedError, SignUpNeededError } from './errors.ts'
import { checkPassword } from './password.ts'
import { refuseSignedIn } from './refuse-signed-in.ts'
import { askedFor, codeProgress, digits, type SentCode, savedCode, sentCode } from './sent-code.ts'

export type { SentCode } from './sent-code.ts'

/** Options of `session.sendCode`. */
export interface SendCodeOptions {
  /** The code may come as a missed call, whose number ends in it. Default false: only a phone can see that. */
  allowMissedCall?: boolean | undefined
  /** The code may be the number of a call that ends at once. Default false: only a phone can see that. */
  allowFlashCall?: boolean | undefined
  /** The code may be sent through Firebase. Default false: only an official app can prove itself to it. */
  allowFirebase?: boolean | undefined
}

/** Options of `session.signIn`. */
export interface SignInOptions {
  /** Overrides the hash that `sendCode` left in the session. */
  phoneCodeHash?: string | undefined
  /** The account's second factor, asked for only if it has one. */
  password?: string | (() => string | Promise<string>) | undefined
}

/** The name of a new account. */
export interface SignUpOptions {
  phoneCodeHash?: string | undefined
  firstName: string
  lastName?: string | undefined
  /** Those who have the number in their contacts are not told. */
  quiet?: boolean | undefined
}

/**
 * Sends a login code to a phone number with its country code. If the number belongs to another datacenter the session moves there.
 * @throws RpcError `PHONE_NUMBER_INVALID`, `PHONE_NUMBER_BANNED`, …; FloodWaitError after too many tries; SessionStateError
 * `ALREADY_SIGNED_IN`.
 */
export async function sendCode(
  session: SessionContext,
  phone: string,
  options: SendCodeOptions = {},
): Promise<SentCode> {
  refuseSignedIn(session, 'sendCode')
  const phoneNumber = digits(phone)
  const answer = await session.invoke({
    _: 'auth.sendCode',
    phoneNumber,
    apiId: session.host.apiId,
    apiHash: session.host.apiHash,
    settings: {
      _: 'codeSettings',
      allowMissedCall: options.allowMissedCall,
      allowFlashcall: options.allowFlashCall,
      allowFirebase: options.allowFirebase,
    },
  })
  return await remember(session, phoneNumber, answer)
}

/** Asks for the code again, by the next way. @throws SessionStateError if no code was asked for. */
export async function resendCode(session: SessionContext): Promise<SentCode> {
  const { phone, phoneCodeHash } = askedFor(session)
  const answer = await session.invoke({ _: 'auth.resendCode', phoneNumber: phone, phoneCodeHash })
  return await remember(session, phone, answer)
}

/** The code is not wanted any more. */
export async function cancelCode(session: SessionContext): Promise<void> {
  const { phone, phoneCodeHash } = askedFor(session)
  await session.stored.saveLogin(undefined)
  await session.invoke({ _: 'auth.cancelCode', phoneNumber: phone, phoneCodeHash })
}

/**
 * Signs in with the code that arrived, by whichever way.
 * @throws RpcError `PHONE_CODE_INVALID`, `PHONE_CODE_EXPIRED`, `PHONE_CODE_EMPTY`.
 * @throws PasswordNeededError the account has a second factor and none was given: call `checkPassword`.
 * @throws SignUpNeededError the number has no account: call `signUp`.
 * @throws SessionStateError `ALREADY_SIGNED_IN`, also for the number that is signed in; `CODE_NOT_SENT`.
 */
export async function signIn(
  session: SessionContext,
  phone: string,
  code: string,
  options: SignInOptions = {},
): Promise<tl.user> {
  refuseSignedIn(session, 'signIn')
  const phoneNumber = digits(phone)
  const phoneCodeHash = options.phoneCodeHash ?? askedFor(session, phoneNumber).phoneCodeHash
  const saved = session.stored.login
  // "auth.sentCodeTypeEmailCode: the code goes into email_verification".
  const byMail = saved !== undefined && saved.phone === phoneNumber && savedCode(saved)?.type === 'emailCode'
  const phoneCode = code.trim()
  try {
    const answer = await session.invoke({
      _: 'auth.signIn',
      phoneNumber,
      phoneCodeHash,
      ...(byMail ? { emailVerification: { _: 'emailVerificationCode', code: phoneCode } } : { phoneCode }),
    })
    if (answer._ === 'auth.authorizationSignUpRequired') {
      const terms = answer.termsOfService?.text
      const more = terms === undefined ? undefined : { terms }
      await session.stored.saveLogin({ step: 'signUp', phone: phoneNumber, phoneCodeHash, more })
      throw new SignUpNeededError(answer.termsOfService)
    }
    return await session.signedIn(answer.user)
  } catch (error) {
    // The answer may have been lost with its MTProto session: asked again, the code is used up, by ourselves.
    if (RpcError.is(error, 'PHONE_CODE_EXPIRED')) {
      const self = await whoseKey(session.invoke, {}).catch(() => undefined)
      if (self?._ === 'user' && self.phone === phoneNumber) return await session.signedIn(self)
    }
    if (!(error instanceof PasswordNeededError)) throw error
    await session.stored.saveLogin({ step: 'password', phone: phoneNumber })
    if (options.password === undefined) throw error
    const password = typeof options.password === 'function' ? await options.password() : options.password
    return await checkPassword(session, password)
  }
}

/** Makes an account for the number, after `signIn` threw a SignUpNeededError. @throws RpcError `FIRSTNAME_INVALID`, … */
export async function signUp(
  session: SessionContext,
  phone: string,
  options: SignUpOptions,
): Promise<tl.user> {
  refuseSignedIn(session, 'signUp')
  const phoneNumber = digits(phone)
  const phoneCodeHash = options.phoneCodeHash ?? askedFor(session, phoneNumber).phoneCodeHash
  const answer = await session.invoke({
    _: 'auth.signUp',
    phoneNumber,
    phoneCodeHash,
    firstName: options.firstName,
    lastName: options.lastName ?? '',
    noJoinedNotifications: options.quiet,
  })
  if (answer._ === 'auth.authorizationSignUpRequired') throw new SignUpNeededError(answer.termsOfService)
  return await session.signedIn(answer.user)
}

/** Keeps what was asked for, so that the login can go on after a restart. */
export async function remember(
  session: SessionContext,
  phone: string,
  answer: tl.auth.SentCode,
): Promise<SentCode> {
  switch (answer._) {
    case 'auth.sentCode': {
      const sent = sentCode(answer, session.host.now())
      await session.stored.saveLogin(codeProgress(phone, sent))
      return sent
    }
    case 'auth.sentCodeSuccess':
      if (answer.authorization._ === 'auth.authorization') await session.signedIn(answer.authorization.user)
      throw new SessionStateError('ALREADY_SIGNED_IN', 'this auth key is signed in already: no code was sent')
    default:
      throw new LoginUnsupportedError('a payment')
  }
}
