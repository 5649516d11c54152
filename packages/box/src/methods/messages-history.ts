/** Reading what is in a box: dialogs, history, search. */
import type { tl } from '../generated/types.ts'
import {
  type ListedDialog,
  listDialogs,
  listedDialog,
  pageOfDialogs,
  renderDialog,
} from '../world/dialog-list.ts'
import { currentState } from '../world/difference.ts'
import { type Place, placeOf } from '../world/place.ts'
import { messageInBox } from '../world/view-message.ts'
import type { UserContext } from './context.ts'
import { matchesFilter } from './message-filter.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer, inputPlace, offsetPeer } from './peers.ts'
import { badRequest } from './rpc-error.ts'

const PAGE = 100

export const historyMethods: UserMethods = {
  'messages.getDialogs': (ctx, params) => {
    const all = listDialogs(ctx.world, ctx.me).filter(
      (d) => params.folderId === undefined || (d.dialog.folder ?? 0) === params.folderId,
    )
    const pinned = all.filter((d) => d.dialog.pinned !== undefined)
    const rest = all.filter((d) => d.dialog.pinned === undefined)
    const page = pageOfDialogs(rest, {
      offsetDate: params.offsetDate,
      offsetPeer: offsetPeer(ctx, params.offsetPeer),
      limit: params.limit > 0 ? Math.min(params.limit, PAGE) : 0,
    })
    // Pinned dialogs come ahead of the first page and are on no other.
    const first = params.offsetDate === 0 && !params.excludePinned
    const shown = first ? [...byPin(pinned), ...page] : page
    const answer = dialogsAnswer(ctx, shown)
    const count = params.excludePinned ? rest.length : all.length
    return shown.length === count
      ? { _: 'messages.dialogs', ...answer }
      : { _: 'messages.dialogsSlice', count, ...answer }
  },

  'messages.getPinnedDialogs': (ctx, { folderId }) => {
    const pinned = listDialogs(ctx.world, ctx.me).filter(
      (d) => d.dialog.pinned !== undefined && (d.dialog.folder ?? 0) === folderId,
    )
    const state = currentState(ctx.world, ctx.me)
    return { _: 'messages.peerDialogs', ...dialogsAnswer(ctx, byPin(pinned)), state }
  },

  'messages.getPeerDialogs': (ctx, { peers }) => {
    const wanted = peers.flatMap((input) => {
      if (input._ !== 'inputDialogPeer') return []
      const peer = inputPeer(ctx, input.peer)
      const dialog = ctx.me.dialogs.get(peer) ?? { ids: [], readInbox: 0, readOutbox: 0 }
      return [listedDialog(ctx.world, ctx.me, peer, dialog) ?? { peer, dialog, topId: 0, date: 0 }]
    })
    const state = currentState(ctx.world, ctx.me)
    return { _: 'messages.peerDialogs', ...dialogsAnswer(ctx, wanted), state }
  },

  'messages.getHistory': (ctx, params) => {
    const place = inputPlace(ctx, params.peer)
    return pageOfPlace(ctx, place, place.ids(), params)
  },

  'messages.getMessages': (ctx, { id }) => {
    const messages = id.map((wanted): tl.Message => {
      const number = wanted._ === 'inputMessageID' ? wanted.id : repliedTo(ctx, wanted)
      return messageInBox(ctx.world, ctx.me, number) ?? { _: 'messageEmpty', id: number }
    })
    return { _: 'messages.messages', messages, topics: [], ...ctx.view.peersOf(messages) }
  },

  'messages.search': (ctx, params) => {
    if (params.peer._ === 'inputPeerEmpty') return searchEverywhere(ctx, params)
    const place = inputPlace(ctx, params.peer)
    const from = params.fromId && inputPeer(ctx, params.fromId)
    const found = place.ids().filter((id) => {
      const message = place.content(id)
      if (!message || (from !== undefined && message.from !== from)) return false
      if (params.topMsgId !== undefined && message.reply?.topId !== params.topMsgId) return false
      if (params.minDate > 0 && message.date < params.minDate) return false
      if (params.maxDate > 0 && message.date > params.maxDate) return false
      return matchesText(message.text, params.q) && matchesFilter(message, params.filter, place.pinned(id))
    })
    return pageOfPlace(ctx, place, found, { ...params, offsetDate: 0 })
  },

  'messages.getSearchCounters': (ctx, { peer, filters, topMsgId }) => {
    const place = inputPlace(ctx, peer)
    return filters.map((filter) => {
      const fits = (id: number) => {
        const message = place.content(id)
        if (!message || (topMsgId !== undefined && message.reply?.topId !== topMsgId)) return false
        return matchesFilter(message, filter, place.pinned(id))
      }
      return { _: 'messages.searchCounter', filter, count: place.ids().filter(fits).length }
    })
  },

  'messages.searchGlobal': (ctx, params) => {
    if (params.q === '' && params.filter._ === 'inputMessagesFilterEmpty') {
      throw badRequest('SEARCH_QUERY_EMPTY')
    }
    return searchEverywhere(ctx, params)
  },
}

