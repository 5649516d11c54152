/** What the server says of a login code it has sent, in a form that a program can show and a session can keep. */
import { SessionStateError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import type { LoginProgress } from '../storage/records.ts'

/** How a code was sent, and what may be done if it does not arrive. */
export interface SentCode {
  /** Ties the code to this request. The session remembers it; give it to `signIn` yourself only to override that. */
  phoneCodeHash: string
  /**
   * Where the code went: `app` (the account's other devices), `sms`, `call` (a voice), `flashCall` (the code is the whole number
   * that calls), `missedCall` (the last digits of the number that calls), `emailCode`, `fragmentSms`, `smsWord`, `smsPhrase`
   * (words in place of digits), `firebaseSms` (comes only after `auth.requestFirebaseSms`; see `resendCode` for another way), … No
   * code was sent at all if it is `setUpEmailRequired`: then an address for codes has to be set up first.
   */
  type: string
  /** Digits in the code, if the server says. */
  length: number | undefined
  /** Where `resendCode` would send the next one. */
  nextType: string | undefined
  /** Seconds to wait before `resendCode`, counted from when the code was sent. */
  timeout: number | undefined
  /** The moment from which `resendCode` may be called, milliseconds since the epoch; it is the same after a restart. */
  resendAt: number | undefined
  /** `emailCode`: the address, with most of it hidden. */
  emailPattern: string | undefined
  /** `missedCall`: what the number that calls begins with. `flashCall`: its pattern. `smsWord`, `smsPhrase`: the text's beginning. */
  hint: string | undefined
  /** `fragmentSms`: where to look the code up. */
  url: string | undefined
}

/** @param now milliseconds since the epoch. */
export function sentCode(
  { type, phoneCodeHash, nextType, timeout }: tl.auth.sentCode,
  now: number,
): SentCode {
  return {
    phoneCodeHash,
    type: codeTypeName(type._),
    length: 'length' in type ? type.length : undefined,
    nextType: nextType && codeTypeName(nextType._),
    timeout,
    resendAt: timeout === undefined ? undefined : now + timeout * 1000,
    emailPattern: 'emailPattern' in type ? type.emailPattern : undefined,
    hint:
      'prefix' in type
        ? type.prefix
        : 'pattern' in type
          ? type.pattern
          : 'beginning' in type
            ? type.beginning
            : undefined,
    url: 'url' in type ? type.url : undefined,
  }
}

/** The record of a code that was asked for. */
export function codeProgress(phone: string, sent: SentCode): LoginProgress {
  const { phoneCodeHash, ...rest } = sent
  const more = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    step: sent.type === 'setUpEmailRequired' ? 'setUpEmail' : 'code',
    phone,
    phoneCodeHash,
    more: more as Record<string, string | number>,
  }
}

/** The code that a record tells of; undefined if it tells of none. */
export function savedCode({ phoneCodeHash, more }: LoginProgress): SentCode | undefined {
  if (phoneCodeHash === undefined) return undefined
  const text = (name: string) => (typeof more?.[name] === 'string' ? more[name] : undefined)
  const number = (name: string) => (typeof more?.[name] === 'number' ? more[name] : undefined)
  return {
    phoneCodeHash,
    type: text('type') ?? 'unknown',
    length: number('length'),
    nextType: text('nextType'),
    timeout: number('timeout'),
    resendAt: number('resendAt'),
    emailPattern: text('emailPattern'),
    hint: text('hint'),
    url: text('url'),
  }
}

/** @throws SessionStateError `CODE_NOT_SENT` if no code was asked for, or one for another number. */
export function askedFor(session: SessionContext, phone?: string): { phone: string; phoneCodeHash: string } {
  session.requireUsable('the login')
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

/** "+41 12 345 67 89" → "41123456789": Telegram takes digits. @throws SessionStateError `PHONE_INVALID`. */
export function digits(phone: string): string {
  const number = phone.replace(/[\s().+-]/g, '')
  if (!/^[0-9]{5,20}$/.test(number)) {
    throw new SessionStateError(
      'PHONE_INVALID',
      'a phone number is written with its country code, as in +41 12 345 67 89',
    )
  }
  return number
}

/** `auth.sentCodeTypeFlashCall`, `auth.codeTypeFlashCall` → `flashCall` */
function codeTypeName(name: string): string {
  const short = name.replace(/^auth\.(sentCodeType|codeType)/, '')
  return short.charAt(0).toLowerCase() + short.slice(1)
}
