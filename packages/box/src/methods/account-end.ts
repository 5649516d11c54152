/** Changing an account's number, and ending it. */
import { acquaintances, becomeContactOfThoseWhoWait, phoneDigits } from '../world/accounts.ts'
import type { Authorization } from '../world/state-account.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { requirePassword } from './password.ts'
import { checkCode, pendingLogin, sendLoginCode } from './phone-code.ts'
import { badRequest, RpcError } from './rpc-error.ts'

export const accountEndMethods: UserMethods = {
  'account.sendChangePhoneCode': (ctx, { phoneNumber, settings }) => {
    const phone = freePhone(ctx, phoneNumber)
    return sendLoginCode(ctx.world, phone, settings)
  },

  'account.changePhone': (ctx, params) => {
    const { world, me } = ctx
    const phone = freePhone(ctx, params.phoneNumber)
    const login = pendingLogin(world, phone, params.phoneCodeHash)
    checkCode(world, login, params.phoneCode)
    world.state.logins.delete(login.hash)
    world.phones.delete(me.phone)
    me.phone = phone
    world.phones.set(phone, me)
    becomeContactOfThoseWhoWait(world, me)
    for (const account of [me, ...acquaintances(world, me)]) {
      announce(world, account, { _: 'updateUserPhone', userId: me.id, phone })
    }
    return ctx.view.user(me)
  },

  'account.deleteAccount': (ctx, { password }) => {
    const { world, me } = ctx
    if (me.password && password) requirePassword(ctx, me, password)
    // Who cannot show the password has to wait a week, in which the owner can object.
    else if (me.password) throw new RpcError(420, `2FA_CONFIRM_WAIT_${7 * 86_400}`)
    world.phones.delete(me.phone)
    if (me.username) world.usernames.delete(me.username.toLowerCase())
    me.deleted = true
    me.phone = ''
    me.username = undefined
    const others = acquaintances(world, me)
    for (const authorization of authorizationsOf(ctx)) world.revoked(authorization)
    for (const account of others) announce(world, account, { _: 'updateUser', userId: me.id })
    return true
  },
}

function authorizationsOf({ world, me }: UserContext): Authorization[] {
  return [...world.state.authorizations.values()].filter((a) => a.user === me.id)
}

/** @throws RpcError PHONE_NUMBER_INVALID, PHONE_NUMBER_OCCUPIED */
function freePhone(ctx: UserContext, given: string): string {
  const phone = phoneDigits(given)
  if (!phone) throw new RpcError(406, 'PHONE_NUMBER_INVALID')
  if (ctx.world.phones.has(phone)) throw badRequest('PHONE_NUMBER_OCCUPIED')
  return phone
}
