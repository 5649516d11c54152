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
import { commonMessage } from '../world/message-box.ts'
import { messageInBox } from '../world/view-message.ts'
import type { UserContext } from './context.ts'
import { matchesFilter } from './message-filter.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer, offsetPeer } from './peers.ts'
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
    const ids = ctx.me.dialogs.get(inputPeer(ctx, params.peer))?.ids ?? []
    return pageOfMessages(ctx, ids, params)
  },

  'messages.getMessages': (ctx, { id }) => {
    const messages = id.map((wanted): tl.Message => {
      const number = wanted._ === 'inputMessageID' ? wanted.id : repliedTo(ctx, wanted)
      return messageInBox(ctx.world, ctx.me, number) ?? { _: 'messageEmpty', id: number }
    })
    return { _: 'messages.messages', messages, topics: [], ...ctx.view.peersOf(messages) }
  },

  'messages.search': (ctx, params) => {
    const everywhere = params.peer._ === 'inputPeerEmpty'
    const dialog = everywhere ? undefined : ctx.me.dialogs.get(inputPeer(ctx, params.peer))
    const ids = everywhere ? [...ctx.me.box.keys()].sort((a, b) => a - b) : (dialog?.ids ?? [])
    const from = params.fromId && inputPeer(ctx, params.fromId)
    const found = ids.filter((id) => {
      const message = commonMessage(ctx.world, ctx.me, id)
      if (!message || (from !== undefined && message.from !== from)) return false
      if (params.minDate > 0 && message.date < params.minDate) return false
      if (params.maxDate > 0 && message.date > params.maxDate) return false
      return matchesText(message.text, params.q) && matchesFilter(message, params.filter)
    })
    return pageOfMessages(ctx, found, { ...params, offsetDate: 0 })
  },

  'messages.searchGlobal': (ctx, params) => {
    if (params.q === '' && params.filter._ === 'inputMessagesFilterEmpty') {
      throw badRequest('SEARCH_QUERY_EMPTY')
    }
    const ids = [...ctx.me.box.keys()].sort((a, b) => a - b)
    const found = ids.filter((id) => {
      const message = commonMessage(ctx.world, ctx.me, id)
      return message && matchesText(message.text, params.q) && matchesFilter(message, params.filter)
    })
    const page = { offsetId: params.offsetId, limit: params.limit, offsetDate: 0, addOffset: 0 }
    return pageOfMessages(ctx, found, { ...page, maxId: 0, minId: 0 })
  },
}

function byPin(dialogs: ListedDialog[]): ListedDialog[] {
  return dialogs.sort((a, b) => (a.dialog.pinned ?? 0) - (b.dialog.pinned ?? 0))
}

function dialogsAnswer(ctx: UserContext, listed: ListedDialog[]) {
  const dialogs = listed.map((d) => renderDialog(ctx.world, ctx.me, d))
  const messages = listed.flatMap((d) => messageInBox(ctx.world, ctx.me, d.topId) ?? [])
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

function pageOfMessages(ctx: UserContext, ids: readonly number[], page: MessagePage): tl.messages.Messages {
  const { world, me } = ctx
  const { ids: shown, start } = pageOf(ids, page, (id) => commonMessage(world, me, id)?.date)
  const messages = shown.flatMap((id) => messageInBox(world, me, id) ?? [])
  const peers = ctx.view.peersOf(messages)
  if (messages.length === ids.length) return { _: 'messages.messages', messages, topics: [], ...peers }
  return {
    _: 'messages.messagesSlice',
    count: ids.length,
    offsetIdOffset: start,
    messages,
    topics: [],
    ...peers,
  }
}
