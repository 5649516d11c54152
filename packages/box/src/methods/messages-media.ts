/** Messages with media, and albums. */
import type { tl } from '../generated/types.ts'
import { isForbidden } from '../world/channel-rights.ts'
import { signedFor } from '../world/files.ts'
import { placeOf } from '../world/place.ts'
import type { UserContext } from './context.ts'
import { fetchedMedia, isExternal } from './external-media.ts'
import { caption, messageText } from './formatted-text.ts'
import { messageMedia } from './media.ts'
import type { Params, UserMethods } from './method-table.ts'
import { inputPeer } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'
import { clearDraft, newContent, replyOf, sendOnce, type Target, writable } from './sending.ts'

const ALBUM = 10

export const mediaMethods: UserMethods = {
  'messages.sendMedia': (ctx, params) => {
    // Only what has to be fetched first keeps its call waiting: all others are carried out in the order in which they came.
    if (!isExternal(params.media)) return sendMedia(ctx, params, params.media)
    return fetchedMedia(ctx, params.media).then((media) => sendMedia(ctx, params, media))
  },

  'messages.sendMultiMedia': (ctx, params) => {
    const target = writable(ctx, params.peer)
    requireMedia(ctx, target)
    const { multiMedia } = params
    if (multiMedia.length === 0) throw badRequest('MEDIA_EMPTY')
    if (multiMedia.length > ALBUM) throw badRequest('MULTI_MEDIA_TOO_LONG')
    const groupedId = albumId(ctx, target, multiMedia)
    const reply = replyOf(ctx, target.peer, params.replyTo)
    const messages = multiMedia.map((single) => ({
      randomId: single.randomId,
      content: () => ({
        ...newContent(ctx),
        ...caption(ctx, single.message, single.entities),
        reply,
        media: messageMedia(ctx, single.media),
        groupedId,
        silent: params.silent,
        noforwards: params.noforwards,
        invertMedia: params.invertMedia,
      }),
    }))
    const told = sendOnce(ctx, target, messages, params.scheduleDate)
    if (params.clearDraft) clearDraft(ctx, target.peer)
    return ctx.answer(told)
  },

  'messages.uploadMedia': (ctx, { peer, media }) => {
    inputPeer(ctx, peer)
    const stored = (given: tl.InputMedia) => signedFor(ctx.world, ctx.me, messageMedia(ctx, given))
    return isExternal(media) ? fetchedMedia(ctx, media).then(stored) : stored(media)
  },
}

function sendMedia(ctx: UserContext, params: Params<'messages.sendMedia'>, media: tl.InputMedia) {
  const target = writable(ctx, params.peer)
  requireMedia(ctx, target)
  const content = () => {
    // A link's preview leaves its message a text.
    const format = media._ === 'inputMediaWebPage' ? messageText : caption
    const { text, entities } = format(ctx, params.message, params.entities)
    return {
      ...newContent(ctx),
      text,
      entities,
      reply: replyOf(ctx, target.peer, params.replyTo),
      media: messageMedia(ctx, media),
      silent: params.silent,
      noforwards: params.noforwards,
      invertMedia: params.invertMedia,
      replyMarkup: ctx.me.bot ? params.replyMarkup : undefined,
    }
  }
  const told = sendOnce(ctx, target, [{ randomId: params.randomId, content }], params.scheduleDate)
  if (params.clearDraft) clearDraft(ctx, target.peer)
  return ctx.answer(told)
}

/** An album that is sent again, in part or whole, stays the album it was. */
function albumId(ctx: UserContext, target: Target, singles: tl.inputSingleMedia[]): bigint {
  const place = placeOf(ctx.world, ctx.me, target.peer)
  for (const { randomId } of singles) {
    const before = ctx.me.sent.get(randomId)
    const known = before && place.content(before.id)?.groupedId
    if (known !== undefined) return known
  }
  return BigInt.asUintN(62, ctx.world.randomLong())
}

/** @throws RpcError CHAT_SEND_MEDIA_FORBIDDEN */
export function requireMedia(ctx: UserContext, target: Target): void {
  if ('channel' in target && isForbidden(ctx.world, target.channel, ctx.me, 'sendMedia')) {
    throw forbidden('CHAT_SEND_MEDIA_FORBIDDEN')
  }
}
