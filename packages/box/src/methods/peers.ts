/** From what a client names to what the world knows. Ids alone open nothing: access hashes must be the caller's own. */
import type { tl } from '../generated/types.ts'
import { accessHash } from '../world/access-hash.ts'
import { canRead } from '../world/channel-rights.ts'
import {
  bareId,
  isChannel,
  isChat,
  isUser,
  type MarkedId,
  markChannel,
  markChat,
} from '../world/marked-id.ts'
import { type Place, placeOf } from '../world/place.ts'
import type { Chat } from '../world/state.ts'
import type { Account } from '../world/state-account.ts'
import type { Channel } from '../world/state-channel.ts'
import type { UserContext } from './context.ts'
import { badRequest } from './rpc-error.ts'

/** @throws RpcError USER_ID_INVALID */
export function inputUser(ctx: UserContext, input: tl.InputUser): Account {
  const user = findInputUser(ctx, input)
  if (!user) throw badRequest('USER_ID_INVALID')
  return user
}

function findInputUser(ctx: UserContext, input: tl.InputUser): Account | undefined {
  switch (input._) {
    case 'inputUserSelf':
      return ctx.me
    case 'inputUser':
      return knownUser(ctx, input.userId, input.accessHash)
    case 'inputUserFromMessage':
      return userFromMessage(ctx, input)
    default:
      return undefined
  }
}

function knownUser(ctx: UserContext, id: number, hash: bigint): Account | undefined {
  const user = ctx.world.user(id)
  // Bots may name those who wrote to them without a hash.
  const known = hash === accessHash(ctx.world, ctx.me, id) || user === ctx.me || (ctx.me.bot && hash === 0n)
  return known ? user : undefined
}

function userFromMessage(
  ctx: UserContext,
  input: { peer: tl.InputPeer; msgId: number; userId: number },
): Account | undefined {
  const message = inputPlace(ctx, input.peer).content(input.msgId)
  const named = message?.from === input.userId || message?.forward?.from === input.userId
  return named ? ctx.world.user(input.userId) : undefined
}

/** @throws RpcError PEER_ID_INVALID, and for channels CHANNEL_INVALID, CHANNEL_PRIVATE */
export function inputPeer(ctx: UserContext, input: tl.InputPeer): MarkedId {
  const peer = findInputPeer(ctx, input)
  if (peer === undefined) throw badRequest('PEER_ID_INVALID')
  return peer
}

function findInputPeer(ctx: UserContext, input: tl.InputPeer): MarkedId | undefined {
  switch (input._) {
    case 'inputPeerSelf':
      return ctx.me.id
    case 'inputPeerUser':
      return knownUser(ctx, input.userId, input.accessHash)?.id
    case 'inputPeerUserFromMessage':
      return userFromMessage(ctx, input)?.id
    case 'inputPeerChat':
      return markChat(groupOf(ctx, input.chatId).id)
    case 'inputPeerChannel':
      return markChannel(inputChannel(ctx, { ...input, _: 'inputChannel' }).id)
    case 'inputPeerChannelFromMessage':
      return markChannel(inputChannel(ctx, { ...input, _: 'inputChannelFromMessage' }).id)
    default:
      return undefined
  }
}

/** Where the messages of a peer stand. @throws RpcError as inputPeer */
export function inputPlace(ctx: UserContext, input: tl.InputPeer): Place {
  return placeOf(ctx.world, ctx.me, inputPeer(ctx, input))
}

/**
 * A channel that the caller may look into.
 * @throws RpcError CHANNEL_INVALID if it is named wrongly, CHANNEL_PRIVATE if it is closed to the caller
 */
export function inputChannel(ctx: UserContext, input: tl.InputChannel): Channel {
  const channel = namedChannel(ctx, input)
  if (!canRead(ctx.world, channel, ctx.me)) throw badRequest('CHANNEL_PRIVATE')
  return channel
}

/** The channel of this name, whether the caller may look into it or not. @throws RpcError CHANNEL_INVALID */
export function namedChannel(ctx: UserContext, input: tl.InputChannel): Channel {
  const channel = 'channelId' in input ? ctx.world.state.channels.get(input.channelId) : undefined
  if (!channel) throw badRequest('CHANNEL_INVALID')
  if (input._ === 'inputChannelFromMessage') {
    const message = inputPlace(ctx, input.peer).content(input.msgId)
    const peer = markChannel(channel.id)
    if (message?.from !== peer && message?.forward?.from !== peer) throw badRequest('CHANNEL_INVALID')
  } else if (
    input._ !== 'inputChannel' ||
    (input.accessHash !== accessHash(ctx.world, ctx.me, markChannel(channel.id)) &&
      !(ctx.me.bot && input.accessHash === 0n))
  ) {
    throw badRequest('CHANNEL_INVALID')
  }
  return channel
}

export function channelAt(ctx: UserContext, peer: MarkedId): Channel | undefined {
  return isChannel(peer) ? ctx.world.state.channels.get(bareId(peer)) : undefined
}

/** The offset of a list: no peer is as good as any. */
export function offsetPeer(ctx: UserContext, input: tl.InputPeer): MarkedId | undefined {
  return input._ === 'inputPeerEmpty' ? undefined : findInputPeer(ctx, input)
}

/**
 * A basic group that the caller is or was in.
 * @throws RpcError PEER_ID_INVALID: of others' groups nothing is said
 */
export function groupOf(ctx: UserContext, chatId: number): Chat {
  const chat = ctx.world.state.chats.get(chatId)
  if (!chat || !(chat.members.has(ctx.me.id) || chat.former.has(ctx.me.id)))
    throw badRequest('PEER_ID_INVALID')
  return chat
}

/**
 * A basic group that the caller is in.
 * @throws RpcError CHAT_ID_INVALID
 */
export function ownGroup(ctx: UserContext, chatId: number): Chat {
  const chat = ctx.world.state.chats.get(chatId)
  if (!chat?.members.has(ctx.me.id) || chat.deactivated) throw badRequest('CHAT_ID_INVALID')
  return chat
}

export function groupAt(ctx: UserContext, peer: MarkedId): Chat | undefined {
  return isChat(peer) ? ctx.world.state.chats.get(bareId(peer)) : undefined
}

export function userAt(ctx: UserContext, peer: MarkedId): Account | undefined {
  return isUser(peer) ? ctx.world.user(peer) : undefined
}
