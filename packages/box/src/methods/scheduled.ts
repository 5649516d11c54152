/** Scheduling messages, and sending them when their time has come. */
import type { tl } from '../generated/types.ts'
import { bareId, isChannel, isUser, type MarkedId } from '../world/marked-id.ts'
import { flushOutbox } from '../world/outbox.ts'
import { dropScheduled, renderScheduled, stillWritable } from '../world/scheduled.ts'
import type { Account } from '../world/state-account.ts'
import type { World } from '../world/world.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputPeer } from './peers.ts'
import { badRequest } from './rpc-error.ts'
import { post, type Target } from './sending.ts'

export const scheduledMethods: UserMethods = {
  'messages.getScheduledHistory': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    return shown(ctx, peer, (id) => id > 0)
  },

  'messages.getScheduledMessages': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    return shown(ctx, peer, (id) => params.id.includes(id))
  },

  'messages.sendScheduledMessages': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    for (const id of params.id) {
      if (ctx.me.scheduled.get(id)?.peer !== peer) throw badRequest('MESSAGE_ID_INVALID')
      sendNow(ctx.world, ctx.me, id)
    }
    return ctx.answer()
  },

  'messages.deleteScheduledMessages': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    for (const id of params.id) {
      if (ctx.me.scheduled.get(id)?.peer === peer) dropScheduled(ctx.world, ctx.me, id)
    }
    return ctx.answer()
  },
}

function shown(ctx: UserContext, peer: MarkedId, wanted: (id: number) => boolean): tl.messages.messages {
  const messages = [...ctx.me.scheduled]
    .filter(([id, waiting]) => waiting.peer === peer && wanted(id))
    .sort(([, a], [, b]) => b.at - a.at)
    .map(([id, waiting]) => renderScheduled(ctx.world, ctx.me, id, waiting))
  return { _: 'messages.messages', messages, topics: [], ...ctx.view.peersOf(messages) }
}

/** Sends what is due, whenever the world's clock is looked at. */
export function sendWhatIsDue(world: World): void {
  const now = world.seconds()
  for (const me of world.state.users.values()) {
    const due = [...me.scheduled].filter(([, waiting]) => waiting.at <= now)
    for (const [id] of due.sort(([, a], [, b]) => a.at - b.at)) sendNow(world, me, id)
  }
  flushOutbox(world)
}

/** The moments at which a restored world still has to send. */
export function expectScheduled(world: World): void {
  for (const me of world.state.users.values()) {
    for (const waiting of me.scheduled.values()) world.expect(waiting.at * 1000)
  }
}

function sendNow(world: World, me: Account, id: number): void {
  const waiting = me.scheduled.get(id)
  if (!waiting) return
  const target = targetOf(world, waiting.peer)
  const sent =
    target && stillWritable(world, me, waiting.peer)
      ? post(
          { world, me },
          target,
          { ...waiting.content, date: world.seconds(), fromScheduled: true },
          waiting.randomId,
        )
      : undefined
  dropScheduled(world, me, id, sent)
}

function targetOf(world: World, peer: MarkedId): Target | undefined {
  const user = isUser(peer) ? world.user(peer) : undefined
  if (user) return { peer, user }
  const channel = isChannel(peer) ? world.state.channels.get(bareId(peer)) : undefined
  if (channel) return { peer, channel }
  const chat = world.state.chats.get(bareId(peer))
  return chat && { peer, chat }
}
