/** Who is in a chat (https://core.telegram.org/api/channel). */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { groupOrChannel, requireChannel } from '../peers/input-channel.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfInputPeer, keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Somebody in a group or channel, or kept out of it. */
export interface Member {
  peer: PeerKey
  /** The marked id. */
  id: number
  role: 'creator' | 'admin' | 'member' | 'restricted' | 'banned' | 'left'
  /** Shown beside the name. */
  rank: string | undefined
  /** When they came, or what is forbidden was; seconds since the epoch. */
  date: number | undefined
  /** Who let them in, made them administrator, or banned them. */
  by: number | undefined
  /** What an administrator may do. */
  rights: tl.chatAdminRights | undefined
  /** What is forbidden to them. */
  banned: tl.chatBannedRights | undefined
  user: tl.user | undefined
}

/** Which members. */
export interface MembersOptions {
  /** Only these; default all, the most recent first. */
  kind?: 'admins' | 'bots' | 'contacts' | 'restricted' | 'banned' | undefined
  /** Only those whose name has this in it. */
  query?: string | undefined
  limit?: number | undefined
  signal?: AbortSignal | undefined
}

/** "limit … at most 200" per call. */
const PAGE = 200

/**
 * Walks through the members of a group, supergroup or channel. Telegram gives no more than some 10,000 of a large one; with
 * `query` others can be found. Members of channels are shown to administrators only.
 * @throws RpcError `CHAT_ADMIN_REQUIRED`, `CHANNEL_PRIVATE`.
 */
export async function* members(
  session: SessionContext,
  chat: PeerLike,
  options: MembersOptions = {},
): AsyncGenerator<Member, void, undefined> {
  const place = groupOrChannel(await session.peers.resolve(chat))
  let left = options.limit ?? Number.POSITIVE_INFINITY
  if ('chatId' in place) {
    for (const member of await groupMembers(session, place.chatId)) {
      if (!fits(member, options)) continue
      if (left-- <= 0) return
      yield member
    }
    return
  }
  const seen = new Set<number>()
  for (let offset = 0; left > 0; ) {
    const page = { filter: toFilter(options), offset, limit: Math.min(PAGE, left), hash: 0n }
    const answer = await withPeer(session, chat, (peer) =>
      session.invoke(
        { _: 'channels.getParticipants', channel: requireChannel(peer), ...page },
        { signal: options.signal },
      ),
    )
    if (answer._ === 'channels.channelParticipantsNotModified' || answer.participants.length === 0) return
    for (const participant of answer.participants) {
      const member = channelMember(participant, answer.users)
      if (seen.has(member.id)) continue
      if (left-- <= 0) return
      seen.add(member.id)
      yield member
    }
    offset += answer.participants.length
    if (offset >= answer.count) return
  }
}

/** One member of a chat; with role `left` for somebody who is none. */
export async function getMember(session: SessionContext, chat: PeerLike, who: PeerLike): Promise<Member> {
  const participant = await session.peers.resolve(who)
  const key = keyOfInputPeer(participant, session.stored.userId)
  return await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) {
      try {
        const answer = await session.invoke({
          _: 'channels.getParticipant',
          channel: place.channel,
          participant,
        })
        return channelMember(answer.participant, answer.users)
      } catch (error) {
        if (error instanceof TelegramError && error.code === 'USER_NOT_PARTICIPANT') return nobody(key)
        throw error
      }
    }
    const all = await groupMembers(session, place.chatId)
    return all.find(({ id }) => id === key.id) ?? nobody(key)
  })
}

async function groupMembers(session: SessionContext, chatId: number): Promise<Member[]> {
  const { fullChat, users } = await session.invoke({ _: 'messages.getFullChat', chatId })
  if (fullChat._ !== 'chatFull' || fullChat.participants._ !== 'chatParticipants') return []
  return fullChat.participants.participants.map((one) => {
    const peer: PeerKey = { kind: 'user', id: one.userId }
    const role =
      one._ === 'chatParticipantCreator' ? 'creator' : one._ === 'chatParticipantAdmin' ? 'admin' : 'member'
    return {
      ...nobody(peer),
      role,
      rank: one.rank,
      date: 'date' in one ? one.date : undefined,
      by: 'inviterId' in one ? one.inviterId : undefined,
      user: userIn(users, one.userId),
    }
  })
}

function channelMember(one: tl.ChannelParticipant, users: readonly tl.User[]): Member {
  const peer: PeerKey = 'peer' in one ? keyOfPeer(one.peer) : { kind: 'user', id: one.userId }
  const base = { ...nobody(peer), user: peer.kind === 'user' ? userIn(users, peer.id) : undefined }
  switch (one._) {
    case 'channelParticipant':
      return { ...base, role: 'member', date: one.date, rank: one.rank }
    case 'channelParticipantSelf':
      return { ...base, role: 'member', date: one.date, by: one.inviterId, rank: one.rank }
    case 'channelParticipantCreator':
      return { ...base, role: 'creator', rank: one.rank, rights: one.adminRights }
    case 'channelParticipantAdmin':
      return {
        ...base,
        role: 'admin',
        date: one.date,
        by: one.inviterId,
        rank: one.rank,
        rights: one.adminRights,
      }
    case 'channelParticipantBanned':
      return {
        ...base,
        // "left: whether the user has left the group"; who may see nothing is banned.
        role: one.bannedRights.viewMessages ? 'banned' : one.left ? 'left' : 'restricted',
        date: one.date,
        by: one.kickedBy,
        banned: one.bannedRights,
        rank: one.rank,
      }
    case 'channelParticipantLeft':
      return base
  }
}

function nobody(peer: PeerKey): Member {
  return {
    peer,
    id: toMarkedId(peer),
    role: 'left',
    rank: undefined,
    date: undefined,
    by: undefined,
    rights: undefined,
    banned: undefined,
    user: undefined,
  }
}

function userIn(users: readonly tl.User[], id: number): tl.user | undefined {
  const found = users.find((user) => user.id === id)
  return found?._ === 'user' ? found : undefined
}

/** Members of basic groups come all at once: they are sorted out here. */
function fits({ role, user }: Member, { kind, query = '' }: MembersOptions): boolean {
  const name = `${user?.firstName ?? ''} ${user?.lastName ?? ''} ${user?.username ?? ''}`.toLowerCase()
  if (query !== '' && !name.includes(query.toLowerCase())) return false
  switch (kind) {
    case undefined:
      return true
    case 'admins':
      return role === 'creator' || role === 'admin'
    case 'bots':
      return user?.bot === true
    case 'contacts':
      return user?.contact === true
    default:
      return false
  }
}

function toFilter({ kind, query: q = '' }: MembersOptions): tl.ChannelParticipantsFilter {
  switch (kind) {
    case undefined:
      return q === '' ? { _: 'channelParticipantsRecent' } : { _: 'channelParticipantsSearch', q }
    case 'admins':
      return { _: 'channelParticipantsAdmins' }
    case 'bots':
      return { _: 'channelParticipantsBots' }
    case 'contacts':
      return { _: 'channelParticipantsContacts', q }
    case 'restricted':
      return { _: 'channelParticipantsBanned', q }
    case 'banned':
      return { _: 'channelParticipantsKicked', q }
  }
}
