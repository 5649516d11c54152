/** Messages that wait for their time (core.telegram.org/api/scheduled-messages). */
import type { tl } from '../generated/types.ts'
import { bareId, isChannel, isUser, toPeer } from './marked-id.ts'
import type { Account, ScheduledMessage } from './state-account.ts'
import { announce } from './update-log.ts'
import { personal, renderMessage } from './view-message.ts'
import type { World } from './world.ts'

export function renderScheduled(
  world: World,
  me: Account,
  id: number,
  waiting: ScheduledMessage,
): tl.Message {
  const placed = { id, peer: waiting.peer, viewer: me.id }
  const message = personal(world, me, renderMessage({ ...waiting.content, date: waiting.at }, placed))
  return message._ === 'message' ? { ...message, fromScheduled: true } : message
}

/** The message is no longer waiting: it was sent (as `sentId`) or given up. */
export function dropScheduled(world: World, me: Account, id: number, sentId?: number): void {
  const waiting = me.scheduled.get(id)
  if (!waiting) return
  me.scheduled.delete(id)
  announce(world, me, {
    _: 'updateDeleteScheduledMessages',
    peer: toPeer(waiting.peer),
    messages: [id],
    sentMessages: sentId === undefined ? undefined : [sentId],
  })
}

/** Whether the account may still write where the message is to go. */
export function stillWritable(world: World, me: Account, peer: number): boolean {
  if (isUser(peer)) return world.user(peer)?.deleted !== true
  const { chats, channels } = world.state
  const place = isChannel(peer) ? channels.get(bareId(peer)) : chats.get(bareId(peer))
  return place?.members.has(me.id) === true
}
