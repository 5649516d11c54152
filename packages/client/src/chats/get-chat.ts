/** What is known of a user, group or channel. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { groupOrChannel, inputChannel } from '../peers/input-channel.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** The user, group or channel itself. @throws PeerError, RpcError `CHANNEL_PRIVATE`, … */
export async function getChat(
  session: SessionContext,
  of: PeerLike,
): Promise<tl.user | tl.chat | tl.channel | tl.chatForbidden | tl.channelForbidden> {
  return await withPeer(session, of, async (peer) => {
    const channel = inputChannel(peer)
    if (channel === undefined && peer._ !== 'inputPeerChat') {
      const [user] = await session.invoke({ _: 'users.getUsers', id: [await inputUser(session, peer)] })
      if (user?._ !== 'user') throw unknown('users.getUsers')
      return user
    }
    const { chats } =
      channel === undefined
        ? await session.invoke({ _: 'messages.getChats', id: [peer._ === 'inputPeerChat' ? peer.chatId : 0] })
        : await session.invoke({ _: 'channels.getChannels', id: [channel] })
    const [chat] = chats
    if (chat === undefined || chat._ === 'chatEmpty') throw unknown('the answer')
    return chat
  })
}

/** All that Telegram tells of a user: description, photos, whether blocked, groups in common, … */
export async function getFullUser(session: SessionContext, user: PeerLike): Promise<tl.userFull> {
  return await withPeer(session, user, async (peer) => {
    const id = await inputUser(session, peer)
    return (await session.invoke({ _: 'users.getFullUser', id })).fullUser
  })
}

/** All that Telegram tells of a group or channel: description, members, links, settings. */
export async function getFullChat(
  session: SessionContext,
  chat: PeerLike,
): Promise<tl.chatFull | tl.channelFull> {
  return await withPeer(session, chat, async (peer) => {
    const place = groupOrChannel(peer)
    const { fullChat } =
      'channel' in place
        ? await session.invoke({ _: 'channels.getFullChannel', channel: place.channel })
        : await session.invoke({ _: 'messages.getFullChat', chatId: place.chatId })
    return fullChat
  })
}

/** Groups and channels that this account and a user are both in. */
export async function commonChats(
  session: SessionContext,
  user: PeerLike,
): Promise<(tl.chat | tl.channel)[]> {
  const userId = await session.peers.resolveUser(user)
  const found: (tl.chat | tl.channel)[] = []
  for (let maxId = 0; ; ) {
    const { chats } = await session.invoke({ _: 'messages.getCommonChats', userId, maxId, limit: 100 })
    const page = chats.filter((chat) => chat._ === 'chat' || chat._ === 'channel')
    found.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < 100) return found
    maxId = last.id
  }
}

const inputUser = (session: SessionContext, peer: tl.InputPeer): Promise<tl.InputUser> =>
  session.peers.resolveUser(peer)

const unknown = (where: string) =>
  new TelegramError('ANSWER_UNEXPECTED', `${where} does not hold what was asked for`)
