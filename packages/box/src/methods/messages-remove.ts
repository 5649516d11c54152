/** Reading, and deleting. */

import { readChannel } from '../world/channel-box.ts'
import { isAdmin } from '../world/groups.ts'
import { isUser, type MarkedId } from '../world/marked-id.ts'
import { commonMessage, deleteMessages, readDialog } from '../world/message-box.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { channelAt, groupAt, inputPeer } from './peers.ts'
import { forbidden } from './rpc-error.ts'

/** A history goes in steps; the answer's offset tells the client to call again. */
const HISTORY_STEP = 1000

export const removeMethods: UserMethods = {
  'messages.readHistory': (ctx, { peer, maxId }) => {
    const marked = inputPeer(ctx, peer)
    const channel = channelAt(ctx, marked)
    if (channel) readChannel(ctx.world, channel, ctx.me, maxId)
    const ptsCount = channel ? 0 : readDialog(ctx.world, ctx.me, marked, maxId)
    return { _: 'messages.affectedMessages', pts: ctx.me.pts, ptsCount }
  },

  'messages.deleteMessages': (ctx, { id, revoke }) => {
    const known = [...new Set(id)].filter((i) => ctx.me.box.has(i))
    if (revoke) for (const one of known) mayRevoke(ctx, one)
    const gone = deleteMessages(ctx.world, ctx.me, known, revoke === true)
    return { _: 'messages.affectedMessages', pts: ctx.me.pts, ptsCount: gone.length }
  },

  'messages.deleteHistory': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    const dialog = ctx.me.dialogs.get(peer)
    const before = ctx.me.pts
    const wanted = (dialog?.ids ?? []).filter((id) => within(ctx, id, params))
    const step = wanted.slice(-HISTORY_STEP)
    deleteMessages(ctx.world, ctx.me, step, params.revoke === true && isUser(peer))
    if (dialog?.ids.length === 0 && !params.justClear) forget(ctx, peer)
    return {
      _: 'messages.affectedHistory',
      pts: ctx.me.pts,
      ptsCount: ctx.me.pts - before,
      offset: wanted.length - step.length,
    }
  },
}

function within(
  ctx: UserContext,
  id: number,
  bounds: { maxId: number; minDate?: number | undefined; maxDate?: number | undefined },
): boolean {
  if (bounds.maxId > 0 && id > bounds.maxId) return false
  const date = commonMessage(ctx.world, ctx.me, id)?.date ?? 0
  return (!bounds.minDate || date >= bounds.minDate) && (!bounds.maxDate || date <= bounds.maxDate)
}

/** What the dialog was set to is gone; how far it was read stays, as ids only grow. Of a group that one left, nothing is left. */
function forget(ctx: UserContext, peer: MarkedId): void {
  const dialog = ctx.me.dialogs.get(peer)
  if (dialog)
    ctx.me.dialogs.set(peer, { ids: [], readInbox: dialog.readInbox, readOutbox: dialog.readOutbox })
  groupAt(ctx, peer)?.former.delete(ctx.me.id)
}

/** In private everyone may delete for both; in a group only one's own, or anything as an admin. */
function mayRevoke(ctx: UserContext, id: number): void {
  const peer = ctx.me.box.get(id)?.peer ?? 0
  const chat = groupAt(ctx, peer)
  if (!chat || commonMessage(ctx.world, ctx.me, id)?.from === ctx.me.id || isAdmin(chat, ctx.me)) return
  throw forbidden('MESSAGE_DELETE_FORBIDDEN')
}
