/**
 * Posting messages for a caller: where they may go, what they answer to, and that a repeated send (same random id) is
 * the same message and not a second one.
 */
import type { tl } from '../generated/types.ts'
import { postToChannel } from '../world/channel-box.ts'
import { banOf, hasRight, isChannelAdmin, isForbidden } from '../world/channel-rights.ts'
import { type MarkedId, markChannel, toPeer } from '../world/marked-id.ts'
import { dialogWith, postToChat, postToUser } from '../world/message-box.ts'
import { placeOf } from '../world/place.ts'
import type { Chat } from '../world/state.ts'
import type { Account } from '../world/state-account.ts'
import type { Channel } from '../world/state-channel.ts'
import type { MessageContent } from '../world/state-message.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import { channelAt, groupAt, inputPeer, userAt } from './peers.ts'
import { badRequest, forbidden, RpcError } from './rpc-error.ts'
import { isLater, schedule } from './schedule-message.ts'

export type Target =
  | { peer: MarkedId; user: Account }
  | { peer: MarkedId; chat: Chat }
  | { peer: MarkedId; channel: Channel }

/**
 * Somewhere the caller may write.
 * @throws RpcError PEER_ID_INVALID, INPUT_USER_DEACTIVATED, YOU_BLOCKED_USER, CHAT_WRITE_FORBIDDEN, and for channels
 *   CHAT_ADMIN_REQUIRED, USER_BANNED_IN_CHANNEL, SLOWMODE_WAIT_X
 */
export function writable(ctx: UserContext, input: tl.InputPeer): Target {
  const peer = inputPeer(ctx, input)
  const user = userAt(ctx, peer)
  if (user) {
    if (user.deleted) throw badRequest('INPUT_USER_DEACTIVATED')
    if (ctx.me.blocked.has(user.id)) throw badRequest('YOU_BLOCKED_USER')
    return { peer, user }
  }
  const channel = channelAt(ctx, peer)
  if (channel) {
    requireVoice(ctx, channel)
    return { peer, channel }
  }
  const chat = groupAt(ctx, peer)
  if (!chat || chat.deactivated) throw badRequest('PEER_ID_INVALID')
  if (!chat.members.has(ctx.me.id)) throw forbidden('CHAT_WRITE_FORBIDDEN')
  return { peer, chat }
}

function requireVoice(ctx: UserContext, channel: Channel): void {
  const { world, me } = ctx
  if (!channel.megagroup) {
    if (!hasRight(channel, me, 'postMessages')) throw badRequest('CHAT_ADMIN_REQUIRED')
    return
  }
  if (banOf(world, channel, me)?.sendMessages) throw badRequest('USER_BANNED_IN_CHANNEL')
  const member = channel.members.get(me.id)
  if (!member || isForbidden(world, channel, me, 'sendMessages')) throw forbidden('CHAT_WRITE_FORBIDDEN')
  const wait = (channel.slowmode ?? 0) - (world.seconds() - (member.lastPost ?? 0))
  if (channel.slowmode && wait > 0 && !isChannelAdmin(channel, me)) {
    throw new RpcError(420, `SLOWMODE_WAIT_${wait}`)
  }
}

/**
 * Posts the messages, or finds those that were posted under the same random ids. Each comes with the
 * `updateMessageID` that ties it to its random id, and for a repeated one the message itself: answer with these.
 */
export function sendOnce(
  ctx: UserContext,
  target: Target,
  messages: { randomId: bigint; content: () => MessageContent }[],
  scheduleDate?: number,
): tl.Update[] {
  const told: tl.Update[] = []
  for (const { randomId, content } of messages) {
    if (scheduleDate !== undefined && isLater(ctx, scheduleDate)) {
      told.push({
        _: 'updateMessageID',
        id: schedule(ctx, target.peer, content, randomId, scheduleDate),
        randomId,
      })
      continue
    }
    const before = ctx.me.sent.get(randomId)
    if (before) {
      if (before.peer !== target.peer) throw new RpcError(500, 'RANDOM_ID_DUPLICATE')
      told.push({ _: 'updateMessageID', id: before.id, randomId }, ...sentBefore(ctx, before))
    } else {
      told.push({ _: 'updateMessageID', id: post(ctx, target, content(), randomId), randomId })
    }
  }
  return told
}

function sentBefore(ctx: UserContext, sent: Sent): tl.Update[] {
  const place = placeOf(ctx.world, ctx.me, sent.peer)
  const message = place.shown(sent.id)
  if (!message) return []
  const _ = place.channel ? 'updateNewChannelMessage' : 'updateNewMessage'
  return [{ _, message, pts: sent.pts, ptsCount: sent.count }]
}

/** Whose message it is, and where. */
type Sender = Pick<UserContext, 'world' | 'me'>

