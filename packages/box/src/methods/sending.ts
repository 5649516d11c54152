/**
 * Posting messages for a caller: where they may go, what they answer to, and that a repeated send (same random id) is
 * the same message and not a second one.
 */
import type { tl } from '../generated/types.ts'
import { isUser, type MarkedId, toPeer } from '../world/marked-id.ts'
import { commonMessage, dialogWith, postToChat, postToUser } from '../world/message-box.ts'
import type { Chat } from '../world/state.ts'
import type { Account } from '../world/state-account.ts'
import type { MessageContent } from '../world/state-message.ts'
import { announce } from '../world/update-log.ts'
import { messageInBox } from '../world/view-message.ts'
import type { UserContext } from './context.ts'
import { groupAt, inputPeer, userAt } from './peers.ts'
import { badRequest, forbidden, RpcError } from './rpc-error.ts'

export type Target = { peer: MarkedId; user: Account } | { peer: MarkedId; chat: Chat }

/**
 * Somewhere the caller may write.
 * @throws RpcError PEER_ID_INVALID, INPUT_USER_DEACTIVATED, YOU_BLOCKED_USER, CHAT_WRITE_FORBIDDEN
 */
export function writable(ctx: UserContext, input: tl.InputPeer): Target {
  const peer = inputPeer(ctx, input)
  const user = userAt(ctx, peer)
  if (user) {
    if (user.deleted) throw badRequest('INPUT_USER_DEACTIVATED')
    if (ctx.me.blocked.has(user.id)) throw badRequest('YOU_BLOCKED_USER')
    return { peer, user }
  }
  const chat = groupAt(ctx, peer)
  if (!chat || chat.deactivated) throw badRequest('PEER_ID_INVALID')
  if (!chat.members.has(ctx.me.id)) throw forbidden('CHAT_WRITE_FORBIDDEN')
  return { peer, chat }
}

/**
 * Posts the messages, or finds those that were posted under the same random ids. Each comes with the
 * `updateMessageID` that ties it to its random id, and for a repeated one the message itself: answer with these.
 */
export function sendOnce(
  ctx: UserContext,
  target: Target,
  messages: { randomId: bigint; content: () => MessageContent }[],
): tl.Update[] {
  const told: tl.Update[] = []
  for (const { randomId, content } of messages) {
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

function sentBefore(ctx: UserContext, sent: { id: number; pts: number; count: number }): tl.Update[] {
  const message = messageInBox(ctx.world, ctx.me, sent.id)
  return message ? [{ _: 'updateNewMessage', message, pts: sent.pts, ptsCount: sent.count }] : []
}

function post(ctx: UserContext, target: Target, content: MessageContent, randomId: bigint): number {
  const { world, me } = ctx
  const before = me.pts
  const message =
    'user' in target ? postToUser(world, me, target.user, content) : postToChat(world, target.chat, content)
  const id = message.copies.get(me.id) ?? 0
  remember(ctx, randomId, { peer: target.peer, id, pts: before + 1, count: 1 })
  return id
}

function remember(
  ctx: UserContext,
  randomId: bigint,
  sent: { peer: MarkedId; id: number; pts: number; count: number },
): void {
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
  const message = commonMessage(ctx.world, ctx.me, replyTo.replyToMsgId)
  if (!message || ctx.me.box.get(replyTo.replyToMsgId)?.peer !== peer) {
    throw badRequest('REPLY_MESSAGE_ID_INVALID')
  }
  if (replyTo.quoteText !== undefined && !message.text.includes(replyTo.quoteText)) {
    throw badRequest('QUOTE_TEXT_INVALID')
  }
  return {
    to: message.number,
    quoteText: replyTo.quoteText,
    quoteEntities: replyTo.quoteEntities,
    quoteOffset: replyTo.quoteOffset,
  }
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

/** Whether a peer is the caller's own Saved Messages. */
export function isSelf(ctx: UserContext, peer: MarkedId): boolean {
  return isUser(peer) && peer === ctx.me.id
}
