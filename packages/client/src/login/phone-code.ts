/** Login by phone code: ask for a code, sign in with it, or sign up (https://core.telegram.org/api/auth). */
import { SessionStateError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { PasswordNeededError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginUnsupportedError, SignUpNeededError } from './errors.ts'
import { checkPassword } from './password.ts'

/** How a code was sent, and what may be done if it does not arrive. */
export interface SentCode {
  /** Ties the code to this request. The session remembers it; give it to `signIn` yourself only to override that. */
  phoneCodeHash: string
  /** Where the code went: `app`, `sms`, `call`, `flashCall`, `missedCall`, `emailCode`, `fragmentSms`, … */
  type: string
  /** Digits in the code, if the server says. */
  length: number | undefined
  /** Where `resendCode` would send the next one. */
  nextType: string | undefined
  /** Seconds to wait before `resendCode`. */
  timeout: number | undefined
}

export interface SignInOptions {
  /** Overrides the hash that `sendCode` left in the session. */
  phoneCodeHash?: string | undefined
  /** The account's second factor, asked for only if it has one. */
  password?: string | (() => string | Promise<string>) | undefined
}

export interface SignUpOptions {
  phoneCodeHash?: string | undefined
  firstName: string
  lastName?: string | undefined
}

/**
 * Sends a login code to a phone number with its country code. If the number belongs to another datacenter the session moves there.
 * @throws RpcError `PHONE_NUMBER_INVALID`, `PHONE_NUMBER_BANNED`, …; FloodWaitError after too many tries.
 */
export async function sendCode(session: SessionContext, phone: string): Promise<SentCode> {
  const phoneNumber = digits(phone)
  const answer = await session.invoke({
    _: 'auth.sendCode',
    phoneNumber,
    apiId: session.host.apiId,
    apiHash: session.host.apiHash,
    settings: { _: 'codeSettings' },
  })
  return remember(session, phoneNumber, answer)
}

/** Asks for the code again, by the next way. @throws SessionStateError if no code was asked for. */
export async function resendCode(session: SessionContext): Promise<SentCode> {
  const { phone, phoneCodeHash } = asked(session)
  const answer = await session.invoke({ _: 'auth.resendCode', phoneNumber: phone, phoneCodeHash })
  return remember(session, phone, answer)
}

/**
 * Signs in with the code that arrived.
 * @throws RpcError `PHONE_CODE_INVALID`, `PHONE_CODE_EXPIRED`, `PHONE_CODE_EMPTY`.
 * @throws PasswordNeededError the account has a second factor and none was given: call `checkPassword`.
 * @throws SignUpNeededError the number has no account: call `signUp`.
 */
export async function signIn(
  session: SessionContext,
  phone: string,
  code: string,
  options: SignInOptions = {},
): Promise<tl.user> {
  const phoneNumber = digits(phone)
  const phoneCodeHash = options.phoneCodeHash ?? asked(session, phoneNumber).phoneCodeHash
  try {
    const answer = await session.invoke({
      _: 'auth.signIn',
      phoneNumber,
      phoneCodeHash,
      phoneCode: code.trim(),
    })
    if (answer._ === 'auth.authorizationSignUpRequired') throw new SignUpNeededError(answer.termsOfService)
    return await session.signedIn(answer.user)
  } catch (error) {
    if (!(error instanceof PasswordNeededError) || options.password === undefined) throw error
    const password = typeof options.password === 'function' ? await options.password() : options.password
    return await checkPassword(session, password)
  }
}

/** Makes an account for the number, after `signIn` threw a SignUpNeededError. */
export async function signUp(
  session: SessionContext,
  phone: string,
  options: SignUpOptions,
): Promise<tl.user> {
  const phoneNumber = digits(phone)
  const phoneCodeHash = options.phoneCodeHash ?? asked(session, phoneNumber).phoneCodeHash
  const answer = await session.invoke({
    _: 'auth.signUp',
    phoneNumber,
    phoneCodeHash,
    firstName: options.firstName,
    lastName: options.lastName ?? '',
  })
  if (answer._ === 'auth.authorizationSignUpRequired') throw new SignUpNeededError(answer.termsOfService)
  return await session.signedIn(answer.user)
}

async function remember(session: SessionContext, phone: string, answer: tl.auth.SentCode): Promise<SentCode> {
  switch (answer._) {
    case 'auth.sentCode': {
      const { phoneCodeHash } = answer
      await session.stored.saveLogin({ step: 'code', phone, phoneCodeHash })
      const { type } = answer
      return {
        phoneCodeHash,
        type: codeTypeName(type._),
        length: 'length' in type ? type.length : undefined,
        nextType: answer.nextType && codeTypeName(answer.nextType._),
        timeout: answer.timeout,
      }
    }
    case 'auth.sentCodeSuccess':
      throw new SessionStateError('ALREADY_SIGNED_IN', 'this auth key is signed in already: no code was sent')
    default:
      throw new LoginUnsupportedError('a payment')
  }
}

/** `auth.sentCodeTypeFlashCall`, `auth.codeTypeFlashCall` → `flashCall` */
function codeTypeName(name: string): string {
  const short = name.replace(/^auth\.(sentCodeType|codeType)/, '')
  return short.charAt(0).toLowerCase() + short.slice(1)
}

function asked(session: SessionContext, phone?: string): { phone: string; phoneCodeHash: string } {
  const login = session.stored.login
  if (login?.phone === undefined || login.phoneCodeHash === undefined) {
    throw new SessionStateError('CODE_NOT_SENT', 'no code was asked for on this session: call sendCode first')
  }
  if (phone !== undefined && login.phone !== phone) {
    throw new SessionStateError(
      'CODE_NOT_SENT',
      'the code of this session was sent to another number: call sendCode for this one',
    )
  }
  return { phone: login.phone, phoneCodeHash: login.phoneCodeHash }
}

/** "+41 12 345 67 89" → "41123456789": Telegram takes digits. */
function digits(phone: string): string {
  const number = phone.replace(/[\s().+-]/g, '')
  if (!/^[0-9]{5,20}$/.test(number)) {
    throw new SessionStateError(
      'PHONE_INVALID',
      'a phone number is written with its country code, as in +41 12 345 67 89',
    )
  }
  return number
}
