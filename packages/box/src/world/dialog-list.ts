/** The list of dialogs: their order, their pages, and how each looks to its account. */
import type { tl } from '../generated/types.ts'
import { unreadInChannel, visibleIds } from './channel-box.ts'
import { bareId, isChannel, type MarkedId, toPeer } from './marked-id.ts'
import { commonMessage, unreadCount } from './message-box.ts'
import type { Account, Dialog } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import type { World } from './world.ts'

export interface ListedDialog {
  peer: MarkedId
  dialog: Dialog
  topId: number
  /** Of the top message, seconds. */
  date: number
}

/** The account's dialogs, newest first. */
export function listDialogs(world: World, me: Account): ListedDialog[] {
  const listed: ListedDialog[] = []
  for (const [peer, dialog] of me.dialogs) {
    const found = listedDialog(world, me, peer, dialog)
    if (found) listed.push(found)
  }
  return listed.sort(newerFirst)
}

/** Undefined for a dialog with nothing in it: it is not in the list. */
export function listedDialog(
  world: World,
  me: Account,
  peer: MarkedId,
  dialog: Dialog,
): ListedDialog | undefined {
  const channel = channelAt(world, peer)
  const topId = channel ? visibleIds(channel, me).at(-1) : dialog.ids.at(-1)
  if (topId === undefined) return undefined
  const top = channel ? channel.messages.get(topId) : commonMessage(world, me, topId)
  return top && { peer, dialog, topId, date: top.date }
}

function channelAt(world: World, peer: MarkedId): Channel | undefined {
  return isChannel(peer) ? world.state.channels.get(bareId(peer)) : undefined
}

/** A total order: within one second, by peer. Pages need one that a new request can go on from. */
function newerFirst(a: ListedDialog, b: ListedDialog): number {
  return b.date - a.date || b.peer - a.peer
}

export interface DialogPage {
  offsetDate: number
  /** Tells dialogs of the same second apart. */
  offsetPeer?: MarkedId | undefined
  limit: number
}

export function pageOfDialogs(dialogs: ListedDialog[], page: DialogPage): ListedDialog[] {
  const rest =
    page.offsetDate > 0
      ? dialogs.filter(
          (d) =>
            d.date < page.offsetDate ||
            (d.date === page.offsetDate && page.offsetPeer !== undefined && d.peer < page.offsetPeer),
        )
      : dialogs
  return rest.slice(0, page.limit)
}

export function renderDialog(world: World, me: Account, listed: ListedDialog): tl.dialog {
  const { peer, dialog, topId } = listed
  const channel = channelAt(world, peer)
  return {
    _: 'dialog',
    peer: toPeer(peer),
    pinned: dialog.pinned !== undefined || undefined,
    unreadMark: dialog.unreadMark,
    topMessage: topId,
    readInboxMaxId: dialog.readInbox,
    readOutboxMaxId: dialog.readOutbox,
    unreadCount: channel ? unreadInChannel(channel, me) : unreadCount(world, me, peer),
    unreadMentionsCount: unreadMentions(world, me, peer),
    unreadReactionsCount: 0,
    unreadPollVotesCount: 0,
    notifySettings: dialog.notify ?? { _: 'peerNotifySettings' },
    pts: channel?.pts,
    draft: dialog.draft,
    folderId: dialog.folder,
  }
}

/** Unread messages that mean this account. */
function unreadMentions(world: World, me: Account, peer: MarkedId): number {
  const channel = channelAt(world, peer)
  const dialog = me.dialogs.get(peer)
  const ids = channel ? visibleIds(channel, me) : (dialog?.ids ?? [])
  const read = dialog?.readInbox ?? 0
  let count = 0
  for (let i = ids.length - 1; i >= 0 && (ids[i] ?? 0) > read; i--) {
    const id = ids[i] ?? 0
    const message = channel ? channel.messages.get(id) : commonMessage(world, me, id)
    if (message?.mentions?.includes(me.id)) count++
  }
  return count
}
