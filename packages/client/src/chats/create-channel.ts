import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import type { SessionContext } from '../session/context.ts'
import { addMembers } from './add-members.ts'

/** A channel, supergroup or forum to be made. */
export interface NewChannel {
  /** `channel` for few who speak to many, `supergroup` for a conversation, `forum` for one with topics. */
  kind: 'channel' | 'supergroup' | 'forum'
  title: string
  about?: string | undefined
  members?: readonly PeerLike[] | undefined
  /** Messages are deleted after so many seconds. */
  autoDelete?: number | undefined
}

/** A channel or supergroup that was just made. */
export interface CreatedChannel {
  /** The marked id, as `sendMessage` takes it. */
  id: number
  title: string
  /** Users who could not be added because of their privacy settings. */
  missing: number[]
  channel: tl.channel
}

/**
 * Makes a channel, supergroup or forum (https://core.telegram.org/api/channel).
 *
 * ```ts
 * const { id } = await session.chats.createChannel({ kind: 'forum', title: 'Help', members: ['@ann'] })
 * ```
 * @throws RpcError `CHAT_TITLE_EMPTY`, `CHANNELS_TOO_MUCH`, …
 */
export async function createChannel(session: SessionContext, made: NewChannel): Promise<CreatedChannel> {
  const updates = await session.invoke({
    _: 'channels.createChannel',
    title: made.title,
    about: made.about ?? '',
    broadcast: made.kind === 'channel' || undefined,
    megagroup: made.kind !== 'channel' || undefined,
    forum: made.kind === 'forum' || undefined,
    ttlPeriod: made.autoDelete,
  })
  const channel = ('chats' in updates ? updates.chats : []).find((chat) => chat._ === 'channel')
  if (channel === undefined) {
    throw new TelegramError('ANSWER_UNEXPECTED', 'channels.createChannel: the answer names no channel')
  }
  session.peers.learn([], [channel])
  const missing = made.members?.length ? await addMembers(session, channel, made.members) : []
  return { id: toMarkedId({ kind: 'channel', id: channel.id }), title: channel.title, missing, channel }
}
