/** Messages as one account sees them: its own ids, its own `out`. */
import type { tl } from '../generated/types.ts'
import { signedFor } from './files.ts'
import { isUser, type MarkedId, toPeer } from './marked-id.ts'
import { pollResults } from './poll-results.ts'
import type { Account } from './state-account.ts'
import type { MessageContent } from './state-message.ts'
import type { World } from './world.ts'

/** The message of this id in the account's box, as the account sees it; undefined if there is none (any more). */
export function messageInBox(world: World, me: Account, id: number): tl.Message | undefined {
  const entry = me.box.get(id)
  const message = entry && world.state.messages.get(entry.number)
  if (!entry || !message) return undefined
  const rendered = renderMessage(message, {
    id,
    peer: entry.peer,
    viewer: me.id,
    replyToId: entry.replyTo,
    pinned: entry.pinned,
  })
  return personal(world, me, rendered)
}

/** Files are shown with the viewer's own hashes, polls with the viewer's own votes. */
export function personal<T extends tl.message | tl.messageService>(world: World, me: Account, message: T): T {
  if (message._ === 'messageService')
    return 'photo' in message.action ? signedFor(world, me, message) : message
  if (message.media?._ === 'messageMediaPoll') {
    const poll = world.state.polls.get(message.media.poll.id)
    if (!poll) return message
    return { ...message, media: { ...message.media, poll: poll.poll, results: pollResults(poll, me.id) } }
  }
  return message.media ? signedFor(world, me, message) : message
}

export interface Placed {
  id: number
  peer: MarkedId
  viewer: number
  /** The viewer's id of the message replied to, if the viewer had it when the reply came. */
  replyToId?: number | undefined
  pinned?: boolean | undefined
}

export function renderMessage(message: MessageContent, placed: Placed): tl.message | tl.messageService {
  const { id, peer, viewer } = placed
  const own = message.from === viewer
  const out = (own && peer !== viewer) || undefined
  // In a private chat Telegram leaves out the sender of what comes in: it is the chat itself.
  const fromId = message.from === undefined || (isUser(peer) && !own) ? undefined : toPeer(message.from)
  if (message.action) {
    return {
      _: 'messageService',
      id,
      peerId: toPeer(peer),
      out,
      fromId,
      date: message.date,
      silent: message.silent,
      action: message.action,
      replyTo: replyHeader(message, placed.replyToId),
      reactions: reactionsOf(message, viewer),
    }
  }
  return {
    _: 'message',
    id,
    peerId: toPeer(peer),
    out,
    fromId,
    date: message.date,
    message: message.text,
    entities: message.entities?.length ? message.entities : undefined,
    media: message.media,
    replyMarkup: message.replyMarkup,
    replyTo: replyHeader(message, placed.replyToId),
    fwdFrom: forwardHeader(message),
    viaBotId: message.viaBot,
    savedPeerId: peer === viewer ? toPeer(savedPeerOf(message, viewer)) : undefined,
    groupedId: message.groupedId,
    postAuthor: message.postAuthor,
    silent: message.silent,
    noforwards: message.noforwards,
    invertMedia: message.invertMedia,
    fromScheduled: message.fromScheduled,
    pinned: placed.pinned,
    mentioned: mentioned(message, viewer),
    editDate: message.editDate,
    editHide: message.editHidden,
    reactions: reactionsOf(message, viewer),
  }
}

/** In saved messages: where the message was saved from; notes of one's own stand under oneself. */
export function savedPeerOf({ forward }: MessageContent, me: number): MarkedId {
  return forward?.savedFromPeer ?? me
}

function mentioned(message: MessageContent, viewer: number): true | undefined {
  return message.mentions?.includes(viewer) ? true : undefined
}

function replyHeader(
  message: MessageContent,
  replyToId: number | undefined,
): tl.MessageReplyHeader | undefined {
  const reply = message.reply
  if (!reply || replyToId === undefined) return undefined
  return {
    _: 'messageReplyHeader',
    replyToMsgId: replyToId,
    replyToTopId: reply.topId,
    forumTopic: reply.forumTopic,
    quote: reply.quoteText !== undefined || undefined,
    quoteText: reply.quoteText,
    quoteEntities: reply.quoteEntities,
    quoteOffset: reply.quoteOffset,
  }
}

function forwardHeader(message: MessageContent): tl.MessageFwdHeader | undefined {
  const forward = message.forward
  if (!forward) return undefined
  return {
    _: 'messageFwdHeader',
    fromId: forward.from === undefined ? undefined : toPeer(forward.from),
    fromName: forward.fromName,
    date: forward.date,
    channelPost: forward.channelPost,
    postAuthor: forward.postAuthor,
    savedFromPeer: forward.savedFromPeer === undefined ? undefined : toPeer(forward.savedFromPeer),
    savedFromMsgId: forward.savedFromId,
  }
}

/** Which reaction it is, as a key: two reactions are the same if their keys are. */
export function reactionKey(reaction: tl.Reaction): string {
  switch (reaction._) {
    case 'reactionEmoji':
      return reaction.emoticon
    case 'reactionCustomEmoji':
      return `custom:${reaction.documentId}`
    default:
      return reaction._
  }
}

export function reactionsOf(message: MessageContent, viewer: number): tl.messageReactions | undefined {
  const given = message.reactions
  if (!given?.length) return undefined
  const counts = new Map<string, tl.reactionCount>()
  let chosen = 0
  for (const { user, reaction } of given) {
    const key = reactionKey(reaction)
    const count = counts.get(key) ?? { _: 'reactionCount', reaction, count: 0 }
    count.count++
    if (user === viewer) count.chosenOrder = chosen++
    counts.set(key, count)
  }
  return {
    _: 'messageReactions',
    canSeeList: true,
    results: [...counts.values()].sort((a, b) => b.count - a.count),
    recentReactions: given.slice(-3).map((r) => ({
      _: 'messagePeerReaction',
      my: r.user === viewer || undefined,
      big: r.big,
      peerId: toPeer(r.user),
      date: r.date,
      reaction: r.reaction,
    })),
  }
}