function byPin(dialogs: ListedDialog[]): ListedDialog[] {
  return dialogs.sort((a, b) => (a.dialog.pinned ?? 0) - (b.dialog.pinned ?? 0))
}

function dialogsAnswer(ctx: UserContext, listed: ListedDialog[]) {
  const { world, me } = ctx
  const dialogs = listed.map((d) => renderDialog(world, me, d))
  const messages = listed.flatMap((d) => placeOf(world, me, d.peer).shown(d.topId) ?? [])
  return { dialogs, messages, ...ctx.view.peersOf([dialogs, messages]) }
}

function repliedTo(ctx: UserContext, wanted: tl.InputMessage): number {
  if (wanted._ !== 'inputMessageReplyTo') return 0
  return ctx.me.box.get(wanted.id)?.replyTo ?? 0
}

export function matchesText(text: string, query: string): boolean {
  return query === '' || text.toLowerCase().includes(query.toLowerCase())
}

export interface MessagePage {
  offsetId: number
  offsetDate: number
  addOffset: number
  limit: number
  maxId: number
  minId: number
}

/**
 * The ids of a page, newest first (core.telegram.org/api/offsets): start behind offset_id (or at offset_date), move by
 * add_offset, take limit, and of these keep what lies between min_id and max_id, both exclusive.
 */
export function pageOf(
  ids: readonly number[],
  page: MessagePage,
  dateOf: (id: number) => number | undefined,
): { ids: number[]; start: number } {
  const newestFirst = ids.toReversed()
  let at = 0
  if (page.offsetId > 0) at = newestFirst.findIndex((id) => id < page.offsetId)
  else if (page.offsetDate > 0) at = newestFirst.findIndex((id) => (dateOf(id) ?? 0) < page.offsetDate)
  if (at < 0) at = newestFirst.length
  const start = at + page.addOffset
  const limit = Math.min(Math.max(page.limit, 0), PAGE)
  const shown = newestFirst
    .slice(Math.max(0, start), Math.max(0, start + limit))
    .filter((id) => (page.maxId <= 0 || id < page.maxId) && (page.minId <= 0 || id > page.minId))
  return { ids: shown, start: Math.max(0, start) }
}

/** Answers with a page of these messages of a place. */
export function pageOfPlace(
  ctx: UserContext,
  place: Place,
  ids: readonly number[],
  page: MessagePage,
): tl.messages.Messages {
  const { ids: shown, start } = pageOf(ids, page, (id) => place.content(id)?.date)
  const messages = shown.flatMap((id) => place.shown(id) ?? [])
  const answer = { messages, topics: [], ...ctx.view.peersOf(messages) }
  const count = ids.length
  if (place.channel) {
    const { pts } = place.channel
    return { _: 'messages.channelMessages', pts, count, offsetIdOffset: start, ...answer }
  }
  if (messages.length === count) return { _: 'messages.messages', ...answer }
  return { _: 'messages.messagesSlice', count, offsetIdOffset: start, ...answer }
}

interface GlobalSearch {
  q: string
  filter: tl.MessagesFilter
  minDate: number
  maxDate: number
  limit: number
  /** Where the page before ended: messages of that date and older. */
  offsetRate?: number
  offsetId: number
}

/** Newest first over all dialogs. Pages go on from the date and id of the last one (`next_rate`). */
function searchEverywhere(ctx: UserContext, params: GlobalSearch): tl.messages.Messages {
  const found: { place: Place; id: number; date: number }[] = []
  for (const peer of ctx.me.dialogs.keys()) {
    const place = placeOf(ctx.world, ctx.me, peer)
    for (const id of place.ids()) {
      const message = place.content(id)
      if (
        !message ||
        !matchesText(message.text, params.q) ||
        !matchesFilter(message, params.filter, place.pinned(id))
      )
        continue
      if (params.minDate > 0 && message.date < params.minDate) continue
      if (params.maxDate > 0 && message.date > params.maxDate) continue
      found.push({ place, id, date: message.date })
    }
  }
  found.sort((a, b) => b.date - a.date || b.place.peer - a.place.peer || b.id - a.id)
  const { offsetRate = 0, offsetId } = params
  const after = (f: { id: number; date: number }) =>
    offsetRate > 0 && (f.date < offsetRate || (f.date === offsetRate && f.id < offsetId))
  const rest = offsetRate > 0 ? found.filter(after) : found
  const page = rest.slice(0, Math.min(Math.max(params.limit, 1), PAGE))
  const messages = page.flatMap(({ place, id }) => place.shown(id) ?? [])
  const answer = { messages, topics: [], ...ctx.view.peersOf(messages) }
  if (page.length === found.length) return { _: 'messages.messages', ...answer }
  const nextRate = page.length < rest.length ? page.at(-1)?.date : undefined
  return { _: 'messages.messagesSlice', count: found.length, nextRate, ...answer }
}
