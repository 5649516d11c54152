/** Coming and going: joining by name or link, leaving, and what is behind a link. */
import { PeerError, TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { updatesOf } from '../messages/sent-message.ts'
import type { PeerLike } from '../peers/directory.ts'
import { groupOrChannel, requireChannel } from '../peers/input-channel.ts'
import { toMarkedId } from '../peers/marked-id.ts'
import { withPeer } from '../peers/with-peer.ts'
import { RpcError } from '../rpc/rpc-error.ts'
import type { SessionContext } from '../session/context.ts'

/** What came of a wish to join. */
export type JoinResult =
  /** The account is a member now, or was one before. */
  | { type: 'joined'; chat: tl.chat | tl.channel; id: number }
  /** An administrator has to agree; an update tells when that has happened. */
  | { type: 'requested' }
  /** The chat wants something first that its bot asks for on a web page. */
  | { type: 'webView'; botId: number; url: string }

/** What an invite link leads to. */
export interface InviteInfo {
  title: string
  about: string | undefined
  members: number
  kind: 'group' | 'supergroup' | 'channel'
  /** An administrator has to agree. */
  requestNeeded: boolean
  /** The chat, if this account is a member already, or may look into it. */
  chat: tl.chat | tl.channel | undefined
}

/**
 * Joins a public channel or supergroup by whatever names it, or any chat by an invite link.
 *
 * ```ts
 * const result = await session.chats.join('https://t.me/+AbCdEf…')
 * ```
 * @throws RpcError `INVITE_HASH_EXPIRED`, `CHANNELS_TOO_MUCH`, `USER_BANNED_IN_CHANNEL`, …
 */
export async function join(session: SessionContext, where: PeerLike): Promise<JoinResult> {
  const hash = typeof where === 'string' ? inviteHash(where) : undefined
  try {
    const answer =
      hash === undefined
        ? await withPeer(session, where, (peer) =>
            session.invoke({ _: 'channels.joinChannel', channel: requireChannel(peer) }),
          )
        : await session.invoke({ _: 'messages.importChatInvite', hash })
    return await joined(session, answer, hash === undefined ? where : undefined)
  } catch (error) {
    if (RpcError.is(error, 'INVITE_REQUEST_SENT')) return { type: 'requested' }
    if (!RpcError.is(error, 'USER_ALREADY_PARTICIPANT')) throw error
    const chat = hash === undefined ? undefined : (await inviteInfo(session, hash)).chat
    if (chat === undefined) throw error
    return { type: 'joined', chat, id: idOf(chat) }
  }
}

/** What is behind an invite link, without joining. @throws RpcError `INVITE_HASH_INVALID`, `INVITE_HASH_EXPIRED`. */
export async function inviteInfo(session: SessionContext, link: string): Promise<InviteInfo> {
  const hash = inviteHash(link) ?? link
  const answer = await session.invoke({ _: 'messages.checkChatInvite', hash })
  if (answer._ === 'chatInvite') {
    return {
      title: answer.title,
      about: answer.about,
      members: answer.participantsCount,
      kind: answer.broadcast ? 'channel' : answer.megagroup || answer.channel ? 'supergroup' : 'group',
      requestNeeded: answer.requestNeeded === true,
      chat: undefined,
    }
  }
  const { chat } = answer
  if (chat._ !== 'chat' && chat._ !== 'channel') {
    throw new TelegramError('ANSWER_UNEXPECTED', `messages.checkChatInvite names a ${chat._}`)
  }
  session.peers.learn([], [chat])
  return {
    title: chat.title,
    about: undefined,
    members: chat.participantsCount ?? 0,
    kind: chat._ === 'chat' ? 'group' : chat.broadcast ? 'channel' : 'supergroup',
    requestNeeded: false,
    chat,
  }
}

/** Leaves a group or channel. @throws RpcError `USER_NOT_PARTICIPANT`, `CHANNEL_PRIVATE`. */
export async function leave(session: SessionContext, chat: PeerLike): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) await session.invoke({ _: 'channels.leaveChannel', channel: place.channel })
    else {
      const userId: tl.InputUser = { _: 'inputUserSelf' }
      await session.invoke({ _: 'messages.deleteChatUser', chatId: place.chatId, userId })
    }
  })
}

/** Deletes a group or channel for all its members. Its creator only. @throws RpcError `CHAT_ADMIN_REQUIRED`, `CHANNEL_TOO_LARGE`. */
export async function deleteChat(session: SessionContext, chat: PeerLike): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    if ('channel' in place) await session.invoke({ _: 'channels.deleteChannel', channel: place.channel })
    else await session.invoke({ _: 'messages.deleteChat', chatId: place.chatId })
  })
}

/** The part of an invite link that names the invite; undefined for anything else (https://core.telegram.org/api/links#chat-invite-links). */
export function inviteHash(link: string): string | undefined {
  const text = link.trim()
  const hash =
    /^(?:https?:\/\/)?(?:www\.)?(?:t|telegram)\.(?:me|dog)\/(?:joinchat\/|\+)([\w-]+)\/?(?:\?.*)?$/i.exec(
      text,
    )?.[1] ?? /^tg:\/\/join\?invite=([\w-]+)$/i.exec(text)?.[1]
  // "t.me/+<digits>" is a phone number.
  return hash !== undefined && /^[0-9]+$/.test(hash) ? undefined : hash
}

async function joined(
  session: SessionContext,
  answer: tl.messages.ChatInviteJoinResult,
  where: PeerLike | undefined,
): Promise<JoinResult> {
  if (answer._ === 'messages.chatInviteJoinResultWebView') {
    return { type: 'webView', botId: answer.botId, url: answer.webview.url }
  }
  const { updates } = answer
  const chats = 'chats' in updates ? updates.chats : []
  session.peers.learn('users' in updates ? updates.users : [], chats)
  const named = chats.find((chat) => chat._ === 'chat' || chat._ === 'channel')
  if (named !== undefined) return { type: 'joined', chat: named, id: idOf(named) }
  if (where === undefined || updatesOf(updates).length > 0) {
    throw new TelegramError('ANSWER_UNEXPECTED', 'the answer does not name the chat that was joined')
  }
  const { chats: found } = await withPeer(session, where, (peer) =>
    session.invoke({ _: 'channels.getChannels', id: [requireChannel(peer)] }),
  )
  const [chat] = found
  if (chat?._ !== 'channel') throw new PeerError('PEER_UNKNOWN', 'the channel that was joined cannot be seen')
  return { type: 'joined', chat, id: idOf(chat) }
}

const idOf = (chat: tl.chat | tl.channel): number =>
  toMarkedId({ kind: chat._ === 'chat' ? 'chat' : 'channel', id: chat.id })
