/** Channels and supergroups: making them, what they are, and their settings. */
import type { tl } from '../generated/types.ts'
import { isUsername } from '../world/accounts.ts'
import { membersOf, unreadInChannel } from '../world/channel-box.ts'
import { type AdminRight, canRead, hasRight, isChannelAdmin, isKicked } from '../world/channel-rights.ts'
import {
  channelService,
  createChannel,
  dropChannel,
  emptyChannel,
  enter,
  setChannelUsername,
  tellChanged,
} from '../world/channels.ts'
import { everMembers, isAdmin, service } from '../world/groups.ts'
import { markChannel, toPeer } from '../world/marked-id.ts'
import type { Channel } from '../world/state-channel.ts'
import { announce } from '../world/update-log.ts'
import { checkedTitle } from './chats.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { channelAt, groupAt, inputChannel, inputPeer, namedChannel, ownGroup } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const ABOUT_LENGTH = 255

export const channelsMethods: UserMethods = {
  'channels.createChannel': (ctx, { title, about, megagroup, forum, broadcast }) => {
    if (!megagroup && !broadcast && !forum) throw badRequest('CHANNELS_TOO_MUCH')
    if (about.length > ABOUT_LENGTH) throw badRequest('CHAT_ABOUT_TOO_LONG')
    createChannel(ctx.world, ctx.me, {
      title: checkedTitle(title),
      about,
      megagroup: megagroup === true || forum === true,
      forum,
    })
    return ctx.answer()
  },

  'channels.getChannels': (ctx, { id }) => ({
    _: 'messages.chats',
    chats: id.map((input) => ctx.view.channel(namedChannel(ctx, input))),
  }),

  'channels.getFullChannel': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    const fullChat = fullChannel(ctx, channel)
    const linked = channel.linked === undefined ? [] : [markChannel(channel.linked)]
    return {
      _: 'messages.chatFull',
      fullChat,
      ...ctx.view.peersOf(fullChat, markChannel(channel.id), ...linked),
    }
  },

  'channels.editTitle': (ctx, params) => {
    const channel = adminOf(ctx, params.channel, 'changeInfo')
    const title = checkedTitle(params.title)
    if (title === channel.title) throw badRequest('CHAT_NOT_MODIFIED')
    channel.title = title
    channelService(ctx.world, channel, ctx.me, { _: 'messageActionChatEditTitle', title })
    return ctx.answer()
  },

  'channels.updateUsername': (ctx, { channel: input, username }) => {
    const channel = ownedChannel(ctx, input)
    if (username === (channel.username ?? '')) throw badRequest('USERNAME_NOT_MODIFIED')
    if (username !== '' && !isFree(ctx, channel, username)) throw badRequest('USERNAME_OCCUPIED')
    setChannelUsername(ctx.world, channel, username)
    tellChanged(ctx.world, channel)
    return true
  },

  'channels.checkUsername': (ctx, { channel, username }) =>
    channel._ === 'inputChannelEmpty'
      ? isUsername(username) && !ctx.world.usernames.has(username.toLowerCase())
      : isFree(ctx, inputChannel(ctx, channel), username),

  'channels.deleteChannel': (ctx, { channel }) => {
    dropChannel(ctx.world, ownedChannel(ctx, channel))
    return ctx.answer()
  },

  'channels.toggleSlowMode': (ctx, { channel: input, seconds }) => {
    const channel = adminOf(ctx, input, 'banUsers')
    if (![0, 5, 10, 30, 60, 300, 900, 3600].includes(seconds)) throw badRequest('SECONDS_INVALID')
    return setting(ctx, channel, { slowmode: seconds || undefined })
  },

  'channels.toggleSignatures': (ctx, { channel, signaturesEnabled }) =>
    setting(ctx, adminOf(ctx, channel, 'changeInfo'), { signatures: signaturesEnabled || undefined }),

  'channels.togglePreHistoryHidden': (ctx, { channel, enabled }) =>
    setting(ctx, adminOf(ctx, channel, 'changeInfo'), { prehistoryHidden: enabled || undefined }),

  'channels.toggleParticipantsHidden': (ctx, { channel, enabled }) =>
    setting(ctx, adminOf(ctx, channel, 'banUsers'), { participantsHidden: enabled || undefined }),

  'channels.toggleJoinToSend': (ctx, { channel, enabled }) =>
    setting(ctx, adminOf(ctx, channel, 'banUsers'), { joinToSend: enabled || undefined }),

  'channels.toggleJoinRequest': (ctx, { channel, enabled }) =>
    setting(ctx, adminOf(ctx, channel, 'banUsers'), { joinRequest: enabled || undefined }),

  'channels.toggleForum': (ctx, { channel: input, enabled }) => {
    const channel = ownedChannel(ctx, input)
    if (!channel.megagroup) throw badRequest('CHANNEL_INVALID')
    return setting(ctx, channel, { forum: enabled || undefined })
  },

  'channels.setDiscussionGroup': (ctx, { broadcast, group }) => {
    const channel = adminOf(ctx, broadcast, 'changeInfo')
    if (channel.megagroup) throw badRequest('BROADCAST_ID_INVALID')
    const before = channel.linked === undefined ? undefined : ctx.world.state.channels.get(channel.linked)
    if (before) before.linked = undefined
    channel.linked = undefined
    if (group._ !== 'inputChannelEmpty') {
      const discussion = adminOf(ctx, group, 'changeInfo')
      if (!discussion.megagroup) throw badRequest('MEGAGROUP_ID_INVALID')
      discussion.linked = channel.id
      channel.linked = discussion.id
      tellChanged(ctx.world, discussion)
    }
    tellChanged(ctx.world, channel)
    return true
  },

  'channels.getGroupsForDiscussion': (ctx) => {
    const mine = [...ctx.world.state.channels.values()].filter(
      (c) => c.megagroup && c.creator === ctx.me.id && !c.deleted,
    )
    return { _: 'messages.chats', chats: mine.map((c) => ctx.view.channel(c)) }
  },

  'channels.getAdminedPublicChannels': (ctx) => {
    const mine = [...ctx.world.state.channels.values()].filter(
      (c) => c.username !== undefined && c.creator === ctx.me.id,
    )
    return { _: 'messages.chats', chats: mine.map((c) => ctx.view.channel(c)) }
  },

  'channels.getLeftChannels': (ctx, { offset }) => {
    const left = [...ctx.world.state.channels.values()].filter(
      (c) => c.former.has(ctx.me.id) && canRead(ctx.world, c, ctx.me),
    )
    return { _: 'messages.chats', chats: left.slice(Math.max(0, offset)).map((c) => ctx.view.channel(c)) }
  },

  'messages.editChatDefaultBannedRights': (ctx, { peer, bannedRights }) => {
    const marked = inputPeer(ctx, peer)
    const channel = channelAt(ctx, marked)
    const group = groupAt(ctx, marked)
    const mayEdit = channel ? hasRight(channel, ctx.me, 'banUsers') : group && isAdmin(group, ctx.me)
    if (!mayEdit) throw badRequest('CHAT_ADMIN_REQUIRED')
    const rights: tl.chatBannedRights = { ...bannedRights, untilDate: 0 }
    if (channel) channel.defaultBanned = rights
    if (group) group.defaultBanned = rights
    const members = channel ? membersOf(ctx.world, channel) : group ? everMembers(ctx.world, group) : []
    for (const member of members) {
      announce(ctx.world, member, {
        _: 'updateChatDefaultBannedRights',
        peer: toPeer(marked),
        defaultBannedRights: rights,
        version: group ? ++group.version : 0,
      })
    }
    return ctx.answer()
  },

  'messages.toggleNoForwards': (ctx, { peer, enabled }) => {
    const channel = channelAt(ctx, inputPeer(ctx, peer))
    if (!channel || channel.creator !== ctx.me.id) throw badRequest('CHAT_ADMIN_REQUIRED')
    return setting(ctx, channel, { noforwards: enabled || undefined })
  },

  'messages.migrateChat': (ctx, { chatId }) => {
    const chat = ownGroup(ctx, chatId)
    if (chat.creator !== ctx.me.id) throw badRequest('CHAT_ADMIN_REQUIRED')
    const { world, me } = ctx
    const channel = emptyChannel(world, me, { title: chat.title, about: chat.about, megagroup: true })
    service(world, chat, me, { _: 'messageActionChatMigrateTo', channelId: channel.id })
    chat.deactivated = true
    chat.migratedTo = channel.id
    for (const [id, member] of chat.members) {
      const user = world.account(id)
      enter(world, channel, user, world.user(member.inviter) ?? me)
    }
    const maxId = me.dialogs.get(-chat.id)?.ids.at(-1) ?? 0
    channel.migratedFrom = { chatId: chat.id, maxId }
    const { title } = chat
    channelService(world, channel, me, { _: 'messageActionChannelMigrateFrom', title, chatId: chat.id })
    return ctx.answer()
  },
}

