/** Binding an auth key to a user, and what both sides are told of it. */
import type { tl } from '../generated/types.ts'
import { compose } from '../world/outbox.ts'
import type { Account, Authorization } from '../world/state-account.ts'
import { View } from '../world/view.ts'
import type { SessionRef, World } from '../world/world.ts'
import type { MethodContext } from './context.ts'

/** Signs the caller's auth key in as the user and tells the user's other sessions. */
export function signInAs(ctx: MethodContext, user: Account): tl.auth.authorization {
  tellOfSignIn(ctx.world, user, bind(ctx, { user: user.id }), ctx.caller)
  return authorizedAs(ctx, user)
}

function tellOfSignIn(
  world: World,
  user: Account,
  authorization: Authorization,
  exceptSession: SessionRef,
): void {
  world.push(
    { userId: user.id, exceptSession },
    compose(world, user, [
      {
        _: 'updateNewAuthorization',
        hash: authorization.hash,
        date: authorization.created,
        device: authorization.deviceModel,
        location: 'box',
      },
    ]),
  )
}

export function authorizedAs(ctx: MethodContext, user: Account): tl.auth.authorization {
  return { _: 'auth.authorization', user: new View(ctx.world, user).user(user) }
}

/** Replaces whatever the auth key was before. */
export function bind(
  ctx: MethodContext,
  as: Pick<Authorization, 'user' | 'awaitsPasswordOf' | 'imported'>,
): Authorization {
  const { world, caller } = ctx
  const date = world.seconds()
  const authorization: Authorization = {
    ...as,
    authKeyId: caller.authKeyId,
    dc: caller.dc,
    hash: world.randomLong(),
    apiId: caller.apiId,
    deviceModel: caller.deviceModel,
    systemVersion: caller.systemVersion,
    appVersion: caller.appVersion,
    langCode: caller.langCode,
    created: date,
    active: date,
  }
  world.state.authorizations.set(caller.authKeyId, authorization)
  return authorization
}
