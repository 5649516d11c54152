/** Who is in a channel: coming, going, admins, bans (core.telegram.org/api/channel). */
import type { tl } from '../generated/types.ts'
import { membersOf } from '../world/channel-box.ts'
import { hasRight, isChannelAdmin, isForbidden, isKicked } from '../world/channel-rights.ts'
import { channelParticipant, isWelcome, joinChannel, leaveChannel } from '../world/channels.ts'
import { isUser, markChannel } from '../world/marked-id.ts'
import { allows } from '../world/privacy.ts'
import type { Account } from '../world/state-account.ts'
import type { Channel } from '../world/state-channel.ts'
import { announce } from '../world/update-log.ts'
import { ownedChannel, requireRight } from './channels.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { requirePassword } from './password.ts'
import { inputChannel, inputPeer, inputUser, namedChannel } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'

const PAGE = 200
const RANK_LENGTH = 16

export const channelMembersMethods: UserMethods = {
  'channels.joinChannel': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    if (channel.members.has(ctx.me.id)) throw badRequest('USER_ALREADY_PARTICIPANT')
    joinChannel(ctx.world, channel, ctx.me, ctx.me)
    return { _: 'messages.chatInviteJoinResultOk', updates: ctx.answer() }
  },

  'channels.leaveChannel': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    if (!channel.members.has(ctx.me.id)) throw badRequest('USER_NOT_PARTICIPANT')
    if (channel.creator === ctx.me.id) throw badRequest('USER_CREATOR')
    leaveChannel(ctx.world, channel, ctx.me, ctx.me)
    return ctx.answer()
  },

  'channels.inviteToChannel': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    const mayInvite =
      hasRight(channel, ctx.me, 'inviteUsers') ||
      (channel.megagroup &&
        channel.members.has(ctx.me.id) &&
        !isForbidden(ctx.world, channel, ctx.me, 'inviteUsers'))
    if (!mayInvite) throw badRequest('CHAT_ADMIN_REQUIRED')
    const users = params.users.map((input) => inputUser(ctx, input))
    const kicked = users.find((user) => !isWelcome(ctx.world, channel, user))
    if (kicked && !hasRight(channel, ctx.me, 'banUsers')) throw badRequest('USER_KICKED')
    const missing: tl.missingInvitee[] = []
    for (const user of users) {
      if (channel.members.has(user.id)) continue
      if (user.blocked.has(ctx.me.id) || !allows(ctx.world, user, 'ChatInvite', ctx.me)) {
        missing.push({ _: 'missingInvitee', userId: user.id })
        continue
      }
      channel.banned.delete(user.id)
      joinChannel(ctx.world, channel, user, ctx.me)
    }
    return { _: 'messages.invitedUsers', updates: ctx.answer(), missingInvitees: missing }
  },

  'channels.editAdmin': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    requireRight(ctx, channel, 'addAdmins')
    const user = inputUser(ctx, params.userId)
    if (user.id === channel.creator && user !== ctx.me) throw badRequest('USER_CREATOR')
    const member = memberOrGuest(ctx, channel, user)
    const by = member.admin?.by
    if (by !== undefined && by !== ctx.me.id && channel.creator !== ctx.me.id) {
      throw badRequest('CHAT_ADMIN_REQUIRED')
    }
    if ((params.rank?.length ?? 0) > RANK_LENGTH) throw badRequest('ADMIN_RANK_INVALID')
    const rights = params.adminRights
    const none = Object.values(rights).every((value) => value !== true)
    // Who is an admin can do no less than be one: an empty set of rights takes the office away.
    if (user.id !== channel.creator) member.admin = none ? undefined : { rights, by: ctx.me.id }
    member.rank = params.rank || undefined
    announce(ctx.world, user, { _: 'updateChannel', channelId: channel.id })
    return ctx.answer()
  },

  'channels.editBanned': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    requireRight(ctx, channel, 'banUsers')
    const peer = inputPeer(ctx, params.participant)
    const user = isUser(peer) ? ctx.world.user(peer) : undefined
    if (!user || user === ctx.me) throw badRequest('PARTICIPANT_ID_INVALID')
    if (isChannelAdmin(channel, user) && channel.creator !== ctx.me.id) throw badRequest('USER_ADMIN_INVALID')
    if (user.id === channel.creator) throw badRequest('USER_ADMIN_INVALID')
    const rights = params.bannedRights
    const lifted = Object.values(rights).every((value) => value !== true)
    const member = channel.members.get(user.id)
    if (member) member.admin = undefined
    if (lifted) {
      channel.banned.delete(user.id)
    } else {
      channel.banned.set(user.id, { rights, by: ctx.me.id, date: ctx.world.seconds() })
    }
    if (rights.viewMessages) leaveChannel(ctx.world, channel, user, ctx.me)
    else announce(ctx.world, user, { _: 'updateChannel', channelId: channel.id })
    return ctx.answer()
  },

  'channels.editCreator': (ctx, params) => {
    const channel = ownedChannel(ctx, params.channel)
    const user = inputUser(ctx, params.userId)
    if (!ctx.me.password) throw badRequest('PASSWORD_MISSING')
    requirePassword(ctx, ctx.me, params.password)
    if (!channel.members.has(user.id)) throw badRequest('USER_NOT_PARTICIPANT')
    channel.creator = user.id
    for (const account of [ctx.me, user]) {
      announce(ctx.world, account, { _: 'updateChannel', channelId: channel.id })
    }
    return ctx.answer()
  },

  'channels.getParticipant': (ctx, params) => {
    const channel = namedChannel(ctx, params.channel)
    const peer = inputPeer(ctx, params.participant)
    const user = isUser(peer) ? ctx.world.user(peer) : undefined
    if (!user) throw badRequest('PARTICIPANT_ID_INVALID')
    if (!channel.members.has(user.id) && !channel.banned.has(user.id))
      throw badRequest('USER_NOT_PARTICIPANT')
    const participant = channelParticipant(channel, user, ctx.me)
    return {
      _: 'channels.channelParticipant',
      participant,
      ...ctx.view.peersOf(participant, user.id, markChannel(channel.id)),
    }
  },

  'channels.getParticipants': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    const admin = isChannelAdmin(channel, ctx.me)
    const adminsOnly = !channel.megagroup || channel.participantsHidden === true
    if (!admin && adminsOnly && params.filter._ !== 'channelParticipantsAdmins') {
      throw badRequest('CHAT_ADMIN_REQUIRED')
    }
    const all = filtered(ctx, channel, params.filter)
    const start = Math.max(0, params.offset)
    const page = all.slice(start, start + Math.min(Math.max(params.limit, 0), PAGE))
    const participants = page.map((user) => channelParticipant(channel, user, ctx.me))
    return {
      _: 'channels.channelParticipants',
      count: all.length,
      participants,
      ...ctx.view.peersOf(participants, markChannel(channel.id)),
    }
  },

  'channels.getSendAs': (ctx, { peer }) => {
    inputPeer(ctx, peer)
    return {
      _: 'channels.sendAsPeers',
      peers: [{ _: 'sendAsPeer', peer: { _: 'peerUser', userId: ctx.me.id } }],
      ...ctx.view.peers([ctx.me.id]),
    }
  },
}

