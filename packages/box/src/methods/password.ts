/** Two-step verification: the password step of signing in, and setting, changing, removing a password. */
import { equalBytes, knownDhPrime } from '@telegram-mt/crypto'
import type { tl } from '../generated/types.ts'
import {
  algoOf,
  challengePassword,
  isVerifier,
  newSalts,
  PASSWORD_G,
  proofIsRight,
  saltsAreFresh,
} from '../world/passwords.ts'
import type { Account, Password } from '../world/state-account.ts'
import type { MethodContext } from './context.ts'
import type { OpenMethods, UserMethods } from './method-table.ts'
import { addressPattern } from './phone-code.ts'
import { confirmFirst } from './recovery-email.ts'
import { badRequest, RpcError } from './rpc-error.ts'
import { authorizedAs, signInAs } from './sign-in.ts'

/** A password is taken away without proof a week after that was asked for, so that its owner can object; seconds. */
const RESET_WAIT = 7 * 86_400
/** Whoever has objected is left alone for so long. */
const RESET_PAUSE = 86_400

const KDF = 'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow'

/** Whose password this is about: the signed-in user, or the one who has only shown the code yet. */
function subject({ world, authorization }: MethodContext): Account {
  const user = world.user(authorization?.user ?? authorization?.awaitsPasswordOf ?? 0)
  if (!user) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED')
  return user
}

/** @throws RpcError PASSWORD_HASH_INVALID, SRP_ID_INVALID */
export function requirePassword(ctx: MethodContext, user: Account, proof: tl.InputCheckPasswordSRP): void {
  if (!user.password) return
  if (proof._ === 'inputCheckPasswordEmpty') throw badRequest('PASSWORD_HASH_INVALID')
  const challenge = ctx.world.challenges.get(proof.srpId)
  if (!challenge || challenge.userId !== user.id) throw badRequest('SRP_ID_INVALID')
  if (!proofIsRight(ctx.world, user.password, challenge, proof)) throw badRequest('PASSWORD_HASH_INVALID')
}

/** The password that settings ask for; null takes it away, undefined leaves it. */
export function newPasswordOf(
  ctx: MethodContext,
  user: Account,
  settings: tl.account.PasswordInputSettings,
): Password | null | undefined {
  const { newAlgo, newPasswordHash, hint } = settings
  if (!newAlgo || !newPasswordHash) return undefined
  return newPasswordHash.length === 0 ? null : newPassword(ctx, user, newAlgo, newPasswordHash, hint ?? '')
}

/** @throws RpcError NEW_SALT_INVALID, NEW_SETTINGS_INVALID */
function newPassword(
  ctx: MethodContext,
  user: Account,
  algo: tl.PasswordKdfAlgo,
  verifier: Uint8Array,
  hint: string,
): Password {
  if (algo._ !== KDF) throw badRequest('NEW_SETTINGS_INVALID')
  if (!saltsAreFresh(ctx.world, user, algo)) throw badRequest('NEW_SALT_INVALID')
  if (algo.g !== PASSWORD_G || !equalBytes(algo.p, knownDhPrime) || !isVerifier(verifier)) {
    throw badRequest('NEW_SETTINGS_INVALID')
  }
  return { salt1: algo.salt1.slice(), salt2: algo.salt2.slice(), verifier: verifier.slice(), hint }
}

export const openPasswordMethods: OpenMethods = {
  'account.getPassword': (ctx) => {
    const user = subject(ctx)
    const challenge = user.password && challengePassword(ctx.world, user, user.password)
    return {
      _: 'account.password',
      hasPassword: user.password !== undefined || undefined,
      hasRecovery: user.password?.email !== undefined || undefined,
      currentAlgo: user.password && { _: KDF, ...algoOf(user.password) },
      srpB: challenge?.B,
      srpId: challenge?.id,
      hint: user.password?.hint || undefined,
      emailUnconfirmedPattern: user.unconfirmed && addressPattern(user.unconfirmed.email),
      pendingResetDate: user.resetDue,
      loginEmailPattern: user.loginEmail && addressPattern(user.loginEmail),
      newAlgo: { _: KDF, ...algoOf(newSalts(ctx.world, user)) },
      newSecureAlgo: {
        _: 'securePasswordKdfAlgoPBKDF2HMACSHA512iter100000',
        salt: newSalts(ctx.world, user).salt1,
      },
      secureRandom: ctx.world.random(256),
    }
  },

  'auth.checkPassword': (ctx, { password }) => {
    const { awaitsPasswordOf, user: signedIn = 0, revoked } = ctx.authorization ?? {}
    const user = ctx.world.user(awaitsPasswordOf ?? (revoked === true ? 0 : signedIn))
    if (!user) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED')
    requirePassword(ctx, user, password)
    // For a key that is signed in already only refusals of the password are documented: it stays what it is.
    return awaitsPasswordOf === undefined ? authorizedAs(ctx, user) : signInAs(ctx, user)
  },
}

export const passwordMethods: UserMethods = {
  'account.updatePasswordSettings': (ctx, { password, newSettings }) => {
    requirePassword(ctx, ctx.me, password)
    const next = newPasswordOf(ctx, ctx.me, newSettings)
    const { email } = newSettings
    if (email && (next ?? ctx.me.password)) confirmFirst(ctx, ctx.me, next, email)
    if (next === null) ctx.me.password = undefined
    else if (next) ctx.me.password = { ...next, email: ctx.me.password?.email }
    return true
  },

  'account.resetPassword': ({ me, world }) => {
    if (!me.password) throw badRequest('PASSWORD_EMPTY')
    const now = world.seconds()
    if (me.resetDue !== undefined && me.resetDue <= now) {
      me.password = undefined
      me.resetDue = undefined
      return { _: 'account.resetPasswordOk' }
    }
    if (me.resetDue === undefined && (me.resetAgain ?? 0) > now) {
      return { _: 'account.resetPasswordFailedWait', retryDate: me.resetAgain ?? now }
    }
    me.resetDue ??= now + RESET_WAIT
    return { _: 'account.resetPasswordRequestedWait', untilDate: me.resetDue }
  },

  'account.declinePasswordReset': ({ me, world }) => {
    if (me.resetDue === undefined) throw badRequest('RESET_REQUEST_MISSING')
    me.resetDue = undefined
    me.resetAgain = world.seconds() + RESET_PAUSE
    return true
  },

  'account.getPasswordSettings': (ctx, { password }) => {
    requirePassword(ctx, ctx.me, password)
    return { _: 'account.passwordSettings', email: ctx.me.password?.email }
  },
}
