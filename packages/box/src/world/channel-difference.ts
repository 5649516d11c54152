/** What a member has missed of a channel: updates.getChannelDifference (core.telegram.org/api/updates#recovering-gaps). */
import type { tl } from '../generated/types.ts'
import { channelUpdate, messageInChannel, visibleIds } from './channel-box.ts'
import { listedDialog, renderDialog } from './dialog-list.ts'
import { markChannel } from './marked-id.ts'
import type { Account } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import { View } from './view.ts'
import type { World } from './world.ts'

/** Seconds after which a client that has nothing pushed to it may ask again. */
const POLL_AFTER = 30

export function channelDifference(
  world: World,
  me: Account,
  channel: Channel,
  request: { pts: number; limit: number },
): tl.updates.ChannelDifference {
  if (request.pts >= channel.pts) {
    return { _: 'updates.channelDifferenceEmpty', final: true, pts: channel.pts, timeout: POLL_AFTER }
  }
  const behind = channel.pts - request.pts
  if (request.pts < channel.logStart || behind > world.limits.channelDifferenceMax) {
    return tooLong(world, me, channel, request.limit)
  }
  const limit = Math.max(1, Math.min(request.limit, world.limits.channelDifferenceSlice))
  let first = channel.log.length
  while (first > 0 && (channel.log[first - 1]?.pts ?? 0) > request.pts) first--
  const slice = channel.log.slice(first, first + limit)
  const newMessages: tl.Message[] = []
  const otherUpdates: tl.Update[] = []
  for (const entry of slice) {
    if (entry.what.kind === 'message') {
      const message = messageInChannel(world, channel, me, entry.what.id)
      if (message) newMessages.push(message)
    } else {
      const update = channelUpdate(world, channel, entry, me)
      if (update) otherUpdates.push(update)
    }
  }
  const final = first + slice.length === channel.log.length
  return {
    _: 'updates.channelDifference',
    final: final || undefined,
    pts: slice.at(-1)?.pts ?? channel.pts,
    timeout: final ? POLL_AFTER : undefined,
    newMessages,
    otherUpdates,
    ...new View(world, me).peersOf([newMessages, otherUpdates], markChannel(channel.id)),
  }
}

/** The gap is given up: here is how the channel looks now, fetch what you want of the rest. */
function tooLong(world: World, me: Account, channel: Channel, limit: number): tl.updates.ChannelDifference {
  const peer = markChannel(channel.id)
  const dialog = me.dialogs.get(peer) ?? { ids: [], readInbox: 0, readOutbox: 0 }
  const listed = listedDialog(world, me, peer, dialog) ?? { peer, dialog, topId: 0, date: 0 }
  const latest = visibleIds(channel, me).slice(-Math.max(1, Math.min(limit, 20)))
  const messages = latest.toReversed().flatMap((id) => messageInChannel(world, channel, me, id) ?? [])
  return {
    _: 'updates.channelDifferenceTooLong',
    final: true,
    timeout: POLL_AFTER,
    dialog: renderDialog(world, me, listed),
    messages,
    ...new View(world, me).peersOf(messages, peer),
  }
}
