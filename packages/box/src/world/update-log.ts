/**
 * Each account's sequence of updates. Every change of a message box takes the next pts and is logged; what is logged
 * can be told again, so that whoever was away can catch up (core.telegram.org/api/updates).
 */
import type { tl } from '../generated/types.ts'
import { toPeer } from './marked-id.ts'
import type { Account, LogEntry, LogUpdate } from './state-account.ts'
import { messageInBox } from './view-message.ts'
import type { Pending, World } from './world.ts'

/** Logs a change that takes `count` pts and puts its update on the way to the account. */
export function log(world: World, account: Account, what: LogUpdate, count = 1): void {
  account.pts += count
  const entry: LogEntry = { pts: account.pts, count, date: world.seconds(), what }
  append(world, account, entry)
  const update = logUpdate(world, account, entry)
  if (update) pending(world, account).updates.push(update)
}

/** An update outside of the pts sequence that an absent account must still learn of: it counts in `seq`. */
export function announce(world: World, account: Account, update: tl.Update): void {
  append(world, account, {
    pts: account.pts,
    count: 0,
    date: world.seconds(),
    what: { kind: 'other', update },
  })
  pending(world, account).announced.push(update)
}

/** Tells of something that is only true now: typing, being online. Nobody who is away learns of it. */
export function tell(world: World, account: Account, update: tl.Update): void {
  pending(world, account).updates.push(update)
}

function pending(world: World, account: Account): Pending {
  let found = world.outbox.get(account)
  if (!found) {
    found = { updates: [], announced: [] }
    world.outbox.set(account, found)
  }
  return found
}

function append(world: World, account: Account, entry: LogEntry): void {
  account.log.push(entry)
  // Trimmed by halves, so that the cost per entry stays constant.
  if (account.log.length > world.limits.logLength * 2) {
    const dropped = account.log.splice(0, account.log.length - world.limits.logLength)
    account.logStart = dropped.at(-1)?.pts ?? account.logStart
  }
}

/** The update of a log entry, with messages as they are now; undefined if its message is gone. */
export function logUpdate(world: World, account: Account, entry: LogEntry): tl.Update | undefined {
  const { pts, count: ptsCount, what } = entry
  switch (what.kind) {
    case 'message': {
      const message = messageInBox(world, account, what.id)
      return message && { _: 'updateNewMessage', message, pts, ptsCount }
    }
    case 'edit': {
      const message = messageInBox(world, account, what.id)
      return message && { _: 'updateEditMessage', message, pts, ptsCount }
    }
    case 'delete':
      return { _: 'updateDeleteMessages', messages: what.ids, pts, ptsCount }
    case 'readInbox':
      return {
        _: 'updateReadHistoryInbox',
        peer: toPeer(what.peer),
        maxId: what.maxId,
        stillUnreadCount: what.unread,
        pts,
        ptsCount,
      }
    case 'readOutbox':
      return { _: 'updateReadHistoryOutbox', peer: toPeer(what.peer), maxId: what.maxId, pts, ptsCount }
    case 'pinned':
      return {
        _: 'updatePinnedMessages',
        pinned: what.pinned || undefined,
        peer: toPeer(what.peer),
        messages: what.ids,
        pts,
        ptsCount,
      }
    case 'readContents':
      return { _: 'updateReadMessagesContents', messages: what.ids, pts, ptsCount }
    case 'folders':
      return {
        _: 'updateFolderPeers',
        folderPeers: what.peers.map(({ peer, folder }) => ({
          _: 'folderPeer',
          peer: toPeer(peer),
          folderId: folder,
        })),
        pts,
        ptsCount,
      }
    case 'other':
      return what.update
  }
}