/** @throws RpcError CHAT_ADMIN_REQUIRED */
export function requireRight(ctx: UserContext, channel: Channel, right: AdminRight): void {
  if (!hasRight(channel, ctx.me, right)) throw badRequest('CHAT_ADMIN_REQUIRED')
}

/** A channel in which the caller has an admin's right. */
export function adminOf(ctx: UserContext, input: tl.InputChannel, right: AdminRight): Channel {
  const channel = inputChannel(ctx, input)
  requireRight(ctx, channel, right)
  return channel
}

/** @throws RpcError CHAT_ADMIN_REQUIRED unless the caller made the channel */
export function ownedChannel(ctx: UserContext, input: tl.InputChannel): Channel {
  const channel = inputChannel(ctx, input)
  if (channel.creator !== ctx.me.id) throw badRequest('CHAT_ADMIN_REQUIRED')
  return channel
}

/** Changes settings and tells the members. @throws RpcError CHAT_NOT_MODIFIED */
function setting(ctx: UserContext, channel: Channel, change: Partial<Channel>): tl.updates {
  const before = JSON.stringify(
    Object.keys(change).map((key) => Object.entries(channel).find(([k]) => k === key)?.[1]),
  )
  if (JSON.stringify(Object.values(change)) === before) throw badRequest('CHAT_NOT_MODIFIED')
  Object.assign(channel, change)
  tellChanged(ctx.world, channel)
  return ctx.answer()
}

