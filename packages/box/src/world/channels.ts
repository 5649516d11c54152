/** Channels and supergroups: making them, and who is in them. */
import type { tl } from '../generated/types.ts'
import { membersOf, postToChannel } from './channel-box.ts'
import { isKicked, noBans } from './channel-rights.ts'
import { markChannel } from './marked-id.ts'
import { dialogWith } from './message-box.ts'
import type { Account } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import { announce } from './update-log.ts'
import type { World } from './world.ts'
import { WorldError } from './world-error.ts'

export interface NewChannel {
  title: string
  about?: string | undefined
  megagroup: boolean
  forum?: boolean | undefined
}

export function createChannel(world: World, creator: Account, wanted: NewChannel): Channel {
  const channel = emptyChannel(world, creator, wanted)
  enter(world, channel, creator, creator)
  channelService(world, channel, creator, { _: 'messageActionChannelCreate', title: channel.title })
  return channel
}

/** A channel with nobody and nothing in it yet. */
export function emptyChannel(world: World, creator: Account, wanted: NewChannel): Channel {
  const channel: Channel = {
    id: world.state.nextChannelId++,
    title: wanted.title,
    about: wanted.about ?? '',
    creator: creator.id,
    created: world.seconds(),
    megagroup: wanted.megagroup,
    forum: wanted.forum || undefined,
    defaultBanned: noBans,
    members: new Map(),
    former: new Set(),
    banned: new Map(),
    topics: new Map(),
    pts: 1,
    log: [],
    logStart: 1,
    nextMessageId: 1,
    ids: [],
    messages: new Map(),
  }
  world.state.channels.set(channel.id, channel)
  return channel
}

/** Posts a service message. In a channel of posts it is the channel that says it. */
export function channelService(
  world: World,
  channel: Channel,
  by: Account,
  action: tl.MessageAction,
  reply?: { to: number },
): void {
  const from = channel.megagroup ? by.id : undefined
  postToChannel(world, channel, { from, author: by.id, date: world.seconds(), text: '', action, reply })
}

/** Makes the user a member and tells its devices, without a word in the channel. */
export function enter(world: World, channel: Channel, user: Account, inviter: Account): void {
  const last = channel.ids.at(-1) ?? 0
  channel.members.set(user.id, { inviter: inviter.id, date: world.seconds(), seesFrom: last + 1 })
  channel.former.delete(user.id)
  const dialog = dialogWith(user, markChannel(channel.id))
  // What was said before one came is not news.
  dialog.readInbox = Math.max(dialog.readInbox, last)
  announce(world, user, { _: 'updateChannel', channelId: channel.id })
}

/** The user comes in, by itself or brought by another; supergroups say so. */
export function joinChannel(
  world: World,
  channel: Channel,
  user: Account,
  by: Account,
  action?: tl.MessageAction,
): void {
  enter(world, channel, user, by)
  if (channel.megagroup) {
    channelService(
      world,
      channel,
      action ? user : by,
      action ?? { _: 'messageActionChatAddUser', users: [user.id] },
    )
  }
}

/** The user goes, or is made to: its dialog is gone, and what the channel is to it has changed. */
export function leaveChannel(world: World, channel: Channel, user: Account, by: Account): void {
  if (!channel.members.has(user.id)) return
  if (channel.megagroup && user !== by) {
    channelService(world, channel, by, { _: 'messageActionChatDeleteUser', userId: user.id })
  }
  channel.members.delete(user.id)
  channel.former.add(user.id)
  user.dialogs.delete(markChannel(channel.id))
  announce(world, user, { _: 'updateChannel', channelId: channel.id })
}

/** The channel is no more, for anybody. */
export function dropChannel(world: World, channel: Channel): void {
  channel.deleted = true
  if (channel.username) world.usernames.delete(channel.username.toLowerCase())
  channel.username = undefined
  for (const member of membersOf(world, channel)) {
    member.dialogs.delete(markChannel(channel.id))
    announce(world, member, { _: 'updateChannel', channelId: channel.id })
  }
}

/** Something about the channel has changed that its members see in its description. */
export function tellChanged(world: World, channel: Channel): void {
  for (const member of membersOf(world, channel)) {
    announce(world, member, { _: 'updateChannel', channelId: channel.id })
  }
}

/** @throws WorldError WORLD_USERNAME_TAKEN */
export function setChannelUsername(world: World, channel: Channel, username: string): void {
  const peer = markChannel(channel.id)
  if (username && (world.usernames.get(username.toLowerCase()) ?? peer) !== peer) {
    throw new WorldError('WORLD_USERNAME_TAKEN', `the username ${username} belongs to somebody else`)
  }
  if (channel.username) world.usernames.delete(channel.username.toLowerCase())
  channel.username = username || undefined
  if (username) world.usernames.set(username.toLowerCase(), peer)
}

/** How a participant looks to a viewer. */
export function channelParticipant(channel: Channel, user: Account, viewer: Account): tl.ChannelParticipant {
  const member = channel.members.get(user.id)
  const ban = channel.banned.get(user.id)
  const rank = member?.rank
  if (member && user.id === channel.creator) {
    return {
      _: 'channelParticipantCreator',
      userId: user.id,
      adminRights: { _: 'chatAdminRights', other: true },
      rank,
    }
  }
  if (ban) {
    return {
      _: 'channelParticipantBanned',
      left: !member || undefined,
      peer: { _: 'peerUser', userId: user.id },
      kickedBy: ban.by,
      date: ban.date,
      bannedRights: ban.rights,
    }
  }
  if (!member) return { _: 'channelParticipantLeft', peer: { _: 'peerUser', userId: user.id } }
  const { inviter: inviterId, date, admin } = member
  if (admin) {
    return {
      _: 'channelParticipantAdmin',
      canEdit: channel.creator === viewer.id || admin.by === viewer.id || undefined,
      self: user === viewer || undefined,
      userId: user.id,
      inviterId: user === viewer ? inviterId : undefined,
      promotedBy: admin.by,
      date,
      adminRights: admin.rights,
      rank,
    }
  }
  if (user === viewer) {
    return {
      _: 'channelParticipantSelf',
      userId: user.id,
      inviterId,
      date,
      viaRequest: member.viaRequest,
      rank,
    }
  }
  return { _: 'channelParticipant', userId: user.id, date, rank }
}

/** May come back only when the ban is lifted. */
export function isWelcome(world: World, channel: Channel, user: Account): boolean {
  return !channel.deleted && !isKicked(world, channel, user)
}
