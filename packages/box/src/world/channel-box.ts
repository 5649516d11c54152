/**
 * The box of a channel or supergroup: one id per message for all, one pts, one log. Members are told of every change as it
 * happens; who was away asks for the channel's own difference.
 */
import type { tl } from '../generated/types.ts'
import { markChannel } from './marked-id.ts'
import { dialogWith } from './message-box.ts'
import type { Account } from './state-account.ts'
import type { Channel, ChannelLogEntry, ChannelUpdate } from './state-channel.ts'
import type { ChannelMessage, MessageContent } from './state-message.ts'
import { announce, tell } from './update-log.ts'
import { personal, renderMessage } from './view-message.ts'
import type { World } from './world.ts'

export function membersOf(world: World, channel: Channel): Account[] {
  return [...channel.members.keys()].flatMap((id) => world.user(id) ?? [])
}

/** Logs a change of the channel and puts it on the way to every member. */
export function logChannel(world: World, channel: Channel, what: ChannelUpdate, count = 1): void {
  channel.pts += count
  const entry: ChannelLogEntry = { pts: channel.pts, count, date: world.seconds(), what }
  channel.log.push(entry)
  if (channel.log.length > world.limits.logLength * 2) {
    const dropped = channel.log.splice(0, channel.log.length - world.limits.logLength)
    channel.logStart = dropped.at(-1)?.pts ?? channel.logStart
  }
  for (const member of membersOf(world, channel)) {
    const update = channelUpdate(world, channel, entry, member)
    if (update) tell(world, member, update)
  }
}

/** The update of a log entry for one viewer; undefined if its message is gone or not for this viewer. */
export function channelUpdate(
  world: World,
  channel: Channel,
  entry: ChannelLogEntry,
  viewer: Account,
): tl.Update | undefined {
  const { pts, count: ptsCount, what } = entry
  switch (what.kind) {
    case 'message': {
      const message = messageInChannel(world, channel, viewer, what.id)
      return message && { _: 'updateNewChannelMessage', message, pts, ptsCount }
    }
    case 'edit': {
      const message = messageInChannel(world, channel, viewer, what.id)
      return message && { _: 'updateEditChannelMessage', message, pts, ptsCount }
    }
    case 'delete':
      return { _: 'updateDeleteChannelMessages', channelId: channel.id, messages: what.ids, pts, ptsCount }
    case 'pinned':
      return {
        _: 'updatePinnedChannelMessages',
        pinned: what.pinned || undefined,
        channelId: channel.id,
        messages: what.ids,
        pts,
        ptsCount,
      }
  }
}

/** Ids below are hidden from the viewer: history before joining, or what it cleared for itself. */
export function seesAfter(channel: Channel, viewer: Account): number {
  const cleared = viewer.dialogs.get(markChannel(channel.id))?.clearedUpTo ?? 0
  const member = channel.members.get(viewer.id)
  const hidden = channel.prehistoryHidden && member ? member.seesFrom - 1 : 0
  return Math.max(cleared, hidden)
}

export function visibleIds(channel: Channel, viewer: Account): readonly number[] {
  const after = seesAfter(channel, viewer)
  return after === 0 ? channel.ids : channel.ids.filter((id) => id > after)
}

export function messageInChannel(
  world: World,
  channel: Channel,
  viewer: Account,
  id: number,
): tl.Message | undefined {
  const message = channel.messages.get(id)
  if (!message || id <= seesAfter(channel, viewer)) return undefined
  const placed = {
    id,
    peer: markChannel(channel.id),
    viewer: viewer.id,
    replyToId: message.reply?.to,
    pinned: message.pinned,
  }
  const rendered = personal(world, viewer, renderMessage(message, placed))
  const out = rendered.out || message.author === viewer.id || undefined
  const post = !channel.megagroup || undefined
  if (rendered._ === 'messageService') return { ...rendered, out, post }
  const rank = message.from === undefined ? undefined : channel.members.get(message.from)?.rank
  return {
    ...rendered,
    out,
    post,
    fromRank: rank || undefined,
    views: message.views,
    forwards: message.forwards ?? (message.views === undefined ? undefined : 0),
    replies: repliesOf(channel, id),
  }
}

