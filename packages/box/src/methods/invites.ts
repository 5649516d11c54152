/** Invite links and requests to join (core.telegram.org/api/invites). */
import type { tl } from '../generated/types.ts'
import { hasRight } from '../world/channel-rights.ts'
import { isAdmin } from '../world/groups.ts'
import { bareId, isChannel, type MarkedId } from '../world/marked-id.ts'
import type { Chat } from '../world/state.ts'
import type { Channel } from '../world/state-channel.ts'
import type { Invite } from '../world/state-invite.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer, inputUser } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const LINK = 'https://t.me/+'
const PAGE = 100

export const inviteMethods: UserMethods = {
  'messages.exportChatInvite': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    if (params.requestNeeded && params.usageLimit) throw badRequest('USAGE_LIMIT_INVALID')
    const named = params.expireDate || params.usageLimit || params.requestNeeded || params.title
    const permanent = !named || undefined
    if (params.legacyRevokePermanent || permanent) revokePermanent(ctx, peer)
    const invite: Invite = {
      hash: Buffer.from(ctx.world.random(12)).toString('base64url'),
      peer,
      admin: ctx.me.id,
      date: ctx.world.seconds(),
      expires: params.expireDate || undefined,
      limit: params.usageLimit || undefined,
      title: params.title || undefined,
      permanent,
      requestNeeded: params.requestNeeded,
      joined: new Map(),
      requests: new Map(),
    }
    ctx.world.state.invites.set(invite.hash, invite)
    return rendered(invite)
  },

  'messages.editExportedChatInvite': (ctx, params) => {
    const invite = namedInvite(ctx, params.peer, params.link)
    if (params.revoked) {
      invite.revoked = true
      if (!invite.permanent) return exported(ctx, invite)
      const next: Invite = {
        ...invite,
        hash: Buffer.from(ctx.world.random(12)).toString('base64url'),
        date: ctx.world.seconds(),
        revoked: undefined,
        joined: new Map(),
        requests: new Map(),
      }
      ctx.world.state.invites.set(next.hash, next)
      return {
        _: 'messages.exportedChatInviteReplaced',
        invite: rendered(invite),
        newInvite: rendered(next),
        users: ctx.view.peers([invite.admin]).users,
      }
    }
    if (invite.permanent || invite.revoked) throw badRequest('CHAT_INVITE_PERMANENT')
    if (params.expireDate !== undefined) invite.expires = params.expireDate || undefined
    if (params.usageLimit !== undefined) invite.limit = params.usageLimit || undefined
    if (params.requestNeeded !== undefined) invite.requestNeeded = params.requestNeeded || undefined
    if (params.title !== undefined) invite.title = params.title || undefined
    return exported(ctx, invite)
  },

  'messages.getExportedChatInvite': (ctx, { peer, link }) => exported(ctx, namedInvite(ctx, peer, link)),

  'messages.getExportedChatInvites': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    const admin = inputUser(ctx, params.adminId)
    const all = invitesTo(ctx, peer).filter(
      (i) => i.admin === admin.id && (i.revoked === true) === (params.revoked === true),
    )
    const after = params.offsetLink ? all.findIndex((i) => i.hash === hashOf(params.offsetLink ?? '')) + 1 : 0
    const page = all.slice(after, after + Math.min(Math.max(params.limit, 1), PAGE))
    return {
      _: 'messages.exportedChatInvites',
      count: all.length,
      invites: page.map(rendered),
      users: ctx.view.peers([admin.id]).users,
    }
  },

  'messages.deleteExportedChatInvite': (ctx, { peer, link }) => {
    const invite = namedInvite(ctx, peer, link)
    if (!invite.revoked) throw badRequest('INVITE_REVOKED_MISSING')
    return ctx.world.state.invites.delete(invite.hash)
  },

  'messages.deleteRevokedExportedChatInvites': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    const admin = inputUser(ctx, params.adminId)
    for (const invite of invitesTo(ctx, peer)) {
      if (invite.revoked && invite.admin === admin.id) ctx.world.state.invites.delete(invite.hash)
    }
    return true
  },

  'messages.getAdminsWithInvites': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    const byAdmin = new Map<number, tl.chatAdminWithInvites>()
    for (const invite of invitesTo(ctx, peer)) {
      const counts = byAdmin.get(invite.admin) ?? {
        _: 'chatAdminWithInvites',
        adminId: invite.admin,
        invitesCount: 0,
        revokedInvitesCount: 0,
      }
      if (invite.revoked) counts.revokedInvitesCount++
      else counts.invitesCount++
      byAdmin.set(invite.admin, counts)
    }
    return {
      _: 'messages.chatAdminsWithInvites',
      admins: [...byAdmin.values()],
      users: ctx.view.peers(byAdmin.keys()).users,
    }
  },
}

/** @throws RpcError CHAT_ADMIN_REQUIRED */
export function requireInviting(ctx: UserContext, peer: MarkedId): void {
  const place = placeOf(ctx, peer)
  const may =
    'megagroup' in place
      ? hasRight(place, ctx.me, 'inviteUsers')
      : isAdmin(place, ctx.me) || (place.members.has(ctx.me.id) && !place.defaultBanned?.inviteUsers)
  if (!may) throw badRequest('CHAT_ADMIN_REQUIRED')
}

export function placeOf(ctx: UserContext, peer: MarkedId): Chat | Channel {
  const { chats, channels } = ctx.world.state
  const place = isChannel(peer) ? channels.get(bareId(peer)) : chats.get(bareId(peer))
  if (!place) throw badRequest('PEER_ID_INVALID')
  return place
}

export function invitesTo(ctx: UserContext, peer: MarkedId): Invite[] {
  return [...ctx.world.state.invites.values()].filter((invite) => invite.peer === peer).reverse()
}

function revokePermanent(ctx: UserContext, peer: MarkedId): void {
  for (const invite of invitesTo(ctx, peer)) {
    if (invite.permanent && invite.admin === ctx.me.id) invite.revoked = true
  }
}

function hashOf(link: string): string {
  return /(?:\/\+|\/joinchat\/|^\+?)([\w-]+)$/.exec(link)?.[1] ?? ''
}

export function namedInvite(ctx: UserContext, input: tl.InputPeer, link: string): Invite {
  const peer = inputPeer(ctx, input)
  requireInviting(ctx, peer)
  const invite = ctx.world.state.invites.get(hashOf(link))
  if (invite?.peer !== peer) throw badRequest('INVITE_HASH_EXPIRED')
  return invite
}

function rendered(invite: Invite): tl.chatInviteExported {
  return {
    _: 'chatInviteExported',
    revoked: invite.revoked,
    permanent: invite.permanent,
    requestNeeded: invite.requestNeeded,
    link: LINK + invite.hash,
    adminId: invite.admin,
    date: invite.date,
    expireDate: invite.expires,
    usageLimit: invite.limit,
    usage: invite.joined.size || undefined,
    requested: invite.requests.size || undefined,
    title: invite.title,
  }
}

function exported(ctx: UserContext, invite: Invite): tl.messages.exportedChatInvite {
  return {
    _: 'messages.exportedChatInvite',
    invite: rendered(invite),
    users: ctx.view.peers([invite.admin]).users,
  }
}
