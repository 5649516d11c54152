/** Coming in by a link, and the requests of those who may not at once (core.telegram.org/api/invites). */
import type { tl } from '../generated/types.ts'
import { membersOf } from '../world/channel-box.ts'
import { hasRight } from '../world/channel-rights.ts'
import { isWelcome, joinChannel } from '../world/channels.ts'
import { isAdmin, joinGroup } from '../world/groups.ts'
import { type MarkedId, toPeer } from '../world/marked-id.ts'
import type { Chat } from '../world/state.ts'
import type { Account } from '../world/state-account.ts'
import type { Channel } from '../world/state-channel.ts'
import type { Invite } from '../world/state-invite.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import { invitesTo, namedInvite, placeOf, requireInviting } from './invites.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer, inputUser } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const PAGE = 100

export const joinMethods: UserMethods = {
  'messages.checkChatInvite': (ctx, { hash }) => {
    const invite = goodInvite(ctx, hash)
    const place = placeOf(ctx, invite.peer)
    const [chat] = ctx.view.peers([invite.peer]).chats
    if (place.members.has(ctx.me.id) && chat) return { _: 'chatInviteAlready', chat }
    const channel = 'megagroup' in place ? place : undefined
    const known = [...place.members.keys()].filter((id) => ctx.me.contacts.has(id))
    return {
      _: 'chatInvite',
      channel: channel !== undefined || undefined,
      broadcast: (channel && !channel.megagroup) || undefined,
      megagroup: channel?.megagroup || undefined,
      public: channel?.username !== undefined || undefined,
      requestNeeded: invite.requestNeeded,
      title: place.title,
      about: place.about || undefined,
      photo: { _: 'photoEmpty', id: 0n },
      participantsCount: place.members.size,
      participants: known.length > 0 ? ctx.view.peers(known).users : undefined,
      color: 0,
    }
  },

  'messages.importChatInvite': (ctx, { hash }) => {
    const invite = goodInvite(ctx, hash)
    const place = placeOf(ctx, invite.peer)
    if (place.members.has(ctx.me.id)) throw badRequest('USER_ALREADY_PARTICIPANT')
    if ('megagroup' in place && !isWelcome(ctx.world, place, ctx.me)) throw badRequest('INVITE_HASH_EXPIRED')
    if (invite.requestNeeded) {
      invite.requests.set(ctx.me.id, ctx.world.seconds())
      tellOfRequests(ctx, invite.peer)
      throw badRequest('INVITE_REQUEST_SENT')
    }
    invite.joined.set(ctx.me.id, ctx.world.seconds())
    letIn(ctx, place, ctx.me, invite.admin, { _: 'messageActionChatJoinedByLink', inviterId: invite.admin })
    return { _: 'messages.chatInviteJoinResultOk', updates: ctx.answer() }
  },

  'messages.getChatInviteImporters': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    const invites = params.link ? [namedInvite(ctx, params.peer, params.link)] : invitesTo(ctx, peer)
    const all = invites.flatMap((invite) =>
      [...(params.requested ? invite.requests : invite.joined)].map(([userId, date]) => ({ userId, date })),
    )
    all.sort((a, b) => b.date - a.date || b.userId - a.userId)
    const page = all
      .filter(({ date }) => params.offsetDate <= 0 || date < params.offsetDate)
      .slice(0, Math.min(Math.max(params.limit, 1), PAGE))
    const importers = page.map(({ userId, date }) => ({
      _: 'chatInviteImporter' as const,
      requested: params.requested,
      userId,
      date,
    }))
    return {
      _: 'messages.chatInviteImporters',
      count: all.length,
      importers,
      users: ctx.view.peersOf(importers).users,
    }
  },

  'messages.hideChatJoinRequest': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    const user = inputUser(ctx, params.userId)
    if (!invitesTo(ctx, peer).some((invite) => invite.requests.has(user.id))) {
      throw badRequest('HIDE_REQUESTER_MISSING')
    }
    decide(ctx, peer, user, params.approved === true)
    return ctx.answer()
  },

  'messages.hideAllChatJoinRequests': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    requireInviting(ctx, peer)
    const waiting = new Set(invitesTo(ctx, peer).flatMap((invite) => [...invite.requests.keys()]))
    for (const id of waiting) decide(ctx, peer, ctx.world.account(id), params.approved === true)
    return ctx.answer()
  },
}

/** @throws RpcError INVITE_HASH_EMPTY, INVITE_HASH_INVALID, INVITE_HASH_EXPIRED */
function goodInvite(ctx: UserContext, hash: string): Invite {
  if (hash === '') throw badRequest('INVITE_HASH_EMPTY')
  const invite = ctx.world.state.invites.get(hash)
  if (!invite) throw badRequest('INVITE_HASH_INVALID')
  const over = invite.expires !== undefined && invite.expires <= ctx.world.seconds()
  const full = invite.limit !== undefined && invite.joined.size >= invite.limit
  const place = placeOf(ctx, invite.peer)
  const closed = 'megagroup' in place ? place.deleted : place.deactivated
  if (invite.revoked || over || full || closed) throw badRequest('INVITE_HASH_EXPIRED')
  return invite
}

function letIn(
  ctx: UserContext,
  place: Chat | Channel,
  user: Account,
  by: number,
  action: tl.MessageAction,
): void {
  const inviter = ctx.world.user(by) ?? ctx.me
  if ('megagroup' in place) joinChannel(ctx.world, place, user, inviter, action)
  else joinGroup(ctx.world, place, user, inviter, action)
}

/** A request is granted or turned down; either way it is no more. */
function decide(ctx: UserContext, peer: MarkedId, user: Account, approved: boolean): void {
  for (const invite of invitesTo(ctx, peer)) {
    if (!invite.requests.delete(user.id)) continue
    const place = placeOf(ctx, peer)
    if (!approved || place.members.has(user.id)) continue
    invite.joined.set(user.id, ctx.world.seconds())
    letIn(ctx, place, user, invite.admin, { _: 'messageActionChatJoinedByRequest' })
  }
  tellOfRequests(ctx, peer)
}

function tellOfRequests(ctx: UserContext, peer: MarkedId): void {
  const place = placeOf(ctx, peer)
  const waiting = invitesTo(ctx, peer).flatMap((invite) => [...invite.requests.keys()])
  const admins =
    'megagroup' in place
      ? membersOf(ctx.world, place).filter((m) => hasRight(place, m, 'inviteUsers'))
      : [...place.members.keys()].map((id) => ctx.world.account(id)).filter((m) => isAdmin(place, m))
  for (const admin of admins) {
    announce(ctx.world, admin, {
      _: 'updatePendingJoinRequests',
      peer: toPeer(peer),
      requestsPending: waiting.length,
      recentRequesters: waiting.slice(-3),
    })
  }
}
