/** What members may do: administrators, restrictions, bans (https://core.telegram.org/api/rights). */
import { PeerError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { withPassword } from '../login/password.ts'
import type { PeerLike } from '../peers/directory.ts'
import { groupOrChannel, requireChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** The rights of an administrator, by the names of the API: `changeInfo`, `deleteMessages`, `banUsers`, `inviteUsers`, `pinMessages`, `addAdmins`, … */
export type AdminRights = Partial<Omit<tl.chatAdminRights, '_'>>
/** What is forbidden, by the names of the API: `sendMessages`, `sendMedia`, `sendPolls`, `inviteUsers`, `pinMessages`, `changeInfo`, … */
export type BannedRights = Partial<Omit<tl.chatBannedRights, '_' | 'untilDate'>>

/** What most administrators are given. */
const USUAL: AdminRights = {
  changeInfo: true,
  postMessages: true,
  editMessages: true,
  deleteMessages: true,
  banUsers: true,
  inviteUsers: true,
  pinMessages: true,
  manageCall: true,
  other: true,
  manageTopics: true,
}

/**
 * Makes somebody an administrator, or changes what one may do. In basic groups administrators may do everything.
 * @throws RpcError `CHAT_ADMIN_REQUIRED`, `ADMINS_TOO_MUCH`, `USER_PRIVACY_RESTRICTED`, …
 */
export async function setAdmin(
  session: SessionContext,
  chat: PeerLike,
  user: PeerLike,
  options: { rights?: AdminRights | undefined; rank?: string | undefined } = {},
): Promise<void> {
  await promote(session, chat, user, options.rights ?? USUAL, options.rank ?? '')
}

/** Takes an administrator's rights away; they stay a member. */
export async function removeAdmin(session: SessionContext, chat: PeerLike, user: PeerLike): Promise<void> {
  await promote(session, chat, user, undefined, '')
}

/** Hands a channel or supergroup over. Proven by the account's password. @throws RpcError `PASSWORD_HASH_INVALID`, `PASSWORD_TOO_FRESH_%d`, … */
export async function transferOwnership(
  session: SessionContext,
  chat: PeerLike,
  to: PeerLike,
  password: string,
): Promise<void> {
  const userId = await session.peers.resolveUser(to)
  await withPeer(session, chat, (peer) =>
    withPassword(session, password, (proof) =>
      session.invoke({
        _: 'channels.editCreator',
        channel: requireChannel(peer),
        userId,
        password: proof,
      }),
    ),
  )
}

/** Forbids a member of a supergroup to do these things, for a time or for ever; everything else is allowed. */
export async function restrict(
  session: SessionContext,
  chat: PeerLike,
  member: PeerLike,
  forbidden: BannedRights,
  options: { until?: Date | undefined } = {},
): Promise<void> {
  const participant = await session.peers.resolve(member)
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'channels.editBanned',
      channel: requireChannel(peer),
      participant,
      bannedRights: { ...forbidden, _: 'chatBannedRights', untilDate: seconds(options.until) },
    }),
  )
}

/** Lets a member do everything again, or lets somebody who was banned come back. */
export async function unban(session: SessionContext, chat: PeerLike, member: PeerLike): Promise<void> {
  await restrict(session, chat, member, {})
}

/** Options of `chats.ban`. */
export interface BanOptions {
  until?: Date | undefined
  /** Deletes all that they have written. Default false. */
  deleteMessages?: boolean | undefined
}

/** Removes somebody, who cannot come back: in basic groups, who can be added again by a member. */
export async function ban(
  session: SessionContext,
  chat: PeerLike,
  member: PeerLike,
  options: BanOptions = {},
): Promise<void> {
  const participant = await session.peers.resolve(member)
  await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('chatId' in place) {
      const userId = await session.peers.resolveUser(participant)
      const { chatId } = place
      await session.invoke({
        _: 'messages.deleteChatUser',
        chatId,
        userId,
        revokeHistory: options.deleteMessages,
      })
      return
    }
    const { channel } = place
    const untilDate = seconds(options.until)
    const bannedRights: tl.chatBannedRights = { _: 'chatBannedRights', viewMessages: true, untilDate }
    await session.invoke({ _: 'channels.editBanned', channel, participant, bannedRights })
    if (options.deleteMessages) await deleteAllOf(session, channel, participant)
  })
}

/** Removes somebody, who may come back. */
export async function kick(session: SessionContext, chat: PeerLike, member: PeerLike): Promise<void> {
  await ban(session, chat, member)
  const peer = await session.peers.resolve(chat)
  if (peer._ !== 'inputPeerChat') await unban(session, chat, member)
}

/** What all members that are no administrators may not do. */
export async function setDefaultRights(
  session: SessionContext,
  chat: PeerLike,
  forbidden: BannedRights,
): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'messages.editChatDefaultBannedRights',
      peer,
      bannedRights: { ...forbidden, _: 'chatBannedRights', untilDate: 0 },
    }),
  )
}

async function promote(
  session: SessionContext,
  chat: PeerLike,
  user: PeerLike,
  rights: AdminRights | undefined,
  rank: string,
): Promise<void> {
  const userId = await session.peers.resolveUser(user)
  await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) {
      const adminRights: tl.chatAdminRights = { ...rights, _: 'chatAdminRights' }
      await session.invoke({ _: 'channels.editAdmin', channel: place.channel, userId, adminRights, rank })
      return
    }
    if (rank !== '') throw new PeerError('PEER_NOT_A_CHANNEL', 'ranks exist in supergroups only')
    const { chatId } = place
    await session.invoke({ _: 'messages.editChatAdmin', chatId, userId, isAdmin: rights !== undefined })
  })
}

async function deleteAllOf(
  session: SessionContext,
  channel: tl.InputChannel,
  participant: tl.InputPeer,
): Promise<void> {
  for (;;) {
    const { offset } = await session.invoke({ _: 'channels.deleteParticipantHistory', channel, participant })
    if (offset <= 0) return
  }
}

/** "until_date … 0 or more than 366 days from now: for ever". */
const seconds = (until: Date | undefined): number =>
  until === undefined ? 0 : Math.floor(until.getTime() / 1000)
