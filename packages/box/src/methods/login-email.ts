/** Login codes by mail: setting the address up, before the first login or later (core.telegram.org/api/auth). */
import type { tl } from '../generated/types.ts'
import type { MethodContext } from './context.ts'
import type { OpenMethods } from './method-table.ts'
import { addressPattern, localPhone, pendingLogin, randomCode, send, sentCode } from './phone-code.ts'
import { isAddress } from './recovery-email.ts'
import { badRequest, RpcError } from './rpc-error.ts'

const CODE_LENGTH = 5

export const loginEmailMethods: OpenMethods = {
  'account.sendVerifyEmailCode': (ctx, { purpose, email }) => {
    if (!isAddress(email)) throw badRequest('EMAIL_INVALID')
    const code = randomCode(ctx.world)
    const subject = subjectOf(ctx, purpose)
    ctx.world.emailCodes.set(subject, { email, code })
    ctx.world.codeSent({ phone: subject, code, email })
    return { _: 'account.sentEmailCode', emailPattern: addressPattern(email), length: CODE_LENGTH }
  },

  'account.verifyEmail': (ctx, { purpose, verification }) => {
    const subject = subjectOf(ctx, purpose)
    const sent = ctx.world.emailCodes.get(subject)
    if (!sent) throw badRequest('EMAIL_VERIFY_EXPIRED')
    if (verification._ !== 'emailVerificationCode') throw badRequest('EMAIL_NOT_ALLOWED')
    if (verification.code !== sent.code) throw badRequest('CODE_INVALID')
    ctx.world.emailCodes.delete(subject)
    if (purpose._ !== 'emailVerifyPurposeLoginSetup') {
      const user = ctx.world.phones.get(subject)
      if (user && purpose._ === 'emailVerifyPurposeLoginChange') user.loginEmail = sent.email
      return { _: 'account.emailVerified', email: sent.email }
    }
    const login = pendingLogin(ctx.world, subject, purpose.phoneCodeHash)
    login.needsEmail = undefined
    login.email = sent.email
    ctx.world.codeSent({ phone: subject, code: login.code, email: sent.email })
    return { _: 'account.emailVerifiedLogin', email: sent.email, sentCode: sentCode(ctx.world, login) }
  },

  'auth.resetLoginEmail': (ctx, { phoneNumber, phoneCodeHash }) => {
    const phone = localPhone(ctx, phoneNumber)
    const login = pendingLogin(ctx.world, phone, phoneCodeHash)
    const user = ctx.world.phones.get(phone)
    if (!user?.loginEmail) throw badRequest('EMAIL_INSTALL_MISSING')
    user.loginEmail = undefined
    login.email = undefined
    return send(ctx.world, login)
  },
}

/** Whose address it is: a number that logs in, or the signed-in account's. */
function subjectOf(ctx: MethodContext, purpose: tl.EmailVerifyPurpose): string {
  if (purpose._ === 'emailVerifyPurposeLoginSetup') {
    const phone = localPhone(ctx, purpose.phoneNumber)
    if (!pendingLogin(ctx.world, phone, purpose.phoneCodeHash).needsEmail)
      throw badRequest('EMAIL_NOT_ALLOWED')
    return phone
  }
  const user = ctx.world.user(ctx.authorization?.user ?? 0)
  if (!user) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED')
  return user.phone
}
