/** Sending, editing, typing. */

import type { tl } from '../generated/types.ts'
import { membersOf } from '../world/channel-box.ts'
import { hasRight } from '../world/channel-rights.ts'
import { toPeer } from '../world/marked-id.ts'
import type { Place } from '../world/place.ts'
import type { MessageContent } from '../world/state-message.ts'
import { tell } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import { caption, messageText } from './formatted-text.ts'
import { linkPreview } from './link-preview.ts'
import { messageMedia } from './media.ts'
import type { UserMethods } from './method-table.ts'
import { channelAt, groupAt, inputPeer, inputPlace, userAt } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'
import { clearDraft, newContent, replyOf, sendOnce, writable } from './sending.ts'

export const sendMethods: UserMethods = {
  'messages.sendMessage': (ctx, params) => {
    const target = writable(ctx, params.peer)
    const content = () => {
      const { text, entities } = messageText(ctx, params.message, params.entities)
      return {
        ...newContent(ctx),
        text,
        entities,
        reply: replyOf(ctx, target.peer, params.replyTo),
        media: params.noWebpage ? undefined : linkPreview(ctx.world, { text, entities }),
        invertMedia: params.invertMedia,
        silent: params.silent,
        noforwards: params.noforwards,
        replyMarkup: ctx.me.bot ? params.replyMarkup : undefined,
      }
    }
    const told = sendOnce(ctx, target, [{ randomId: params.randomId, content }], params.scheduleDate)
    if (params.clearDraft) clearDraft(ctx, target.peer)
    return ctx.answer(told)
  },

  'messages.editMessage': (ctx, params) => {
    const place = inputPlace(ctx, params.peer)
    const message = place.content(params.id)
    if (!message || message.action) throw badRequest('MESSAGE_ID_INVALID')
    if (!mayEdit(ctx, place, message)) throw forbidden('MESSAGE_AUTHOR_REQUIRED')
    if (params.message === undefined && !params.replyMarkup && !params.media)
      throw badRequest('MESSAGE_EMPTY')
    const media = editedMedia(ctx, message, params.media)
    const format = isFile(media) ? caption : messageText
    const { text, entities } =
      params.message === undefined ? message : format(ctx, params.message, params.entities)
    const markup = params.replyMarkup ?? message.replyMarkup
    const unchanged = text === message.text && same(entities, message.entities)
    if (unchanged && !params.media && same(markup, message.replyMarkup))
      throw badRequest('MESSAGE_NOT_MODIFIED')
    message.text = text
    message.entities = entities
    // Another text may lead elsewhere.
    message.media =
      isFile(media) || params.media || params.message === undefined
        ? media
        : params.noWebpage
          ? undefined
          : linkPreview(ctx.world, { text, entities })
    message.replyMarkup = markup
    message.editDate = ctx.world.seconds()
    place.changed(params.id)
    return ctx.answer()
  },

  'messages.setTyping': (ctx, { peer: input, action, topMsgId }) => {
    const peer = inputPeer(ctx, input)
    const user = userAt(ctx, peer)
    if (user && user !== ctx.me && !user.blocked.has(ctx.me.id)) {
      tell(ctx.world, user, { _: 'updateUserTyping', userId: ctx.me.id, action })
    }
    const chat = groupAt(ctx, peer)
    if (chat && !chat.members.has(ctx.me.id)) throw forbidden('CHAT_WRITE_FORBIDDEN')
    for (const id of chat?.members.keys() ?? []) {
      if (id === ctx.me.id) continue
      tell(ctx.world, ctx.world.account(id), {
        _: 'updateChatUserTyping',
        chatId: chat?.id ?? 0,
        fromId: toPeer(ctx.me.id),
        action,
      })
    }
    const channel = channelAt(ctx, peer)
    for (const member of channel ? membersOf(ctx.world, channel) : []) {
      if (member === ctx.me) continue
      tell(ctx.world, member, {
        _: 'updateChannelUserTyping',
        channelId: channel?.id ?? 0,
        topMsgId,
        fromId: toPeer(ctx.me.id),
        action,
      })
    }
    return true
  },
}

const isFile = (media: tl.MessageMedia | undefined): boolean =>
  media !== undefined && media._ !== 'messageMediaWebPage'

/** New media, or the poll closed, or what was there. */
function editedMedia(
  ctx: UserContext,
  message: MessageContent,
  input: tl.InputMedia | undefined,
): tl.MessageMedia | undefined {
  if (!input) return message.media
  if (input._ === 'inputMediaPoll' && message.media?._ === 'messageMediaPoll') {
    const poll = ctx.world.state.polls.get(message.media.poll.id)
    if (poll && input.poll.closed) poll.poll = { ...poll.poll, closed: true }
    return message.media
  }
  if (message.media && input._ === 'inputMediaEmpty') throw badRequest('MEDIA_EMPTY')
  return messageMedia(ctx, input)
}

/** One's own messages; posts also by those who may post and wrote them, or may edit all. */
function mayEdit(ctx: UserContext, place: Place, message: MessageContent & { author?: number }): boolean {
  if (message.forward) return false
  const own = (message.author ?? message.from) === ctx.me.id
  const { channel } = place
  if (!channel || channel.megagroup) return own
  return hasRight(channel, ctx.me, 'editMessages') || (own && hasRight(channel, ctx.me, 'postMessages'))
}

function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v)) ?? 'null'
  return plain(a) === plain(b)
}
