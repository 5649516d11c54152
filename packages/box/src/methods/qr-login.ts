/**
 * Login by QR code (core.telegram.org/api/qr-login): one device shows a token, a signed-in one accepts it, the first
 * asks again and is signed in, on another datacenter if the account lives there.
 */
import type { tl } from '../generated/types.ts'
import type { Account } from '../world/state-account.ts'
import type { LoginToken, World } from '../world/world.ts'
import { checkApiId } from './auth.ts'
import type { MethodContext } from './context.ts'
import type { OpenMethods, UserMethods } from './method-table.ts'
import { renderAuthorization } from './profile.ts'
import { badRequest, RpcError } from './rpc-error.ts'
import { bind, signInAs } from './sign-in.ts'

/** Seconds for which an accepted token can be redeemed. */
const REDEEM_TIME = 60

export const openQrMethods: OpenMethods = {
  'auth.exportLoginToken': (ctx, { apiId, apiHash, exceptIds }) => {
    checkApiId(apiId, apiHash)
    const { world, caller } = ctx
    dropOld(world)
    for (const [key, token] of world.loginTokens) {
      if (token.session.authKeyId !== caller.authKeyId) continue
      if (token.acceptedBy === undefined) {
        // Each look shows a new token: an old picture of the code is soon worth nothing.
        world.loginTokens.delete(key)
        continue
      }
      const user = world.account(token.acceptedBy)
      if (exceptIds.includes(user.id)) continue
      if (user.dc !== caller.dc) {
        return {
          _: 'auth.loginTokenMigrateTo',
          dcId: user.dc,
          token: new Uint8Array(Buffer.from(key, 'hex')),
        }
      }
      return redeem(ctx, key, user)
    }
    const token = world.random(32)
    const expires = world.seconds() + (world.state.qrSeconds ?? world.limits.loginTokenLifetime)
    const session = { authKeyId: caller.authKeyId, sessionId: caller.sessionId }
    world.loginTokens.set(hex(token), { session, dc: caller.dc, expires })
    return { _: 'auth.loginToken', expires, token }
  },

  'auth.importLoginToken': (ctx, { token }) => {
    const key = hex(token)
    const known = ctx.world.loginTokens.get(key)
    if (known?.acceptedBy === undefined) throw badRequest('AUTH_TOKEN_INVALID')
    if (known.expires < ctx.world.seconds()) throw badRequest('AUTH_TOKEN_EXPIRED')
    const user = ctx.world.account(known.acceptedBy)
    if (user.dc !== ctx.caller.dc) {
      return { _: 'auth.loginTokenMigrateTo', dcId: user.dc, token }
    }
    return redeem(ctx, key, user)
  },
}

export const qrMethods: UserMethods = {
  'auth.acceptLoginToken': ({ world, me, authorization }, { token }) => {
    const known = world.loginTokens.get(hex(token))
    if (!known) throw badRequest('AUTH_TOKEN_INVALID')
    if (known.acceptedBy !== undefined) throw badRequest('AUTH_TOKEN_ALREADY_ACCEPTED')
    if (known.expires < world.seconds()) throw badRequest('AUTH_TOKEN_EXPIRED')
    known.acceptedBy = me.id
    known.expires = world.seconds() + REDEEM_TIME
    world.push(
      { userId: 0, onlyAuthKey: known.session.authKeyId },
      { _: 'updateShort', update: { _: 'updateLoginToken' }, date: world.seconds() },
    )
    return renderAuthorization(pendingAuthorization(world, known, authorization.apiId), false)
  },
}

/** @throws RpcError SESSION_PASSWORD_NEEDED */
function redeem(ctx: MethodContext, key: string, user: Account): tl.auth.loginTokenSuccess {
  ctx.world.loginTokens.delete(key)
  if (user.password) {
    bind(ctx, { awaitsPasswordOf: user.id })
    throw new RpcError(401, 'SESSION_PASSWORD_NEEDED')
  }
  return { _: 'auth.loginTokenSuccess', authorization: signInAs(ctx, user) }
}

function dropOld(world: World): void {
  for (const [key, token] of world.loginTokens) {
    if (token.expires < world.seconds()) world.loginTokens.delete(key)
  }
}

/** What the accepting device is shown of the session that will be. */
function pendingAuthorization(world: World, token: LoginToken, apiId: number) {
  const date = world.seconds()
  return {
    authKeyId: token.session.authKeyId,
    dc: token.dc,
    hash: world.randomLong(),
    apiId,
    deviceModel: '',
    systemVersion: '',
    appVersion: '',
    langCode: '',
    created: date,
    active: date,
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
