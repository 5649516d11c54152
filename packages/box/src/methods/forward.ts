/** Forwarding: a copy that says whose words it is. */
import { bareId, markChannel } from '../world/marked-id.ts'
import type { Place } from '../world/place.ts'
import type { MessageContent } from '../world/state-message.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { groupAt, inputPlace } from './peers.ts'
import { badRequest } from './rpc-error.ts'
import { newContent, replyOf, sendOnce, writable } from './sending.ts'

const AT_ONCE = 100

export const forwardMethods: UserMethods = {
  'messages.forwardMessages': (ctx, params) => {
    const { id, randomId } = params
    if (id.length === 0) throw badRequest('MESSAGE_IDS_EMPTY')
    if (id.length > AT_ONCE || id.length !== randomId.length) throw badRequest('RANDOM_ID_INVALID')
    const from = inputPlace(ctx, params.fromPeer)
    const target = writable(ctx, params.toPeer)
    const restricted = from.channel?.noforwards || groupAt(ctx, from.peer)?.noforwards
    if (restricted) throw badRequest('CHAT_FORWARDS_RESTRICTED')
    const originals = id.map((one) => original(from, one))
    const topic = params.topMsgId
    const replyTo =
      params.replyTo ??
      (topic === undefined
        ? undefined
        : { _: 'inputReplyToMessage' as const, replyToMsgId: topic, topMsgId: topic })
    const reply = replyOf(ctx, target.peer, replyTo)
    const albums = new Map<bigint, bigint>()
    const messages = originals.map(({ message, number }, i) => ({
      randomId: randomId[i] ?? 0n,
      content: () => ({
        ...copyOf(ctx, message, params.dropMediaCaptions === true),
        forward: params.dropAuthor ? undefined : headerOf(ctx, from, number, message, target.peer),
        groupedId: message.groupedId && albumOf(ctx, albums, message.groupedId),
        reply,
        silent: params.silent,
        noforwards: params.noforwards,
      }),
    }))
    return ctx.answer(sendOnce(ctx, target, messages, params.scheduleDate))
  },
}

/** @throws RpcError MESSAGE_ID_INVALID: not there, or a service message */
function original(from: Place, id: number): { message: MessageContent; number: number } {
  const message = from.content(id)
  if (!message || message.action || !from.shown(id)) throw badRequest('MESSAGE_ID_INVALID')
  if (message.noforwards) throw badRequest('CHAT_FORWARDS_RESTRICTED')
  return { message, number: id }
}

function copyOf(ctx: UserContext, message: MessageContent, withoutCaption: boolean): MessageContent {
  const dropText = withoutCaption && message.media !== undefined && message.media._ !== 'messageMediaWebPage'
  return {
    ...newContent(ctx),
    text: dropText ? '' : message.text,
    entities: dropText ? undefined : message.entities,
    media: message.media,
    invertMedia: message.invertMedia,
    viaBot: message.viaBot,
  }
}

/** What is forwarded again keeps its first author. */
function headerOf(
  ctx: UserContext,
  from: Place,
  id: number,
  message: MessageContent,
  to: number,
): MessageContent['forward'] {
  const saved = to === ctx.me.id ? { savedFromPeer: from.peer, savedFromId: id } : {}
  if (message.forward) return { ...message.forward, ...saved }
  const post = from.channel && !from.channel.megagroup ? from.channel : undefined
  if (post) {
    const posted = ctx.world.state.channels.get(bareId(from.peer))?.messages.get(id)
    if (posted) posted.forwards = (posted.forwards ?? 0) + 1
    return {
      from: markChannel(post.id),
      channelPost: id,
      postAuthor: message.postAuthor,
      date: message.date,
      ...saved,
    }
  }
  return { from: message.from, date: message.date, ...saved }
}

/** The messages of an album stay together, as a new one. */
function albumOf(ctx: UserContext, albums: Map<bigint, bigint>, old: bigint): bigint {
  const known = albums.get(old) ?? BigInt.asUintN(62, ctx.world.randomLong())
  albums.set(old, known)
  return known
}
