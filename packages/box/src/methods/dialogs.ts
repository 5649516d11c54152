/** How an account keeps its dialogs: pinned, marked, archived, filtered, muted, with drafts. */
import type { tl } from '../generated/types.ts'
import { type MarkedId, toPeer } from '../world/marked-id.ts'
import { dialogWith } from '../world/message-box.ts'
import { announce, log } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer } from './peers.ts'
import { badRequest } from './rpc-error.ts'
import { clearDraft } from './sending.ts'

const PINNED = 5
const ARCHIVE = 1

export const dialogsMethods: UserMethods = {
  'messages.saveDraft': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    if (params.message === '' && !params.replyTo) {
      clearDraft(ctx, peer)
      return true
    }
    const draft: tl.draftMessage = {
      _: 'draftMessage',
      noWebpage: params.noWebpage,
      replyTo: params.replyTo,
      message: params.message,
      entities: params.entities,
      date: ctx.world.seconds(),
    }
    dialogWith(ctx.me, peer).draft = draft
    announce(ctx.world, ctx.me, { _: 'updateDraftMessage', peer: toPeer(peer), draft })
    return true
  },

  'messages.getAllDrafts': (ctx) =>
    ctx.answer(
      [...ctx.me.dialogs].flatMap(([peer, { draft }]): tl.Update[] =>
        draft ? [{ _: 'updateDraftMessage', peer: toPeer(peer), draft }] : [],
      ),
    ),

  'messages.clearAllDrafts': (ctx) => {
    for (const peer of ctx.me.dialogs.keys()) clearDraft(ctx, peer)
    return true
  },

  'messages.toggleDialogPin': (ctx, { peer: input, pinned }) => {
    const peer = dialogPeer(ctx, input)
    const dialog = dialogWith(ctx.me, peer)
    const others = pinnedIn(ctx, dialog.folder)
    if (pinned && !others.includes(peer) && others.length >= PINNED)
      throw badRequest('PINNED_DIALOGS_TOO_MUCH')
    order(ctx, pinned ? [peer, ...others.filter((p) => p !== peer)] : others.filter((p) => p !== peer))
    if (!pinned) dialog.pinned = undefined
    announce(ctx.world, ctx.me, {
      _: 'updateDialogPinned',
      pinned: pinned || undefined,
      folderId: dialog.folder,
      peer: { _: 'dialogPeer', peer: toPeer(peer) },
    })
    return true
  },

  'messages.reorderPinnedDialogs': (ctx, { folderId, order: wanted, force }) => {
    const peers = wanted.map((input) => dialogPeer(ctx, input))
    if (peers.length > PINNED) throw badRequest('PINNED_DIALOGS_TOO_MUCH')
    const folder = folderId || undefined
    if (force) for (const peer of pinnedIn(ctx, folder)) dialogWith(ctx.me, peer).pinned = undefined
    order(ctx, peers)
    announce(ctx.world, ctx.me, {
      _: 'updatePinnedDialogs',
      folderId: folder,
      order: peers.map((peer) => ({ _: 'dialogPeer', peer: toPeer(peer) })),
    })
    return true
  },

  'messages.markDialogUnread': (ctx, { peer: input, unread }) => {
    const peer = dialogPeer(ctx, input)
    dialogWith(ctx.me, peer).unreadMark = unread || undefined
    announce(ctx.world, ctx.me, {
      _: 'updateDialogUnreadMark',
      unread: unread || undefined,
      peer: { _: 'dialogPeer', peer: toPeer(peer) },
    })
    return true
  },

  'messages.getDialogUnreadMarks': (ctx) =>
    [...ctx.me.dialogs].flatMap(([peer, dialog]) =>
      dialog.unreadMark ? [{ _: 'dialogPeer' as const, peer: toPeer(peer) }] : [],
    ),

  'folders.editPeerFolders': (ctx, { folderPeers }) => {
    const peers = folderPeers.map(({ peer, folderId }) => {
      if (folderId !== 0 && folderId !== ARCHIVE) throw badRequest('FOLDER_ID_INVALID')
      return { peer: inputPeer(ctx, peer), folder: folderId }
    })
    for (const { peer, folder } of peers) {
      const dialog = dialogWith(ctx.me, peer)
      dialog.folder = folder || undefined
      dialog.pinned = undefined
    }
    log(ctx.world, ctx.me, { kind: 'folders', peers })
    return ctx.answer()
  },

  'messages.getDialogFilters': ({ me }) => ({
    _: 'messages.dialogFilters',
    filters: [{ _: 'dialogFilterDefault' }, ...me.folders],
  }),

  'messages.getSuggestedDialogFilters': () => [],

  'messages.updateDialogFilter': (ctx, { id, filter }) => {
    if (id < 2 || id > 255) throw badRequest('FILTER_ID_INVALID')
    if (filter && 'title' in filter && filter.title.text.trim() === '') throw badRequest('FILTER_TITLE_EMPTY')
    const at = ctx.me.folders.findIndex((f) => 'id' in f && f.id === id)
    if (!filter) ctx.me.folders = ctx.me.folders.filter((_, i) => i !== at)
    else if (at >= 0) ctx.me.folders[at] = filter
    else ctx.me.folders.push(filter)
    announce(ctx.world, ctx.me, { _: 'updateDialogFilter', id, filter })
    return true
  },

  'messages.updateDialogFiltersOrder': (ctx, { order: wanted }) => {
    const place = (f: tl.DialogFilter) => ('id' in f ? wanted.indexOf(f.id) : -1)
    ctx.me.folders.sort((a, b) => place(a) - place(b))
    announce(ctx.world, ctx.me, { _: 'updateDialogFilterOrder', order: wanted })
    return true
  },

  'account.updateNotifySettings': (ctx, { peer: input, settings }) => {
    const { showPreviews, silent, muteUntil } = settings
    const notify: tl.peerNotifySettings = { _: 'peerNotifySettings', showPreviews, silent, muteUntil }
    if (input._ === 'inputNotifyPeer') {
      const peer = inputPeer(ctx, input.peer)
      dialogWith(ctx.me, peer).notify = notify
      announce(ctx.world, ctx.me, {
        _: 'updateNotifySettings',
        peer: { _: 'notifyPeer', peer: toPeer(peer) },
        notifySettings: notify,
      })
    } else {
      ctx.me.notify.set(input._, notify)
    }
    return true
  },

  'account.getNotifySettings': (ctx, { peer }) => {
    const known =
      peer._ === 'inputNotifyPeer'
        ? ctx.me.dialogs.get(inputPeer(ctx, peer.peer))?.notify
        : ctx.me.notify.get(peer._)
    return known ?? { _: 'peerNotifySettings' }
  },

  'account.resetNotifySettings': ({ me }) => {
    me.notify.clear()
    for (const dialog of me.dialogs.values()) dialog.notify = undefined
    return true
  },

  'messages.readMentions': (ctx, { peer }) => {
    inputPeer(ctx, peer)
    return { _: 'messages.affectedHistory', pts: ctx.me.pts, ptsCount: 0, offset: 0 }
  },

  'messages.readReactions': (ctx, { peer }) => {
    inputPeer(ctx, peer)
    return { _: 'messages.affectedHistory', pts: ctx.me.pts, ptsCount: 0, offset: 0 }
  },

  'messages.readMessageContents': (ctx, { id }) => {
    const known = id.filter((one) => ctx.me.box.has(one))
    if (known.length > 0) log(ctx.world, ctx.me, { kind: 'readContents', ids: known })
    return { _: 'messages.affectedMessages', pts: ctx.me.pts, ptsCount: known.length > 0 ? 1 : 0 }
  },

  'messages.receivedMessages': () => [],

  'messages.getPeerSettings': (ctx, { peer }) => {
    const marked = inputPeer(ctx, peer)
    return {
      _: 'messages.peerSettings',
      settings: { _: 'peerSettings' },
      ...ctx.view.peers([marked]),
    }
  },

  'messages.hidePeerSettingsBar': (ctx, { peer }) => inputPeer(ctx, peer) !== 0,
  'messages.reportSpam': (ctx, { peer }) => inputPeer(ctx, peer) !== 0,
}

/** @throws RpcError PEER_ID_INVALID */
function dialogPeer(ctx: UserContext, input: tl.InputDialogPeer): MarkedId {
  if (input._ !== 'inputDialogPeer') throw badRequest('PEER_ID_INVALID')
  return inputPeer(ctx, input.peer)
}

function pinnedIn(ctx: UserContext, folder: number | undefined): MarkedId[] {
  return [...ctx.me.dialogs]
    .filter(([, d]) => d.pinned !== undefined && d.folder === folder)
    .sort(([, a], [, b]) => (a.pinned ?? 0) - (b.pinned ?? 0))
    .map(([peer]) => peer)
}

function order(ctx: UserContext, peers: MarkedId[]): void {
  for (const [i, peer] of peers.entries()) dialogWith(ctx.me, peer).pinned = i
}
