/** Messages of channels: reading them, deleting them, catching up with them. */
import type { tl } from '../generated/types.ts'
import { deleteFromChannel, readChannel, seesAfter, visibleIds } from '../world/channel-box.ts'
import { channelDifference } from '../world/channel-difference.ts'
import { hasRight } from '../world/channel-rights.ts'
import { isUser, markChannel } from '../world/marked-id.ts'
import { dialogWith } from '../world/message-box.ts'
import { placeOf } from '../world/place.ts'
import type { Channel } from '../world/state-channel.ts'
import { announce } from '../world/update-log.ts'
import { requireRight } from './channels.ts'
import type { UserContext } from './context.ts'
import { pageOfPlace } from './messages-history.ts'
import type { UserMethods } from './method-table.ts'
import { inputChannel, inputPeer, inputPlace } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'

export const channelMessagesMethods: UserMethods = {
  'updates.getChannelDifference': (ctx, { channel, pts, limit }) => {
    if (pts <= 0) throw badRequest('PERSISTENT_TIMESTAMP_INVALID')
    return channelDifference(ctx.world, ctx.me, inputChannel(ctx, channel), { pts, limit })
  },

  'channels.getMessages': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    const place = placeOf(ctx.world, ctx.me, markChannel(channel.id))
    const messages = params.id.map((wanted): tl.Message => {
      const id = wantedId(channel, wanted)
      return place.shown(id) ?? { _: 'messageEmpty', id }
    })
    return {
      _: 'messages.channelMessages',
      pts: channel.pts,
      count: messages.length,
      messages,
      topics: [],
      ...ctx.view.peersOf(messages, place.peer),
    }
  },

  'channels.readHistory': (ctx, { channel, maxId }) =>
    readChannel(ctx.world, inputChannel(ctx, channel), ctx.me, maxId),

  'channels.readMessageContents': (ctx, { channel }) => inputChannel(ctx, channel) !== undefined,

  'channels.deleteMessages': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    const all = hasRight(channel, ctx.me, 'deleteMessages')
    const foreign = params.id.some((id) => {
      const message = channel.messages.get(id)
      return message && (message.author ?? message.from) !== ctx.me.id
    })
    if (foreign && !all) throw forbidden('MESSAGE_DELETE_FORBIDDEN')
    const gone = deleteFromChannel(ctx.world, channel, params.id)
    return { _: 'messages.affectedMessages', pts: channel.pts, ptsCount: gone.length }
  },

  'channels.deleteHistory': (ctx, { channel: input, maxId, forEveryone }) => {
    const channel = inputChannel(ctx, input)
    const upTo = maxId > 0 ? maxId : (channel.ids.at(-1) ?? 0)
    if (forEveryone) {
      requireRight(ctx, channel, 'deleteMessages')
      deleteFromChannel(
        ctx.world,
        channel,
        channel.ids.filter((id) => id <= upTo),
      )
    } else {
      const dialog = dialogWith(ctx.me, markChannel(channel.id))
      dialog.clearedUpTo = Math.max(upTo, seesAfter(channel, ctx.me))
      announce(ctx.world, ctx.me, {
        _: 'updateChannelAvailableMessages',
        channelId: channel.id,
        availableMinId: dialog.clearedUpTo,
      })
    }
    return ctx.answer()
  },

  'channels.deleteParticipantHistory': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    requireRight(ctx, channel, 'deleteMessages')
    const peer = inputPeer(ctx, params.participant)
    const theirs = channel.ids.filter((id) => channel.messages.get(id)?.from === peer)
    const gone = deleteFromChannel(ctx.world, channel, theirs)
    return { _: 'messages.affectedHistory', pts: channel.pts, ptsCount: gone.length, offset: 0 }
  },

  'channels.exportMessageLink': (ctx, params) => {
    const channel = inputChannel(ctx, params.channel)
    if (!channel.messages.has(params.id)) throw badRequest('MESSAGE_ID_INVALID')
    const link = channel.username
      ? `https://t.me/${channel.username}/${params.id}`
      : `https://t.me/c/${channel.id}/${params.id}`
    return { _: 'exportedMessageLink', link, html: `<a href="${link}">${link}</a>` }
  },

  'messages.getMessagesViews': (ctx, { peer, id, increment }) => {
    const { content, channel } = inputPlace(ctx, peer)
    const views = id.map((one): tl.messageViews => {
      const message = channel?.messages.get(one)
      if (!message || !content(one)) return { _: 'messageViews' }
      if (increment && message.views !== undefined) message.views++
      return { _: 'messageViews', views: message.views, forwards: message.forwards ?? 0 }
    })
    return { _: 'messages.messageViews', views, chats: [], users: [] }
  },

  'messages.getReplies': (ctx, params) => {
    const place = inputPlace(ctx, params.peer)
    const thread = place.ids().filter((id) => {
      const reply = place.content(id)?.reply
      return (reply?.topId ?? reply?.to) === params.msgId
    })
    return pageOfPlace(ctx, place, thread, params)
  },

  'messages.getDiscussionMessage': (ctx, { peer, msgId }) => {
    const place = inputPlace(ctx, peer)
    const message = place.shown(msgId)
    if (!message || !place.channel) throw badRequest('MSG_ID_INVALID')
    const dialog = ctx.me.dialogs.get(place.peer)
    return {
      _: 'messages.discussionMessage',
      messages: [message],
      maxId: visibleIds(place.channel, ctx.me).at(-1),
      readInboxMaxId: dialog?.readInbox,
      readOutboxMaxId: dialog?.readOutbox,
      unreadCount: 0,
      ...ctx.view.peersOf(message),
    }
  },

  'messages.readDiscussion': (ctx, { peer, readMaxId }) => {
    const { channel } = inputPlace(ctx, peer)
    if (!channel) throw badRequest('PEER_ID_INVALID')
    return readChannel(ctx.world, channel, ctx.me, readMaxId) || true
  },

  'messages.getMessageReadParticipants': (ctx, { peer, msgId }) => {
    const place = inputPlace(ctx, peer)
    const message = place.content(msgId)
    if (!message || isUser(place.peer)) throw badRequest('PEER_ID_INVALID')
    if (message.from !== ctx.me.id) throw badRequest('MSG_ID_INVALID')
    return readersOf(ctx, place.peer, msgId, message.date)
  },
}

function wantedId(channel: Channel, wanted: tl.InputMessage): number {
  if (wanted._ === 'inputMessageID') return wanted.id
  if (wanted._ === 'inputMessageReplyTo') return channel.messages.get(wanted.id)?.reply?.to ?? 0
  if (wanted._ === 'inputMessagePinned')
    return channel.ids.findLast((id) => channel.messages.get(id)?.pinned) ?? 0
  return 0
}

/** Who has read a message of a group: those whose own read mark is past their copy of it. */
function readersOf(ctx: UserContext, peer: number, id: number, date: number): tl.readParticipantDate[] {
  const { world, me } = ctx
  const number = me.box.get(id)?.number
  const copies = number === undefined ? undefined : world.state.messages.get(number)?.copies
  const readers: tl.readParticipantDate[] = []
  for (const user of world.state.users.values()) {
    const theirs = copies ? copies.get(user.id) : id
    const read = user.dialogs.get(peer)?.readInbox ?? 0
    if (user !== me && theirs !== undefined && read >= theirs) {
      readers.push({ _: 'readParticipantDate', userId: user.id, date })
    }
  }
  return readers
}