/** Making a stranger an admin brings them in. */
function memberOrGuest(ctx: UserContext, channel: Channel, user: Account) {
  if (!channel.members.has(user.id)) {
    if (!hasRight(channel, ctx.me, 'inviteUsers')) throw badRequest('USER_NOT_PARTICIPANT')
    channel.banned.delete(user.id)
    joinChannel(ctx.world, channel, user, ctx.me)
  }
  const member = channel.members.get(user.id)
  if (!member) throw badRequest('USER_NOT_PARTICIPANT')
  return member
}

function filtered(ctx: UserContext, channel: Channel, filter: tl.ChannelParticipantsFilter): Account[] {
  const members = membersOf(ctx.world, channel)
  const named = (user: Account, q = '') =>
    `${user.firstName} ${user.lastName} ${user.username ?? ''}`.toLowerCase().includes(q.toLowerCase())
  const banned = (kicked: boolean, q: string) => {
    if (!isChannelAdmin(channel, ctx.me)) throw forbidden('CHAT_ADMIN_REQUIRED')
    return [...channel.banned.keys()]
      .flatMap((id) => ctx.world.user(id) ?? [])
      .filter((user) => isKicked(ctx.world, channel, user) === kicked && named(user, q))
  }
  switch (filter._) {
    case 'channelParticipantsAdmins':
      return members.filter((user) => isChannelAdmin(channel, user))
    case 'channelParticipantsBots':
      return members.filter((user) => user.bot)
    case 'channelParticipantsKicked':
      return banned(true, filter.q)
    case 'channelParticipantsBanned':
      return banned(false, filter.q)
    case 'channelParticipantsContacts':
      return members.filter((user) => ctx.me.contacts.has(user.id) && named(user, filter.q))
    case 'channelParticipantsSearch':
      return members.filter((user) => named(user, filter.q))
    case 'channelParticipantsMentions':
      return members.filter((user) => named(user, filter.q))
    case 'channelParticipantsRecent':
      return members.toReversed()
  }
}
