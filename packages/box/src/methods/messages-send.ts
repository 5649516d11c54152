/** Sending, editing, typing. */
import { isUser, toPeer } from '../world/marked-id.ts'
import { commonMessage, logEdit } from '../world/message-box.ts'
import { tell } from '../world/update-log.ts'
import { messageText } from './formatted-text.ts'
import type { UserMethods } from './method-table.ts'
import { groupAt, inputPeer, userAt } from './peers.ts'
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
        silent: params.silent,
        noforwards: params.noforwards,
        replyMarkup: ctx.me.bot ? params.replyMarkup : undefined,
      }
    }
    const told = sendOnce(ctx, target, [{ randomId: params.randomId, content }])
    if (params.clearDraft) clearDraft(ctx, target.peer)
    return ctx.answer(told)
  },

  'messages.editMessage': (ctx, params) => {
    const peer = inputPeer(ctx, params.peer)
    const message = commonMessage(ctx.world, ctx.me, params.id)
    if (!message || message.action || ctx.me.box.get(params.id)?.peer !== peer) {
      throw badRequest('MESSAGE_ID_INVALID')
    }
    if (message.from !== ctx.me.id || message.forward) throw forbidden('MESSAGE_AUTHOR_REQUIRED')
    if (params.message === undefined && !params.replyMarkup) throw badRequest('MESSAGE_EMPTY')
    const { text, entities } =
      params.message === undefined ? message : messageText(ctx, params.message, params.entities)
    const markup = params.replyMarkup ?? message.replyMarkup
    if (text === message.text && same(entities, message.entities) && same(markup, message.replyMarkup)) {
      throw badRequest('MESSAGE_NOT_MODIFIED')
    }
    message.text = text
    message.entities = entities
    message.replyMarkup = markup
    message.editDate = ctx.world.seconds()
    logEdit(ctx.world, message)
    return ctx.answer()
  },

  'messages.setTyping': (ctx, { peer: input, action }) => {
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
    return isUser(peer) || chat !== undefined
  },
}

function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v)) ?? 'null'
  return plain(a) === plain(b)
}