function isFree(ctx: UserContext, channel: Channel, username: string): boolean {
  if (!isUsername(username)) throw badRequest('USERNAME_INVALID')
  const peer = markChannel(channel.id)
  return (ctx.world.usernames.get(username.toLowerCase()) ?? peer) === peer
}

function fullChannel(ctx: UserContext, channel: Channel): tl.channelFull {
  const { world, me } = ctx
  const dialog = me.dialogs.get(markChannel(channel.id))
  const admin = isChannelAdmin(channel, me)
  const members = membersOf(world, channel)
  const pinned = channel.ids.findLast((id) => channel.messages.get(id)?.pinned)
  return {
    _: 'channelFull',
    id: channel.id,
    about: channel.about,
    canViewParticipants: admin || (channel.megagroup && !channel.participantsHidden) || undefined,
    canSetUsername: channel.creator === me.id || undefined,
    canDeleteChannel: channel.creator === me.id || undefined,
    hiddenPrehistory: channel.prehistoryHidden,
    participantsHidden: channel.participantsHidden,
    participantsCount: channel.members.size,
    adminsCount: admin ? members.filter((m) => isChannelAdmin(channel, m)).length : undefined,
    kickedCount: admin ? bannedUsers(ctx, channel, true) : undefined,
    bannedCount: admin ? bannedUsers(ctx, channel, false) : undefined,
    onlineCount: members.filter((m) => m.seen > world.seconds()).length,
    readInboxMaxId: dialog?.readInbox ?? 0,
    readOutboxMaxId: dialog?.readOutbox ?? 0,
    unreadCount: unreadInChannel(channel, me),
    chatPhoto: { _: 'photoEmpty', id: 0n },
    notifySettings: dialog?.notify ?? { _: 'peerNotifySettings' },
    botInfo: [],
    folderId: dialog?.folder,
    pinnedMsgId: pinned,
    linkedChatId: channel.linked,
    migratedFromChatId: channel.migratedFrom?.chatId,
    migratedFromMaxId: channel.migratedFrom?.maxId,
    slowmodeSeconds: channel.slowmode,
    ttlPeriod: channel.ttl,
    availableReactions: channel.reactions ?? { _: 'chatReactionsAll', allowCustom: true },
    slowmodeNextSendDate: nextPost(channel, me.id),
    pts: channel.pts,
  }
}

function bannedUsers(ctx: UserContext, channel: Channel, kicked: boolean): number {
  return [...channel.banned.keys()].filter((id) => {
    const user = ctx.world.user(id)
    return user && isKicked(ctx.world, channel, user) === kicked && channel.banned.has(id)
  }).length
}

function nextPost(channel: Channel, userId: number): number | undefined {
  const last = channel.members.get(userId)?.lastPost
  return channel.slowmode && last !== undefined ? last + channel.slowmode : undefined
}