/** In a supergroup a message shows how many answers it has. */
function repliesOf(channel: Channel, id: number): tl.messageReplies | undefined {
  const message = channel.messages.get(id)
  if (!channel.megagroup || !message?.answers) return undefined
  return { _: 'messageReplies', replies: message.answers, repliesPts: channel.pts }
}

export function postToChannel(
  world: World,
  channel: Channel,
  content: MessageContent & { author?: number | undefined },
): ChannelMessage {
  const id = channel.nextMessageId++
  const message: ChannelMessage = { ...content, id }
  if (!channel.megagroup && !content.action) message.views = 1
  channel.messages.set(id, message)
  channel.ids.push(id)
  const answered = content.reply && channel.messages.get(content.reply.topId ?? content.reply.to)
  if (answered) answered.answers = (answered.answers ?? 0) + 1
  logChannel(world, channel, { kind: 'message', id })
  // Nobody has their own messages unread.
  const writer = world.user(message.author ?? message.from ?? 0)
  if (writer && channel.members.has(writer.id)) markRead(writer, channel, id)
  return message
}

function markRead(reader: Account, channel: Channel, id: number): void {
  const dialog = dialogWith(reader, markChannel(channel.id))
  const before = channel.ids.at(-2) ?? 0
  // Only if nothing else is unread: reading goes from the start, without holes.
  if (dialog.readInbox >= before) dialog.readInbox = id
}

export function deleteFromChannel(world: World, channel: Channel, ids: number[]): number[] {
  const gone = [...new Set(ids)].filter((id) => channel.messages.delete(id))
  if (gone.length === 0) return gone
  const set = new Set(gone)
  channel.ids = channel.ids.filter((id) => !set.has(id))
  for (const id of gone) channel.topics.delete(id)
  logChannel(world, channel, { kind: 'delete', ids: gone }, gone.length)
  return gone
}

export function unreadInChannel(channel: Channel, viewer: Account): number {
  const dialog = viewer.dialogs.get(markChannel(channel.id))
  if (!dialog || !channel.members.has(viewer.id)) return 0
  const after = Math.max(dialog.readInbox, seesAfter(channel, viewer))
  let count = 0
  for (let i = channel.ids.length - 1; i >= 0; i--) {
    const id = channel.ids[i] ?? 0
    if (id <= after) break
    const message = channel.messages.get(id)
    if ((message?.author ?? message?.from) !== viewer.id) count++
  }
  return count
}

/** Marks as read up to a message and tells the reader's devices and the writers. Returns whether anything changed. */
export function readChannel(world: World, channel: Channel, reader: Account, maxId: number): boolean {
  const dialog = dialogWith(reader, markChannel(channel.id))
  const last = channel.ids.findLast((id) => maxId === 0 || id <= maxId) ?? 0
  if (last <= dialog.readInbox) return false
  const readNow = channel.ids.filter((id) => id > dialog.readInbox && id <= last)
  dialog.readInbox = last
  dialog.unreadMark = undefined
  announce(world, reader, {
    _: 'updateReadChannelInbox',
    channelId: channel.id,
    maxId: last,
    stillUnreadCount: unreadInChannel(channel, reader),
    pts: channel.pts,
  })
  if (channel.megagroup) tellWriters(world, channel, reader, readNow)
  return true
}

function tellWriters(world: World, channel: Channel, reader: Account, ids: number[]): void {
  const lastOf = new Map<number, number>()
  for (const id of ids) {
    const writer = channel.messages.get(id)?.author ?? channel.messages.get(id)?.from
    if (writer !== undefined && writer !== reader.id) lastOf.set(writer, id)
  }
  for (const [writerId, maxId] of lastOf) {
    const writer = world.user(writerId)
    if (!writer || !channel.members.has(writerId)) continue
    const dialog = dialogWith(writer, markChannel(channel.id))
    if (maxId <= dialog.readOutbox) continue
    dialog.readOutbox = maxId
    announce(world, writer, { _: 'updateReadChannelOutbox', channelId: channel.id, maxId })
  }
}
