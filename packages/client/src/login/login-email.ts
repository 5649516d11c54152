/** Login codes by mail (https://core.telegram.org/api/auth#email-verification): setting an address up, changing it, doing without. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { remember } from './phone-code.ts'
import { askedFor, type SentCode } from './sent-code.ts'

/** A code that was sent to an address. */
export interface SentEmailCode {
  /** The address, with most of it hidden. */
  emailPattern: string
  /** Digits in the code. */
  length: number
}

/**
 * Sends a code to an address at which login codes are to arrive: during a login whose server wants one, or of a signed-in
 * account, to change it. @throws RpcError `EMAIL_INVALID`, `EMAIL_NOT_ALLOWED`, …
 */
export async function sendLoginEmailCode(session: SessionContext, email: string): Promise<SentEmailCode> {
  const purpose = purposeOf(session)
  const { emailPattern, length } = await session.invoke({
    _: 'account.sendVerifyEmailCode',
    purpose,
    email: email.trim(),
  })
  return { emailPattern, length }
}

/**
 * Confirms the address with the code sent to it. During a login, a login code is sent there next, and this tells of it.
 * @throws RpcError `CODE_INVALID`, `EMAIL_VERIFY_EXPIRED`.
 */
export async function confirmLoginEmail(
  session: SessionContext,
  code: string,
): Promise<SentCode | undefined> {
  const answer = await session.invoke({
    _: 'account.verifyEmail',
    purpose: purposeOf(session),
    verification: { _: 'emailVerificationCode', code: code.trim() },
  })
  if (answer._ === 'account.emailVerified') return undefined
  return await remember(session, askedFor(session).phone, answer.sentCode)
}

/** The address cannot be read: asks for the code by phone instead. Telegram may want some days before it agrees. */
export async function resetLoginEmail(session: SessionContext): Promise<SentCode> {
  const { phone, phoneCodeHash } = askedFor(session)
  const answer = await session.invoke({ _: 'auth.resetLoginEmail', phoneNumber: phone, phoneCodeHash })
  return await remember(session, phone, answer)
}

function purposeOf(session: SessionContext): tl.EmailVerifyPurpose {
  if (session.stored.userId !== undefined) return { _: 'emailVerifyPurposeLoginChange' }
  if (session.stored.login === undefined) {
    throw new TelegramError(
      'CODE_NOT_SENT',
      'a login address is set up during a login, after sendCode, or by an account that is signed in',
    )
  }
  const { phone, phoneCodeHash } = askedFor(session)
  return { _: 'emailVerifyPurposeLoginSetup', phoneNumber: phone, phoneCodeHash }
}
