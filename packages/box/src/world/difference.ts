/** What an account has missed: updates.getDifference (core.telegram.org/api/updates#recovering-gaps). */
import type { tl } from '../generated/types.ts'
import { bareId, isChannel } from './marked-id.ts'
import type { Account, LogEntry } from './state-account.ts'
import { logUpdate } from './update-log.ts'
import { View } from './view.ts'
import { messageInBox } from './view-message.ts'
import type { World } from './world.ts'

export function currentState(world: World, me: Account): tl.updates.state {
  return {
    _: 'updates.state',
    pts: me.pts,
    qts: me.qts,
    date: world.seconds(),
    seq: me.seq,
    unreadCount: unreadDialogs(me),
  }
}

function unreadDialogs(me: Account): number {
  let count = 0
  for (const dialog of me.dialogs.values()) {
    const top = dialog.ids.at(-1)
    if (dialog.unreadMark || (top !== undefined && top > dialog.readInbox)) count++
  }
  return count
}

export interface DifferenceRequest {
  pts: number
  ptsLimit?: number | undefined
  ptsTotalLimit?: number | undefined
  /** Of the last update processed: what has no pts is repeated from that second on. */
  date: number
}

export function difference(world: World, me: Account, request: DifferenceRequest): tl.updates.Difference {
  const behind = me.pts - request.pts
  const most = Math.min(request.ptsTotalLimit ?? world.limits.differenceMax, world.limits.differenceMax)
  if (request.pts < me.logStart || behind > most) return { _: 'updates.differenceTooLong', pts: me.pts }

  const missed = missedEntries(me, request)
  const channels = changedChannels(world, me, request.date)
  if (missed.length === 0 && channels.length === 0)
    return { _: 'updates.differenceEmpty', date: world.seconds(), seq: me.seq }

  const slice = firstSlice(missed, request, world.limits.differenceSlice)
  const last = slice.at(-1)
  const whole = slice.length === missed.length || last === undefined
  const shown = present(world, me, slice)
  if (whole) {
    const otherUpdates = [...shown.otherUpdates, ...channels]
    const peers = new View(world, me).peersOf([shown.newMessages, otherUpdates])
    return { _: 'updates.difference', ...shown, otherUpdates, ...peers, state: currentState(world, me) }
  }
  return {
    _: 'updates.differenceSlice',
    ...shown,
    intermediateState: { ...currentState(world, me), pts: last.pts, date: last.date },
  }
}

/**
 * Channels have differences of their own. Who was away is told which ones have moved since, and asks each of them.
 */
function changedChannels(world: World, me: Account, date: number): tl.Update[] {
  const changed: tl.Update[] = []
  for (const peer of me.dialogs.keys()) {
    const channel = isChannel(peer) ? world.state.channels.get(bareId(peer)) : undefined
    const last = channel?.log.at(-1)
    if (channel?.members.has(me.id) && last && last.date >= date) {
      changed.push({ _: 'updateChannelTooLong', channelId: channel.id, pts: channel.pts })
    }
  }
  return changed
}

/** Entries past the client's pts, and those without pts that are as new as its date. */
function missedEntries(me: Account, request: DifferenceRequest): LogEntry[] {
  let first = me.log.length
  // The log is ordered by pts and by date: everything missed lies at its end.
  while (first > 0) {
    const entry = me.log[first - 1]
    if (!entry || (entry.pts <= request.pts && entry.date < request.date)) break
    first--
  }
  return me.log.slice(first).filter((e) => e.pts > request.pts || (e.count === 0 && e.date >= request.date))
}

/** As many as asked for and allowed, but at least one that moves the pts, or the client would never get on. */
function firstSlice(missed: LogEntry[], request: DifferenceRequest, most: number): LogEntry[] {
  const limit = Math.max(1, Math.min(request.ptsLimit ?? most, most))
  let taken = 0
  let moved = 0
  for (const entry of missed) {
    if (entry.count > 0 && moved++ >= limit) break
    taken++
  }
  return missed.slice(0, taken)
}

function present(world: World, me: Account, entries: LogEntry[]) {
  const newMessages: tl.Message[] = []
  const otherUpdates: tl.Update[] = []
  for (const entry of entries) {
    if (entry.what.kind === 'message') {
      const message = messageInBox(world, me, entry.what.id)
      if (message) newMessages.push(message)
    } else {
      const update = logUpdate(world, me, entry)
      if (update) otherUpdates.push(update)
    }
  }
  const { users, chats } = new View(world, me).peersOf([newMessages, otherUpdates])
  return { newMessages, newEncryptedMessages: [], otherUpdates, users, chats }
}
