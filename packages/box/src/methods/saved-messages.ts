/** Saved messages as a list of chats: what was forwarded to oneself goes by where it came from (core.telegram.org/api/saved-messages). */
import type { tl } from '../generated/types.ts'
import { type MarkedId, toPeer } from '../world/marked-id.ts'
import { type Place, placeOf } from '../world/place.ts'
import { savedPeerOf } from '../world/view-message.ts'
import type { UserContext } from './context.ts'
import { pageOfPlace } from './messages-history.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer } from './peers.ts'

const PAGE = 100

export const savedMethods: UserMethods = {
  'messages.getSavedDialogs': (ctx, { offsetId, limit }) => {
    const all = savedDialogs(ctx)
    // Newest first, by the id of the last message: ids of one box only grow.
    const rest = offsetId > 0 ? all.filter(({ topMessage }) => topMessage < offsetId) : all
    const dialogs = rest.slice(0, Math.min(Math.max(limit, 0), PAGE))
    const place = own(ctx)
    const messages = dialogs.flatMap(({ topMessage }) => place.shown(topMessage) ?? [])
    const answer = { dialogs, messages, ...ctx.view.peersOf([dialogs, messages]) }
    if (dialogs.length === all.length) return { _: 'messages.savedDialogs', ...answer }
    return { _: 'messages.savedDialogsSlice', count: all.length, ...answer }
  },

  'messages.getSavedHistory': (ctx, params) => {
    const place = own(ctx)
    const peer = inputPeer(ctx, params.peer)
    const ids = place.ids().filter((id) => savedPeer(ctx, place, id) === peer)
    return pageOfPlace(ctx, place, ids, params)
  },
}

const own = (ctx: UserContext): Place => placeOf(ctx.world, ctx.me, ctx.me.id)

function savedDialogs(ctx: UserContext): tl.savedDialog[] {
  const place = own(ctx)
  const newest = new Map<MarkedId, number>()
  for (const id of place.ids()) newest.set(savedPeer(ctx, place, id), id)
  return Array.from(newest, ([peer, topMessage]) => ({
    _: 'savedDialog' as const,
    peer: toPeer(peer),
    topMessage,
  })).sort((a, b) => b.topMessage - a.topMessage)
}

function savedPeer(ctx: UserContext, place: Place, id: number): MarkedId {
  const message = place.content(id)
  return message === undefined ? ctx.me.id : savedPeerOf(message, ctx.me.id)
}
