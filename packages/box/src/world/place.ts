/**
 * Where messages stand, as one account sees it: a dialog of its own box, or a channel. What is done to messages (paged,
 * searched, edited, pinned, reacted to) is done to a place and need not know which of the two it is.
 */
import type { tl } from '../generated/types.ts'
import { logChannel, messageInChannel, visibleIds } from './channel-box.ts'
import { bareId, isChannel, type MarkedId } from './marked-id.ts'
import { commonMessage, logEdit } from './message-box.ts'
import type { Account } from './state-account.ts'
import type { Channel } from './state-channel.ts'
import type { MessageContent } from './state-message.ts'
import { messageInBox } from './view-message.ts'
import type { World } from './world.ts'

export interface Place {
  readonly peer: MarkedId
  readonly channel: Channel | undefined
  /** Ids of the messages that the account sees there, ascending. */
  ids(): readonly number[]
  /** The message itself, to look at and to change. */
  content(id: number): MessageContent | undefined
  /** What a reply keeps of the message it answers: `reply.to`. */
  reference(id: number): number | undefined
  pinned(id: number): boolean
  /** The message as the account sees it. */
  shown(id: number): tl.Message | undefined
  /** Tells everyone who has the message that it has changed. */
  changed(id: number): void
}

export function placeOf(world: World, me: Account, peer: MarkedId): Place {
  const channel = isChannel(peer) ? world.state.channels.get(bareId(peer)) : undefined
  return channel ? channelPlace(world, me, peer, channel) : boxPlace(world, me, peer)
}

function boxPlace(world: World, me: Account, peer: MarkedId): Place {
  const here = (id: number) => (me.box.get(id)?.peer === peer ? commonMessage(world, me, id) : undefined)
  return {
    peer,
    channel: undefined,
    ids: () => me.dialogs.get(peer)?.ids ?? [],
    content: here,
    reference: (id) => here(id)?.number,
    pinned: (id) => me.box.get(id)?.pinned === true,
    shown: (id) => (here(id) ? messageInBox(world, me, id) : undefined),
    changed: (id) => {
      const message = here(id)
      if (message) logEdit(world, message)
    },
  }
}

function channelPlace(world: World, me: Account, peer: MarkedId, channel: Channel): Place {
  return {
    peer,
    channel,
    ids: () => visibleIds(channel, me),
    content: (id) => channel.messages.get(id),
    reference: (id) => channel.messages.get(id)?.id,
    pinned: (id) => channel.messages.get(id)?.pinned === true,
    shown: (id) => messageInChannel(world, channel, me, id),
    changed: (id) => logChannel(world, channel, { kind: 'edit', id }),
  }
}
