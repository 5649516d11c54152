/**
 * The API of the box: takes a decoded call, finds its method, checks that the caller may, and gives the answer.
 * `invokeWithLayer` and the other wrappers are the server's; here comes what was inside of them.
 */
import { answerWithUpdates, flushOutbox } from '../world/outbox.ts'
import type { Account, Authorization } from '../world/state-account.ts'
import { View } from '../world/view.ts'
import type { World } from '../world/world.ts'
import { accountEndMethods } from './account-end.ts'
import { authMethods, openAuthMethods } from './auth.ts'
import { botMethods, openBotMethods } from './bots.ts'
import { cdnMethods, isCdn, openCdnMethods } from './cdn.ts'
import { channelMembersMethods } from './channel-members.ts'
import { channelMessagesMethods } from './channel-messages.ts'
import { channelsMethods } from './channels.ts'
import { chatRulesMethods } from './chat-rules.ts'
import { chatsMethods } from './chats.ts'
import { contactsMethods } from './contacts.ts'
import type { ApiSettings, Caller, MethodContext, UserContext } from './context.ts'
import { dialogsMethods } from './dialogs.ts'
import { forumMethods } from './forum.ts'
import { forwardMethods } from './forward.ts'
import { helpMethods } from './help.ts'
import { inviteMethods } from './invites.ts'
import { joinMethods } from './join-by-invite.ts'
import { linkPreviewMethods } from './link-preview.ts'
import { loginEmailMethods } from './login-email.ts'
import { historyMethods } from './messages-history.ts'
import { mediaMethods } from './messages-media.ts'
import { removeMethods } from './messages-remove.ts'
import { sendMethods } from './messages-send.ts'
import type { MethodName, OpenMethods, Params, Result, UserMethods } from './method-table.ts'
import { openPasswordMethods, passwordMethods } from './password.ts'
import { recoveryMethods } from './password-recovery.ts'
import { photosMethods } from './photos.ts'
import { pinMethods } from './pins.ts'
import { pollMethods } from './polls.ts'
import { privacyMethods } from './privacy.ts'
import { profileMethods } from './profile.ts'
import { openQrMethods, qrMethods } from './qr-login.ts'
import { reactionMethods } from './reactions.ts'
import { recoveryEmailMethods } from './recovery-email.ts'
import { badRequest, RpcError } from './rpc-error.ts'
import { savedMethods } from './saved-messages.ts'
import { expectScheduled, scheduledMethods, sendWhatIsDue } from './scheduled.ts'
import { takeoutMethods } from './takeout.ts'
import { translateMethods } from './translate.ts'
import { updatesMethods } from './updates.ts'
import { uploadMethods } from './upload.ts'
import { usersMethods } from './users.ts'

const open: OpenMethods = {
  ...helpMethods,
  ...openAuthMethods,
  ...openPasswordMethods,
  ...openQrMethods,
  ...openBotMethods,
  ...recoveryMethods,
  ...loginEmailMethods,
  ...openCdnMethods,
}
const forUsers: UserMethods = {
  ...authMethods,
  ...passwordMethods,
  ...profileMethods,
  ...usersMethods,
  ...contactsMethods,
  ...historyMethods,
  ...sendMethods,
  ...removeMethods,
  ...chatRulesMethods,
  ...chatsMethods,
  ...updatesMethods,
  ...channelsMethods,
  ...channelMembersMethods,
  ...channelMessagesMethods,
  ...forumMethods,
  ...uploadMethods,
  ...mediaMethods,
  ...photosMethods,
  ...forwardMethods,
  ...pollMethods,
  ...reactionMethods,
  ...pinMethods,
  ...dialogsMethods,
  ...inviteMethods,
  ...joinMethods,
  ...privacyMethods,
  ...scheduledMethods,
  ...botMethods,
  ...takeoutMethods,
  ...accountEndMethods,
  ...recoveryEmailMethods,
  ...qrMethods,
  ...cdnMethods,
  ...linkPreviewMethods,
  ...translateMethods,
  ...savedMethods,
}

