/** Signing in, up and out with a phone number, and taking a sign-in to another datacenter (core.telegram.org/api/auth). */
import type { tl } from '../generated/types.ts'
import { createUser } from '../world/accounts.ts'
import type { World } from '../world/world.ts'
import type { MethodContext } from './context.ts'
import type { OpenMethods, UserMethods } from './method-table.ts'
import {
  checkCode,
  localPhone,
  pendingLogin,
  resendLoginCode,
  sendByFirebase,
  sendLoginCode,
} from './phone-code.ts'
import { badRequest, RpcError } from './rpc-error.ts'
import { authorizedAs, bind, signInAs } from './sign-in.ts'

const NAME_LENGTH = 64
/** Seconds for which an exported authorization can be imported. */
const EXPORT_LIFETIME = 60

/** @throws RpcError API_ID_INVALID. The box takes any id and hash that could be real. */
export function checkApiId(apiId: number, apiHash: string): void {
  if (apiId <= 0 || apiHash === '') throw badRequest('API_ID_INVALID')
}

function loginOf(ctx: MethodContext, params: { phoneNumber: string; phoneCodeHash: string }) {
  return pendingLogin(ctx.world, localPhone(ctx, params.phoneNumber), params.phoneCodeHash)
}

/** What the new account agrees to. */
function terms(world: World): tl.help.termsOfService | undefined {
  const text = world.state.terms ?? world.termsOfService
  return text === undefined
    ? undefined
    : { _: 'help.termsOfService', id: { _: 'dataJSON', data: '{}' }, text, entities: [] }
}

export const openAuthMethods: OpenMethods = {
  'auth.sendCode': (ctx, params) => {
    checkApiId(params.apiId, params.apiHash)
    return sendLoginCode(ctx.world, localPhone(ctx, params.phoneNumber), params.settings)
  },

  'auth.resendCode': (ctx, params) => resendLoginCode(ctx.world, loginOf(ctx, params)),

  'auth.requestFirebaseSms': (ctx, params) => {
    const proof = params.playIntegrityToken ?? params.safetyNetToken ?? params.iosPushSecret
    sendByFirebase(ctx.world, loginOf(ctx, params), proof)
    return true
  },

  'auth.reportMissingCode': (ctx, params) => {
    loginOf(ctx, params)
    return true
  },

  'auth.cancelCode': (ctx, params) => ctx.world.state.logins.delete(loginOf(ctx, params).hash),

  'auth.signIn': (ctx, params) => {
    const login = loginOf(ctx, params)
    const mailed = params.emailVerification
    checkCode(ctx.world, login, mailed?._ === 'emailVerificationCode' ? mailed.code : params.phoneCode)
    const user = ctx.world.phones.get(login.phone)
    if (!user) {
      login.confirmed = true
      return { _: 'auth.authorizationSignUpRequired', termsOfService: terms(ctx.world) }
    }
    ctx.world.state.logins.delete(login.hash)
    if (user.password) {
      bind(ctx, { awaitsPasswordOf: user.id })
      throw new RpcError(401, 'SESSION_PASSWORD_NEEDED')
    }
    return signInAs(ctx, user)
  },

  'auth.signUp': (ctx, params) => {
    const login = loginOf(ctx, params)
    if (ctx.world.phones.has(login.phone)) throw badRequest('PHONE_NUMBER_OCCUPIED')
    // Who has not shown the code has no business here.
    if (!login.confirmed) throw badRequest('PHONE_CODE_EMPTY')
    const firstName = params.firstName.trim()
    if (firstName === '' || firstName.length > NAME_LENGTH) throw badRequest('FIRSTNAME_INVALID')
    const lastName = params.lastName.trim()
    if (lastName.length > NAME_LENGTH) throw badRequest('LASTNAME_INVALID')
    ctx.world.state.logins.delete(login.hash)
    const user = createUser(ctx.world, { phone: login.phone, firstName, lastName, dc: ctx.caller.dc })
    user.loginEmail = login.email
    return signInAs(ctx, user)
  },

  'auth.importAuthorization': (ctx, { id, bytes }) => {
    const key = Buffer.from(bytes).toString('hex')
    const exported = ctx.world.exported.get(key)
    const user = exported && ctx.world.user(exported.userId)
    if (!exported || !user || BigInt(user.id) !== id || exported.dc !== ctx.caller.dc) {
      throw badRequest('AUTH_BYTES_INVALID')
    }
    ctx.world.exported.delete(key)
    if (exported.expires < ctx.world.seconds()) throw badRequest('AUTH_BYTES_INVALID')
    bind(ctx, { user: user.id, imported: true })
    return authorizedAs(ctx, user)
  },
}

export const authMethods: UserMethods = {
  'auth.logOut': ({ world, caller, authorization }) => {
    world.state.authorizations.delete(caller.authKeyId)
    world.revoked(authorization)
    return { _: 'auth.loggedOut' }
  },

  'auth.exportAuthorization': ({ world, caller, me, settings }, { dcId }) => {
    if (dcId === caller.dc || !settings.dcOptions().some((dc) => dc.id === dcId)) {
      throw badRequest('DC_ID_INVALID')
    }
    const bytes = world.random(128)
    const expires = world.seconds() + EXPORT_LIFETIME
    for (const [key, other] of world.exported) if (other.expires < world.seconds()) world.exported.delete(key)
    world.exported.set(Buffer.from(bytes).toString('hex'), { userId: me.id, dc: dcId, expires })
    return { _: 'auth.exportedAuthorization', id: BigInt(me.id), bytes }
  },
}
