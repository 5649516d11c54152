/** What holds for all messages of a chat: how long they are kept (core.telegram.org/api/self-destruct), and what may be answered to them. */
import type { tl } from '../generated/types.ts'
import { membersOf } from '../world/channel-box.ts'
import { hasRight } from '../world/channel-rights.ts'
import { channelService, tellChanged } from '../world/channels.ts'
import { everMembers, isAdmin, service } from '../world/groups.ts'
import { toPeer } from '../world/marked-id.ts'
import { dialogWith, postToUser } from '../world/message-box.ts'
import type { Account } from '../world/state-account.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { channelAt, groupAt, inputPeer, userAt } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const LONGEST = 366 * 86_400

export const chatRulesMethods: UserMethods = {
  'messages.setHistoryTTL': (ctx, { peer: input, period }) => {
    if (period < 0 || period > LONGEST) throw badRequest('TTL_PERIOD_INVALID')
    const { world, me } = ctx
    const peer = inputPeer(ctx, input)
    const ttl = period || undefined
    const action = { _: 'messageActionSetMessagesTTL', period } as const
    const user = userAt(ctx, peer)
    if (user) {
      const [mine, theirs] = [dialogWith(me, user.id), dialogWith(user, me.id)]
      if (mine.ttl === ttl) throw badRequest('CHAT_NOT_MODIFIED')
      mine.ttl = ttl
      theirs.ttl = ttl
      postToUser(world, me, user, { from: me.id, date: world.seconds(), text: '', action })
      tellOfTtl(ctx, [me], user.id, ttl)
      if (user !== me) tellOfTtl(ctx, [user], me.id, ttl)
      return ctx.answer()
    }
    const { place, members } = ruled(ctx, input)
    if (place.ttl === ttl) throw badRequest('CHAT_NOT_MODIFIED')
    place.ttl = ttl
    if ('pts' in place) channelService(world, place, me, action)
    else service(world, place, me, action)
    tellOfTtl(ctx, members, peer, ttl)
    return ctx.answer()
  },

  'messages.setChatAvailableReactions': (ctx, { peer: input, availableReactions }) => {
    const { place, members } = ruled(ctx, input)
    if (JSON.stringify(plain(place.reactions)) === JSON.stringify(plain(availableReactions))) {
      throw badRequest('CHAT_NOT_MODIFIED')
    }
    place.reactions = availableReactions
    if ('pts' in place) tellChanged(ctx.world, place)
    else for (const member of members) announce(ctx.world, member, { _: 'updateChat', chatId: place.id })
    return ctx.answer()
  },
}

/** The group or channel whose rules the caller may change. @throws RpcError PEER_ID_INVALID, CHAT_ADMIN_REQUIRED */
function ruled(ctx: UserContext, input: tl.InputPeer) {
  const peer = inputPeer(ctx, input)
  const channel = channelAt(ctx, peer)
  const group = groupAt(ctx, peer)
  const place = channel ?? group
  if (!place) throw badRequest('PEER_ID_INVALID')
  const may = channel ? hasRight(channel, ctx.me, 'changeInfo') : group && isAdmin(group, ctx.me)
  if (!may) throw badRequest('CHAT_ADMIN_REQUIRED')
  const members = channel ? membersOf(ctx.world, channel) : group ? everMembers(ctx.world, group) : []
  return { place, members }
}

function tellOfTtl(ctx: UserContext, accounts: Account[], peer: number, ttlPeriod: number | undefined): void {
  for (const account of accounts) {
    announce(ctx.world, account, { _: 'updatePeerHistoryTTL', peer: toPeer(peer), ttlPeriod })
  }
}

/** By what two rules are compared: ids of custom emoji are no JSON. */
function plain(rule: tl.ChatReactions | undefined): unknown {
  if (rule?._ !== 'chatReactionsSome') return rule
  return rule.reactions.map((one) =>
    'documentId' in one ? `${one.documentId}` : 'emoticon' in one && one.emoticon,
  )
}

/** @throws RpcError REACTION_INVALID if the chat does not allow it. */
export function requireAllowed(rule: tl.ChatReactions | undefined, reaction: tl.Reaction): void {
  if (rule === undefined || rule._ === 'chatReactionsAll') return
  const same = (one: tl.Reaction) =>
    one._ === reaction._ &&
    ('emoticon' in one && 'emoticon' in reaction
      ? bare(one.emoticon) === bare(reaction.emoticon)
      : 'documentId' in one && 'documentId' in reaction && one.documentId === reaction.documentId)
  if (rule._ === 'chatReactionsNone' || !rule.reactions.some(same)) throw badRequest('REACTION_INVALID')
}

/** An emoji without the sign that asks for its coloured form. */
const bare = (emoji: string): string => emoji.replaceAll('\ufe0f', '')
