/** The recovery address of a password: a new one counts only when its owner has shown the code sent to it. */
import type { Account, Password } from '../world/state-account.ts'
import type { MethodContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { randomCode } from './phone-code.ts'
import { badRequest } from './rpc-error.ts'

const CODE_LENGTH = 5

/**
 * Keeps the change back and sends the code.
 * @throws RpcError EMAIL_INVALID, and always EMAIL_UNCONFIRMED_X: X digits are waited for
 */
export function confirmFirst(
  ctx: MethodContext,
  user: Account,
  password: Password | null | undefined,
  email: string,
): never {
  if (!isAddress(email)) throw badRequest('EMAIL_INVALID')
  const code = randomCode(ctx.world)
  user.unconfirmed = { password: password ?? undefined, email, code }
  ctx.world.codeSent({ phone: user.phone, code, email })
  throw badRequest(`EMAIL_UNCONFIRMED_${CODE_LENGTH}`)
}

export function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
}

export const recoveryEmailMethods: UserMethods = {
  'account.confirmPasswordEmail': ({ me }, { code }) => {
    const { unconfirmed } = me
    if (!unconfirmed) throw badRequest('EMAIL_HASH_EXPIRED')
    if (unconfirmed.code !== code) throw badRequest('CODE_INVALID')
    const password = unconfirmed.password ?? me.password
    me.password = password && { ...password, email: unconfirmed.email }
    me.unconfirmed = undefined
    return true
  },

  'account.resendPasswordEmail': ({ me, world }) => {
    const { unconfirmed } = me
    if (!unconfirmed) throw badRequest('EMAIL_HASH_EXPIRED')
    world.codeSent({ phone: me.phone, code: unconfirmed.code, email: unconfirmed.email })
    return true
  },

  'account.cancelPasswordEmail': ({ me }) => {
    if (!me.unconfirmed) throw badRequest('EMAIL_HASH_EXPIRED')
    me.unconfirmed = undefined
    return true
  },
}
