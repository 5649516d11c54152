/** A forgotten password: recovered by a code sent to its recovery address. */
import type { Account } from '../world/state-account.ts'
import type { MethodContext } from './context.ts'
import type { OpenMethods } from './method-table.ts'
import { newPasswordOf } from './password.ts'
import { addressPattern, randomCode } from './phone-code.ts'
import { badRequest, RpcError } from './rpc-error.ts'
import { authorizedAs, signInAs } from './sign-in.ts'

export const recoveryMethods: OpenMethods = {
  'auth.requestPasswordRecovery': (ctx) => {
    const user = owner(ctx)
    if (!user.password) throw badRequest('PASSWORD_EMPTY')
    const { email } = user.password
    if (!email) throw badRequest('PASSWORD_RECOVERY_NA')
    user.recoveryCode = randomCode(ctx.world)
    ctx.world.codeSent({ phone: user.phone, code: user.recoveryCode, email })
    return { _: 'auth.passwordRecovery', emailPattern: addressPattern(email) }
  },

  'auth.checkRecoveryPassword': (ctx, { code }) => {
    checkRecoveryCode(owner(ctx), code)
    return true
  },

  'auth.recoverPassword': (ctx, { code, newSettings }) => {
    const user = owner(ctx)
    checkRecoveryCode(user, code)
    const next = newSettings && newPasswordOf(ctx, user, newSettings)
    user.recoveryCode = undefined
    // Without new settings the password is simply gone.
    user.password = next ? { ...next, email: user.password?.email } : undefined
    return ctx.authorization?.user === undefined ? signInAs(ctx, user) : authorizedAs(ctx, user)
  },
}

/** @throws RpcError CODE_EMPTY, PASSWORD_RECOVERY_EXPIRED, CODE_INVALID */
function checkRecoveryCode(user: Account, code: string): void {
  if (code === '') throw badRequest('CODE_EMPTY')
  if (user.recoveryCode === undefined) throw badRequest('PASSWORD_RECOVERY_EXPIRED')
  if (code !== user.recoveryCode) throw badRequest('CODE_INVALID')
}

function owner({ world, authorization }: MethodContext): Account {
  const user = world.user(authorization?.user ?? authorization?.awaitsPasswordOf ?? 0)
  if (!user) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED')
  return user
}
