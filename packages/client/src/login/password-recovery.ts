/** A forgotten password: recovered by the address that was left for that (https://core.telegram.org/api/srp#email-verification). */

import { newPasswordSettings } from '../account/two-factor.ts'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginUnsupportedError } from './errors.ts'

/**
 * Sends a recovery code to the address of the account; gives the address with most of it hidden.
 * @throws RpcError `PASSWORD_RECOVERY_NA` there is no address: only `resetPassword` helps, or the account's end.
 */
export async function requestPasswordRecovery(session: SessionContext): Promise<string> {
  return (await session.invoke({ _: 'auth.requestPasswordRecovery' })).emailPattern
}

/**
 * Takes the password away with the code that arrived, or sets another one; during a login, signs in.
 * @throws RpcError `CODE_INVALID`, `PASSWORD_RECOVERY_EXPIRED`.
 */
export async function recoverPassword(
  session: SessionContext,
  code: string,
  options: { newPassword?: string | undefined; hint?: string | undefined } = {},
): Promise<tl.user> {
  const { newPassword, hint } = options
  const newSettings =
    newPassword === undefined
      ? undefined
      : await newPasswordSettings(
          session,
          await session.invoke({ _: 'account.getPassword' }),
          newPassword,
          hint,
        )
  const answer = await session.invoke({ _: 'auth.recoverPassword', code: code.trim(), newSettings })
  if (answer._ !== 'auth.authorization') throw new LoginUnsupportedError('a sign-up after the recovery')
  return await session.signedIn(answer.user)
}