/** The methods that the box has. */
export const implementedMethods: string[] = [...Object.keys(open), ...Object.keys(forUsers)].sort()

/** What may be asked of a datacenter that is not the user's own: files, and what is the same everywhere. */
const ANYWHERE = /^(upload|help|langpack|auth)\./

export type AnyCall = { [M in MethodName]: Params<M> }[MethodName]
export type AnyResult = Result<MethodName>

export interface Api {
  /**
   * Runs one call. Updates that it causes are pushed (World.onPush) before the answer is returned.
   * @throws RpcError
   */
  call<M extends MethodName>(caller: Caller, request: Params<M> & { _: M }): Result<M> | Promise<Result<M>>
  /** The same for a call straight from the codec, which has checked it against the schema. */
  callDecoded(caller: Caller, request: { _: string }): AnyResult | Promise<AnyResult>
}

export function createApi(world: World, settings: ApiSettings): Api {
  expectScheduled(world)
  world.onTick(() => sendWhatIsDue(world))
  function run<M extends MethodName>(
    caller: Caller,
    name: M,
    params: Params<M>,
  ): Result<M> | Promise<Result<M>> {
    if ((world.nextDue ?? Number.POSITIVE_INFINITY) <= world.now()) world.tick()
    const authorization = world.authorization(caller.authKeyId)
    const context: MethodContext = { world, caller, settings, now: world.now(), authorization }
    // "You can't call this method in a CDN DC."
    if (isCdn(context) && name !== 'upload.getCdnFile') throw badRequest('CDN_METHOD_INVALID')
    const openMethod: OpenMethods[M] = Object.hasOwn(open, name) ? open[name] : undefined
    if (openMethod) return settled(world, undefined, () => openMethod(context, params))
    const method: UserMethods[M] = Object.hasOwn(forUsers, name) ? forUsers[name] : undefined
    // The name after a colon: clients know errors by their upper-case beginning and show the rest.
    if (!method) throw badRequest(`METHOD_NOT_IMPLEMENTED: ${name}`)
    const { me, authorization: signedIn } = requireUser(context)
    if (me.dc !== caller.dc && !ANYWHERE.test(name)) throw new RpcError(303, `USER_MIGRATE_${me.dc}`)
    signedIn.active = world.seconds()
    const userContext: UserContext = {
      ...context,
      me,
      authorization: signedIn,
      view: new View(world, me),
      answer: (onlyForCaller) => answerWithUpdates(world, me, caller, onlyForCaller),
    }
    return settled(world, { me, session: caller }, () => method(userContext, params))
  }
  return {
    call: (caller, request) => run(caller, request._, request),
    callDecoded: (caller, request) => {
      // Decoded by the schema that the types are made of.
      const call = request as AnyCall
      return run(caller, call._, call)
    },
  }
}

/** @throws RpcError 401 AUTH_KEY_UNREGISTERED, SESSION_PASSWORD_NEEDED, SESSION_REVOKED, USER_DEACTIVATED */
function requireUser(context: MethodContext): { me: Account; authorization: Authorization } {
  const { authorization, world } = context
  if (authorization?.revoked) throw new RpcError(401, 'SESSION_REVOKED')
  if (authorization?.awaitsPasswordOf !== undefined) throw new RpcError(401, 'SESSION_PASSWORD_NEEDED')
  const me = world.user(authorization?.user ?? 0)
  if (!authorization || !me) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED')
  if (me.deleted) throw new RpcError(401, 'USER_DEACTIVATED')
  return { me, authorization }
}

/** Sends off the updates of a call when it is done, however it ended: what has happened, others must hear of. */
function settled<T>(
  world: World,
  caller: Parameters<typeof flushOutbox>[1],
  run: () => T | Promise<T>,
): T | Promise<T> {
  let result: T | Promise<T>
  try {
    result = run()
  } catch (error) {
    flushOutbox(world, caller)
    throw error
  }
  if (result instanceof Promise) return result.finally(() => flushOutbox(world, caller))
  flushOutbox(world, caller)
  return result
}
