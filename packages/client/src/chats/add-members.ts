import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { groupOrChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Options of `chats.addMembers`. */
export interface AddMembersOptions {
  /** Basic groups: how many of the last messages a new member sees. Default 100. */
  history?: number | undefined
}

/**
 * Adds users to a group or channel; gives the ids of those who could not be added because of their privacy settings.
 * @throws RpcError `USER_ALREADY_PARTICIPANT`, `CHAT_ADMIN_REQUIRED`, `USERS_TOO_MUCH`, `USER_NOT_MUTUAL_CONTACT`, …
 */
export async function addMembers(
  session: SessionContext,
  chat: PeerLike,
  members: readonly PeerLike[],
  options: AddMembersOptions = {},
): Promise<number[]> {
  const users = await Promise.all(members.map((member) => session.peers.resolveUser(member)))
  return await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) {
      return missingIn(await session.invoke({ _: 'channels.inviteToChannel', channel: place.channel, users }))
    }
    const missing: number[] = []
    const fwdLimit = options.history ?? 100
    for (const userId of users) {
      const call = { _: 'messages.addChatUser' as const, chatId: place.chatId, userId, fwdLimit }
      missing.push(...missingIn(await session.invoke(call)))
    }
    return missing
  })
}

const missingIn = ({ missingInvitees }: tl.messages.invitedUsers): number[] =>
  missingInvitees.map(({ userId }) => userId)
