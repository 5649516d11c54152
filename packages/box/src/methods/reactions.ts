/** Reactions (core.telegram.org/api/reactions). They change a message without being an edit of it. */
import type { tl } from '../generated/types.ts'
import { isForbidden } from '../world/channel-rights.ts'
import { toPeer } from '../world/marked-id.ts'
import type { Place } from '../world/place.ts'
import type { MessageContent } from '../world/state-message.ts'
import { announce } from '../world/update-log.ts'
import { reactionKey, reactionsOf } from '../world/view-message.ts'
import { requireAllowed } from './chat-rules.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { groupAt, inputPlace } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'
import { whoSees } from './who-sees.ts'

/** What one account may give one message. */
const AT_ONCE = 3
/** What Telegram offers to everyone. */
const available = [
  ...'👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡',
]

export const reactionMethods: UserMethods = {
  'messages.sendReaction': (ctx, { peer, msgId, reaction = [], big }) => {
    const place = inputPlace(ctx, peer)
    const message = place.content(msgId)
    if (!message || !place.shown(msgId)) throw badRequest('MESSAGE_ID_INVALID')
    if (place.channel && isForbidden(ctx.world, place.channel, ctx.me, 'sendReactions')) {
      throw forbidden('CHAT_WRITE_FORBIDDEN')
    }
    const wanted = reaction.filter((one) => one._ !== 'reactionEmpty')
    if (wanted.length > AT_ONCE) throw badRequest('REACTIONS_TOO_MANY')
    const rule = place.channel?.reactions ?? groupAt(ctx, place.peer)?.reactions
    for (const one of wanted) {
      requireAvailable(one)
      requireAllowed(rule, one)
    }
    const before = (message.reactions ?? []).filter((r) => r.user === ctx.me.id)
    if (before.map((r) => reactionKey(r.reaction)).join() === wanted.map(reactionKey).join()) {
      throw badRequest('MESSAGE_NOT_MODIFIED')
    }
    const date = ctx.world.seconds()
    const given = wanted.map((one) => ({ user: ctx.me.id, reaction: one, date, big: big || undefined }))
    const others = (message.reactions ?? []).filter((r) => r.user !== ctx.me.id)
    message.reactions = [...others, ...given]
    for (const viewer of whoSees(ctx, place, msgId)) tellOfReactions(ctx, place, msgId, message, viewer.id)
    return ctx.answer()
  },

  'messages.getMessagesReactions': (ctx, { peer, id }) => {
    const place = inputPlace(ctx, peer)
    const updates = id.flatMap((one): tl.Update[] => {
      const message = place.content(one)
      return message ? [reactionsUpdate(place.peer, one, message, ctx.me.id)] : []
    })
    return ctx.answer(updates)
  },

  'messages.getMessageReactionsList': (ctx, { peer, id, reaction, offset, limit }) => {
    const message = inputPlace(ctx, peer).content(id)
    if (!message) throw badRequest('MESSAGE_ID_INVALID')
    const key = reaction && reactionKey(reaction)
    const all = (message.reactions ?? []).filter((r) => !key || reactionKey(r.reaction) === key)
    const start = Number(offset ?? 0) || 0
    const end = start + Math.min(Math.max(limit, 1), 100)
    const reactions = all.slice(start, end).map((r) => ({
      _: 'messagePeerReaction' as const,
      my: r.user === ctx.me.id || undefined,
      big: r.big,
      peerId: toPeer(r.user),
      date: r.date,
      reaction: r.reaction,
    }))
    return {
      _: 'messages.messageReactionsList',
      count: all.length,
      reactions,
      nextOffset: end < all.length ? String(end) : undefined,
      ...ctx.view.peersOf(reactions),
    }
  },

  'messages.getAvailableReactions': () => ({ _: 'messages.availableReactionsNotModified' }),

  'messages.getTopReactions': (_, { limit }) => listed(limit),
  'messages.getRecentReactions': (_, { limit }) => listed(limit),
  'messages.clearRecentReactions': () => true,
  'messages.setDefaultReaction': (_, { reaction }) => {
    requireAvailable(reaction)
    return true
  },
}

function listed(limit: number): tl.messages.reactions {
  const reactions = available
    .slice(0, Math.max(0, limit))
    .map((emoticon) => ({ _: 'reactionEmoji' as const, emoticon }))
  return { _: 'messages.reactions', hash: 0n, reactions }
}

/** @throws RpcError REACTION_INVALID */
function requireAvailable(reaction: tl.Reaction): void {
  if (reaction._ === 'reactionCustomEmoji') return
  const plain = reaction._ === 'reactionEmoji' ? reaction.emoticon.replaceAll('\ufe0f', '') : ''
  if (!available.includes(plain)) throw badRequest('REACTION_INVALID')
}

/** The message is under another id in each box. */
function tellOfReactions(
  ctx: UserContext,
  place: Place,
  id: number,
  message: MessageContent,
  viewerId: number,
): void {
  const viewer = ctx.world.account(viewerId)
  const number = place.reference(id)
  const copies = number === undefined ? undefined : ctx.world.state.messages.get(number)?.copies
  const theirs = place.channel ? id : copies?.get(viewerId)
  const peer = place.channel ? place.peer : viewer.box.get(theirs ?? 0)?.peer
  if (theirs === undefined || peer === undefined) return
  announce(ctx.world, viewer, reactionsUpdate(peer, theirs, message, viewerId))
}

function reactionsUpdate(
  peer: number,
  id: number,
  message: MessageContent,
  viewer: number,
): tl.updateMessageReactions {
  return {
    _: 'updateMessageReactions',
    peer: toPeer(peer),
    msgId: id,
    topMsgId: message.reply?.topId,
    reactions: reactionsOf(message, viewer) ?? { _: 'messageReactions', results: [] },
  }
}
