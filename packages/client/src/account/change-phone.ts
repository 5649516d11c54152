/** Another phone number for the account, and its end. */

import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { LoginUnsupportedError } from '../login/errors.ts'
import { withPassword } from '../login/password.ts'
import { digits, type SentCode, sentCode } from '../login/sent-code.ts'
import type { SessionContext } from '../session/context.ts'

/** Sends a code to the new number. Give the code with its `phoneCodeHash` to `changePhone`. @throws RpcError `PHONE_NUMBER_OCCUPIED`, … */
export async function sendChangePhoneCode(session: SessionContext, phone: string): Promise<SentCode> {
  const answer = await session.invoke({
    _: 'account.sendChangePhoneCode',
    phoneNumber: digits(phone),
    settings: { _: 'codeSettings' },
  })
  if (answer._ !== 'auth.sentCode') throw new LoginUnsupportedError('more than a code')
  return sentCode(answer, session.host.now())
}

/** Moves the account to the new number. @throws RpcError `PHONE_CODE_INVALID`, `PHONE_CODE_EXPIRED`. */
export async function changePhone(
  session: SessionContext,
  phone: string,
  phoneCodeHash: string,
  code: string,
): Promise<tl.user> {
  const user = await session.invoke({
    _: 'account.changePhone',
    phoneNumber: digits(phone),
    phoneCodeHash,
    phoneCode: code.trim(),
  })
  if (user._ !== 'user') throw new TelegramError('ANSWER_UNEXPECTED', 'account.changePhone names no user')
  await session.stored.saveUser(user)
  return user
}

/**
 * Deletes the account for good, with all its messages and contacts. The session is signed out.
 * @throws RpcError `PASSWORD_HASH_INVALID`; `2FA_CONFIRM_WAIT_%d` seconds, if the password was not given.
 */
export async function deleteAccount(
  session: SessionContext,
  reason: string,
  options: { password?: string | undefined } = {},
): Promise<void> {
  const { password } = options
  if (password === undefined) await session.invoke({ _: 'account.deleteAccount', reason })
  else {
    await withPassword(session, password, (proof) =>
      session.invoke({ _: 'account.deleteAccount', reason, password: proof }),
    )
  }
  await session.signedOut()
}
