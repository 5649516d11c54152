/** The caller's own profile, presence and sign-ins. */
import { acquaintances, isUsername, takeUsername } from '../world/accounts.ts'
import type { Authorization } from '../world/state-account.ts'
import { announce, tell } from '../world/update-log.ts'
import { View } from '../world/view.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { badRequest } from './rpc-error.ts'

const NAME_LENGTH = 64
const ABOUT_LENGTH = 70
/** Seconds for which one report of being online holds. */
const ONLINE_FOR = 300

export const profileMethods: UserMethods = {
  'account.updateProfile': (ctx, { firstName, lastName, about }) => {
    if (firstName !== undefined && (firstName.trim() === '' || firstName.length > NAME_LENGTH)) {
      throw badRequest('FIRSTNAME_INVALID')
    }
    if (about !== undefined && about.length > ABOUT_LENGTH) throw badRequest('ABOUT_TOO_LONG')
    const { me } = ctx
    const names = `${me.firstName}\n${me.lastName}`
    me.firstName = firstName?.trim() ?? me.firstName
    me.lastName = lastName?.trim().slice(0, NAME_LENGTH) ?? me.lastName
    me.about = about ?? me.about
    if (`${me.firstName}\n${me.lastName}` !== names) announceName(ctx)
    return ctx.view.user(me)
  },

  'account.updateUsername': (ctx, { username }) => {
    if (username === (ctx.me.username ?? '')) throw badRequest('USERNAME_NOT_MODIFIED')
    if (username !== '' && !isFree(ctx, username)) throw badRequest('USERNAME_OCCUPIED')
    takeUsername(ctx.world, ctx.me, username)
    announceName(ctx)
    return ctx.view.user(ctx.me)
  },

  // Telegram lets only premium accounts do this. In the box everybody may.
  'account.updateEmojiStatus': ({ world, me }, { emojiStatus }) => {
    me.emojiStatus = emojiStatus._ === 'emojiStatusEmpty' ? undefined : emojiStatus
    for (const account of [me, ...acquaintances(world, me)]) {
      announce(world, account, { _: 'updateUserEmojiStatus', userId: me.id, emojiStatus })
    }
    return true
  },

  'account.checkUsername': (ctx, { username }) => isFree(ctx, username),

  'account.updateStatus': (ctx, { offline }) => {
    const { me, world } = ctx
    me.seen = world.seconds() + (offline ? 0 : ONLINE_FOR)
    for (const other of acquaintances(world, me)) {
      const status = new View(world, other).status(me)
      tell(world, other, { _: 'updateUserStatus', userId: me.id, status })
    }
    return true
  },

  'account.getAuthorizations': (ctx) => ({
    _: 'account.authorizations',
    authorizationTtlDays: 180,
    authorizations: signIns(ctx).map((a) => renderAuthorization(a, a === ctx.authorization)),
  }),

  'account.resetAuthorization': (ctx, { hash }) => {
    const found = signIns(ctx).find((a) => a.hash === hash)
    if (!found || found === ctx.authorization) throw badRequest('HASH_INVALID')
    revoke(ctx, found)
    return true
  },

  'auth.resetAuthorizations': (ctx) => {
    for (const other of signIns(ctx)) if (other !== ctx.authorization) revoke(ctx, other)
    return true
  },

  'account.setAuthorizationTTL': () => true,
  'account.registerDevice': () => true,
  'account.unregisterDevice': () => true,
}

/** Whether the caller could have the username. @throws RpcError USERNAME_INVALID */
function isFree(ctx: UserContext, username: string): boolean {
  if (!isUsername(username)) throw badRequest('USERNAME_INVALID')
  return (ctx.world.usernames.get(username.toLowerCase()) ?? ctx.me.id) === ctx.me.id
}

function announceName({ world, me }: UserContext): void {
  for (const account of [me, ...acquaintances(world, me)]) {
    announce(world, account, {
      _: 'updateUserName',
      userId: me.id,
      firstName: me.firstName,
      lastName: me.lastName,
      usernames: me.username ? [{ _: 'username', editable: true, active: true, username: me.username }] : [],
    })
  }
}

function signIns({ world, me }: UserContext): Authorization[] {
  return [...world.state.authorizations.values()].filter((a) => a.user === me.id && !a.imported && !a.revoked)
}

function revoke({ world }: UserContext, authorization: Authorization): void {
  authorization.revoked = true
  world.revoked(authorization)
}

export function renderAuthorization(a: Authorization, current: boolean) {
  return {
    _: 'authorization' as const,
    current: current || undefined,
    hash: current ? 0n : a.hash,
    deviceModel: a.deviceModel,
    platform: '',
    systemVersion: a.systemVersion,
    apiId: a.apiId,
    appName: 'box',
    appVersion: a.appVersion,
    dateCreated: a.created,
    dateActive: a.active,
    ip: '127.0.0.1',
    country: 'CH',
    region: '',
  }
}
