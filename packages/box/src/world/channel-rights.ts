/** What members of a channel may do: the creator everything, admins their rights, others what is left to them. */
import type { tl } from '../generated/types.ts'
import type { Account } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import type { World } from './world.ts'

type Flags<T> = Exclude<{ [K in keyof T]-?: true extends T[K] ? K : never }[keyof T], undefined>
export type AdminRight = Flags<tl.chatAdminRights>
export type BannedRight = Flags<tl.chatBannedRights>

export const allAdminRights: tl.chatAdminRights = {
  _: 'chatAdminRights',
  changeInfo: true,
  postMessages: true,
  editMessages: true,
  deleteMessages: true,
  banUsers: true,
  inviteUsers: true,
  pinMessages: true,
  addAdmins: true,
  manageCall: true,
  other: true,
  manageTopics: true,
}

export const noBans: tl.chatBannedRights = { _: 'chatBannedRights', untilDate: 0 }

/** Whether the user may do this as an admin. */
export function hasRight(channel: Channel, user: Account, right: AdminRight): boolean {
  if (channel.creator === user.id) return channel.members.has(user.id)
  return channel.members.get(user.id)?.admin?.rights[right] === true
}

export function isChannelAdmin(channel: Channel, user: Account): boolean {
  const member = channel.members.get(user.id)
  return member !== undefined && (channel.creator === user.id || member.admin !== undefined)
}

/** The ban on a user that is in force now. */
export function banOf(world: World, channel: Channel, user: Account): tl.chatBannedRights | undefined {
  const ban = channel.banned.get(user.id)
  if (!ban) return undefined
  const { untilDate } = ban.rights
  if (untilDate === 0 || untilDate > world.seconds()) return ban.rights
  channel.banned.delete(user.id)
  return undefined
}

export function isKicked(world: World, channel: Channel, user: Account): boolean {
  return banOf(world, channel, user)?.viewMessages === true
}

/** Whether something is forbidden to an ordinary member, by a ban of its own or by what holds for all. */
export function isForbidden(world: World, channel: Channel, user: Account, what: BannedRight): boolean {
  if (isChannelAdmin(channel, user)) return false
  return banOf(world, channel, user)?.[what] === true || channel.defaultBanned[what] === true
}

/** Whether the user can read here at all: members, and everyone in a public one. */
export function canRead(world: World, channel: Channel, user: Account): boolean {
  if (channel.deleted || isKicked(world, channel, user)) return false
  return channel.members.has(user.id) || channel.username !== undefined
}