/** Posts a message and remembers its random id. Returns its id in the sender's eyes. */
export function post(ctx: Sender, target: Target, given: MessageContent, randomId: bigint): number {
  const { world, me } = ctx
  const content = 'user' in target ? given : { ...given, mentions: mentionsIn(ctx, target, given) }
  if ('channel' in target) {
    const { id } = postAs(ctx, target.channel, content)
    remember(ctx, randomId, { peer: target.peer, id, pts: target.channel.pts, count: 1 })
    return id
  }
  const before = me.pts
  const message =
    'user' in target ? postToUser(world, me, target.user, content) : postToChat(world, target.chat, content)
  const id = message.copies.get(me.id) ?? 0
  remember(ctx, randomId, { peer: target.peer, id, pts: before + 1, count: 1 })
  return id
}

/** Who is meant by a message: by name, by username, or by being answered. */
function mentionsIn(ctx: Sender, target: Target, content: MessageContent): number[] | undefined {
  const { world, me } = ctx
  const meant = new Set<number>()
  for (const entity of content.entities ?? []) {
    if (entity._ === 'messageEntityMentionName') meant.add(entity.userId)
    if (entity._ === 'messageEntityMention') {
      const name = content.text.slice(entity.offset + 1, entity.offset + entity.length)
      const id = world.usernames.get(name.toLowerCase())
      if (id !== undefined && id > 0) meant.add(id)
    }
  }
  const answered =
    content.reply &&
    ('channel' in target
      ? target.channel.messages.get(content.reply.to)
      : world.state.messages.get(content.reply.to))
  if (answered?.from !== undefined && answered.from > 0) meant.add(answered.from)
  meant.delete(me.id)
  return meant.size > 0 ? [...meant] : undefined
}

/** In a channel's name where it is a channel of posts, or where an admin chose not to be seen. */
function postAs(ctx: Sender, channel: Channel, content: MessageContent) {
  const { world, me } = ctx
  const member = channel.members.get(me.id)
  if (member) member.lastPost = world.seconds()
  if (!channel.megagroup) {
    const postAuthor = channel.signatures ? `${me.firstName} ${me.lastName}`.trim() : undefined
    return postToChannel(world, channel, { ...content, from: undefined, author: me.id, postAuthor })
  }
  if (member?.admin?.rights.anonymous) {
    return postToChannel(world, channel, { ...content, from: markChannel(channel.id), author: me.id })
  }
  return postToChannel(world, channel, content)
}

type Sent = { peer: MarkedId; id: number; pts: number; count: number }

function remember(ctx: Sender, randomId: bigint, sent: Sent): void {
  const { sent: known } = ctx.me
  known.set(randomId, sent)
  const oldest = known.keys().next()
  if (known.size > ctx.world.limits.randomIds && !oldest.done) known.delete(oldest.value)
}

/** @throws RpcError REPLY_MESSAGE_ID_INVALID */
export function replyOf(
  ctx: UserContext,
  peer: MarkedId,
  replyTo: tl.InputReplyTo | undefined,
): MessageContent['reply'] {
  if (replyTo?._ !== 'inputReplyToMessage') return undefined
  const { channel, content, reference } = placeOf(ctx.world, ctx.me, peer)
  const message = content(replyTo.replyToMsgId)
  const to = reference(replyTo.replyToMsgId)
  if (!message || to === undefined) throw badRequest('REPLY_MESSAGE_ID_INVALID')
  if (replyTo.quoteText !== undefined && !message.text.includes(replyTo.quoteText)) {
    throw badRequest('QUOTE_TEXT_INVALID')
  }
  const quote = {
    quoteText: replyTo.quoteText,
    quoteEntities: replyTo.quoteEntities,
    quoteOffset: replyTo.quoteOffset,
  }
  return { to, ...(channel ? threadOf(channel, to, replyTo.topMsgId) : {}), ...quote }
}

/** Which thread an answer belongs to: the topic, or the message that the chain of answers began with. */
function threadOf(channel: Channel, to: number, given: number | undefined) {
  const parent = channel.messages.get(to)?.reply
  const topId = given ?? (channel.topics.has(to) ? to : (parent?.topId ?? parent?.to))
  if (topId === undefined) return {}
  const forumTopic = channel.topics.has(topId) || undefined
  if (forumTopic && channel.topics.get(topId)?.closed) throw badRequest('TOPIC_CLOSED')
  return { topId: topId === to && !forumTopic ? undefined : topId, forumTopic }
}

/** Drops the draft of a dialog, on all of the account's devices. */
export function clearDraft(ctx: UserContext, peer: MarkedId): void {
  const dialog = dialogWith(ctx.me, peer)
  if (!dialog.draft) return
  dialog.draft = undefined
  announce(ctx.world, ctx.me, {
    _: 'updateDraftMessage',
    peer: toPeer(peer),
    draft: { _: 'draftMessageEmpty', date: ctx.world.seconds() },
  })
}

/** What every message of the caller starts from. */
export function newContent(ctx: UserContext): MessageContent {
  return { from: ctx.me.id, date: ctx.world.seconds(), text: '' }
}
