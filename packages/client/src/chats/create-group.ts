import { TelegramError } from '../errors.ts'
import type { PeerLike } from '../peers/directory.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import type { SessionContext } from '../session/context.ts'

/** A group that was just made. */
export interface CreatedGroup {
  /** The marked id, as `sendMessage` takes it. */
  id: number
  title: string
  /** Users who could not be added because of their privacy settings. */
  missing: number[]
}

/**
 * Makes a basic group with these members (https://core.telegram.org/method/messages.createChat).
 * @throws RpcError `USERS_TOO_FEW`, `CHAT_TITLE_EMPTY`, …
 */
export async function createGroup(
  session: SessionContext,
  title: string,
  members: readonly PeerLike[],
): Promise<CreatedGroup> {
  const users = await Promise.all(members.map((member) => session.peers.resolveUser(member)))
  const { updates, missingInvitees } = await session.invoke({ _: 'messages.createChat', title, users })
  const chats = 'chats' in updates ? updates.chats : []
  const group = chats.find((chat) => chat._ === 'chat')
  if (group === undefined)
    throw new TelegramError('ANSWER_UNEXPECTED', 'messages.createChat: the answer names no group')
  return {
    id: toMarkedId({ kind: 'chat', id: group.id }),
    title: group.title,
    missing: missingInvitees.map((invitee) => invitee.userId),
  }
}
