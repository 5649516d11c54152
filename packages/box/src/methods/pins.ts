/** Pinned messages. */
import { logChannel } from '../world/channel-box.ts'
import { hasRight, isForbidden } from '../world/channel-rights.ts'
import { channelService } from '../world/channels.ts'
import { isAdmin, service } from '../world/groups.ts'
import { isUser } from '../world/marked-id.ts'
import { postToUser } from '../world/message-box.ts'
import type { Place } from '../world/place.ts'
import type { Account } from '../world/state-account.ts'
import { log } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { groupAt, inputPlace, userAt } from './peers.ts'
import { badRequest } from './rpc-error.ts'
import { whoSees } from './who-sees.ts'

export const pinMethods: UserMethods = {
  'messages.updatePinnedMessage': (ctx, { peer, id, unpin, pmOneside }) => {
    const place = inputPlace(ctx, peer)
    requirePinning(ctx, place)
    const message = place.content(id)
    if (!message || message.action) throw badRequest('MESSAGE_ID_INVALID')
    if (place.pinned(id) === !unpin) throw badRequest('CHAT_NOT_MODIFIED')
    const onlyMe = pmOneside === true && isUser(place.peer)
    setPinned(ctx, place, [id], !unpin, onlyMe)
    if (!unpin && !onlyMe) sayPinned(ctx, place, id)
    return ctx.answer()
  },

  'messages.unpinAllMessages': (ctx, { peer, topMsgId }) => {
    const place = inputPlace(ctx, peer)
    requirePinning(ctx, place)
    const pinned = place
      .ids()
      .filter(
        (id) => place.pinned(id) && (topMsgId === undefined || place.content(id)?.reply?.topId === topMsgId),
      )
    const before = place.channel?.pts ?? ctx.me.pts
    if (pinned.length > 0) setPinned(ctx, place, pinned, false, false)
    const pts = place.channel?.pts ?? ctx.me.pts
    return { _: 'messages.affectedHistory', pts, ptsCount: pts - before, offset: 0 }
  },
}

/** @throws RpcError CHAT_ADMIN_REQUIRED */
function requirePinning(ctx: UserContext, place: Place): void {
  const { channel } = place
  const chat = groupAt(ctx, place.peer)
  const mayPin = channel
    ? hasRight(channel, ctx.me, channel.megagroup ? 'pinMessages' : 'editMessages') ||
      (channel.megagroup && !isForbidden(ctx.world, channel, ctx.me, 'pinMessages'))
    : !chat || (chat.members.has(ctx.me.id) && (isAdmin(chat, ctx.me) || !chat.defaultBanned?.pinMessages))
  if (!mayPin) throw badRequest('CHAT_ADMIN_REQUIRED')
}

function setPinned(ctx: UserContext, place: Place, ids: number[], pinned: boolean, onlyMe: boolean): void {
  if (place.channel) {
    for (const id of ids) {
      const message = place.channel.messages.get(id)
      if (message) message.pinned = pinned || undefined
    }
    logChannel(ctx.world, place.channel, { kind: 'pinned', ids, pinned })
    return
  }
  const holders = new Set(onlyMe ? [ctx.me] : ids.flatMap((id) => whoSees(ctx, place, id)))
  for (const holder of holders) pinInBox(ctx, place, holder, ids, pinned)
}

/** Each holder has the messages under ids of its own. */
function pinInBox(ctx: UserContext, place: Place, holder: Account, ids: number[], pinned: boolean): void {
  const theirs = ids.flatMap((id) => {
    const number = place.reference(id)
    const message = number === undefined ? undefined : ctx.world.state.messages.get(number)
    return message?.copies.get(holder.id) ?? []
  })
  const [first] = theirs
  const peer = first === undefined ? undefined : holder.box.get(first)?.peer
  if (peer === undefined) return
  for (const id of theirs) {
    const entry = holder.box.get(id)
    if (entry) entry.pinned = pinned || undefined
  }
  log(ctx.world, holder, { kind: 'pinned', peer, ids: theirs, pinned })
}

function sayPinned(ctx: UserContext, place: Place, id: number): void {
  const { world, me } = ctx
  const action = { _: 'messageActionPinMessage' } as const
  const to = place.reference(id) ?? 0
  if (place.channel) {
    channelService(world, place.channel, me, action, { to })
    return
  }
  const chat = groupAt(ctx, place.peer)
  const user = userAt(ctx, place.peer)
  if (chat) service(world, chat, me, action, undefined, { to })
  if (user) {
    const content = { from: me.id, date: world.seconds(), text: '', action, reply: { to } }
    postToUser(world, me, user, content)
  }
}
