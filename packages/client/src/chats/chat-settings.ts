/** What a chat is called and how it works. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { inputMedia, type MediaSource } from '../media/input-media.ts'
import type { PeerLike } from '../peers/directory.ts'
import { groupOrChannel, requireChannel } from '../peers/input-channel.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Renames a group or channel. @throws RpcError `CHAT_TITLE_EMPTY`, `CHAT_NOT_MODIFIED`, `CHAT_ADMIN_REQUIRED`. */
export async function setTitle(session: SessionContext, chat: PeerLike, title: string): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) await session.invoke({ _: 'channels.editTitle', channel: place.channel, title })
    else await session.invoke({ _: 'messages.editChatTitle', chatId: place.chatId, title })
  })
}

/** Describes a group or channel in 255 characters at most. */
export async function setAbout(session: SessionContext, chat: PeerLike, about: string): Promise<void> {
  await withPeer(session, chat, (peer) => session.invoke({ _: 'messages.editChatAbout', peer, about }))
}

/** Sets the photo of a group or channel; null takes it away. */
export async function setPhoto(
  session: SessionContext,
  chat: PeerLike,
  photo: MediaSource | null,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const input = await chatPhoto(session, photo, options.signal)
  await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) {
      await session.invoke({ _: 'channels.editPhoto', channel: place.channel, photo: input })
    } else await session.invoke({ _: 'messages.editChatPhoto', chatId: place.chatId, photo: input })
  })
}

/** Makes a channel or supergroup public under this name; an empty one makes it private. @throws RpcError `USERNAME_OCCUPIED`, … */
export async function setChatUsername(
  session: SessionContext,
  chat: PeerLike,
  username: string,
): Promise<void> {
  const bare = username.trim().replace(/^@/, '')
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'channels.updateUsername', channel: requireChannel(peer), username: bare }),
  )
}

/** "slow mode: 0, 10, 30, 60, 300, 900 or 3600 seconds" between two messages of a member. */
export async function setSlowMode(session: SessionContext, chat: PeerLike, seconds: number): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'channels.toggleSlowMode', channel: requireChannel(peer), seconds }),
  )
}

/** Messages are deleted after so many seconds; 0 keeps them. */
export async function setAutoDelete(session: SessionContext, chat: PeerLike, seconds: number): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.setHistoryTTL', peer, period: seconds }),
  )
}

/** Whether messages may be forwarded and saved. */
export async function setProtected(session: SessionContext, chat: PeerLike, protect: boolean): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.toggleNoForwards', peer, enabled: protect }),
  )
}

/** Whether new members of a supergroup see what was said before they came. */
export async function setHistoryVisible(
  session: SessionContext,
  chat: PeerLike,
  visible: boolean,
): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'channels.togglePreHistoryHidden',
      channel: requireChannel(peer),
      enabled: !visible,
    }),
  )
}

/** Whether posts of a channel are signed by their authors. */
export async function setSignatures(session: SessionContext, chat: PeerLike, signed: boolean): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'channels.toggleSignatures',
      channel: requireChannel(peer),
      signaturesEnabled: signed || undefined,
    }),
  )
}

/** Whether an administrator has to agree to everybody who joins a public supergroup. */
export async function setJoinRequests(
  session: SessionContext,
  chat: PeerLike,
  needed: boolean,
): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'channels.toggleJoinRequest', channel: requireChannel(peer), enabled: needed }),
  )
}

/** Whether a supergroup has topics. */
export async function setForum(session: SessionContext, chat: PeerLike, forum: boolean): Promise<void> {
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'channels.toggleForum',
      channel: requireChannel(peer),
      enabled: forum,
      tabs: false,
    }),
  )
}

/** Makes a supergroup the place for comments on a channel's posts; null for the group takes that away. */
export async function setDiscussionGroup(
  session: SessionContext,
  channel: PeerLike,
  group: PeerLike | null,
): Promise<void> {
  const linked: tl.InputChannel =
    group === null ? { _: 'inputChannelEmpty' } : requireChannel(await session.peers.resolve(group))
  await withPeer(session, channel, (peer) =>
    session.invoke({ _: 'channels.setDiscussionGroup', broadcast: requireChannel(peer), group: linked }),
  )
}

/** Which reactions are allowed: all, none, or these emoji. */
export async function setAvailableReactions(
  session: SessionContext,
  chat: PeerLike,
  reactions: 'all' | 'none' | readonly (string | bigint)[],
): Promise<void> {
  const availableReactions: tl.ChatReactions =
    reactions === 'all'
      ? { _: 'chatReactionsAll', allowCustom: true }
      : reactions === 'none'
        ? { _: 'chatReactionsNone' }
        : {
            _: 'chatReactionsSome',
            reactions: reactions.map((one) =>
              typeof one === 'string'
                ? { _: 'reactionEmoji', emoticon: one }
                : { _: 'reactionCustomEmoji', documentId: one },
            ),
          }
  await withPeer(session, chat, (peer) =>
    session.invoke({ _: 'messages.setChatAvailableReactions', peer, availableReactions }),
  )
}

/**
 * Makes a supergroup of a basic group, for good: "migrate". Its messages stay in the old chat; gives the marked id of the new one.
 * @throws RpcError `CHAT_ADMIN_REQUIRED`; PeerError `PEER_NOT_A_CHAT` if it is none.
 */
export async function upgradeGroup(session: SessionContext, group: PeerLike): Promise<number> {
  const peer = await session.peers.resolve(group)
  const place = groupOrChannel(peer)
  if ('channel' in place) {
    throw new TelegramError('ALREADY_UPGRADED', 'this is a supergroup or channel already')
  }
  const updates = await session.invoke({ _: 'messages.migrateChat', chatId: place.chatId })
  const chats = 'chats' in updates ? updates.chats : []
  const made = chats.find((chat) => chat._ === 'channel')
  if (made === undefined) {
    throw new TelegramError('ANSWER_UNEXPECTED', 'messages.migrateChat: the answer names no supergroup')
  }
  session.peers.learn([], chats)
  return toMarkedId({ kind: 'channel', id: made.id })
}

async function chatPhoto(
  session: SessionContext,
  photo: MediaSource | null,
  signal: AbortSignal | undefined,
): Promise<tl.InputChatPhoto> {
  if (photo === null) return { _: 'inputChatPhotoEmpty' }
  const media = await inputMedia(session, photo, { kind: 'photo', signal })
  switch (media._) {
    case 'inputMediaUploadedPhoto':
      return { _: 'inputChatUploadedPhoto', file: media.file }
    case 'inputMediaPhoto':
      return { _: 'inputChatPhoto', id: media.id }
    default:
      throw new TelegramError('PHOTO_INVALID', 'the photo of a chat is a picture to upload, or a photo')
  }
}
