/** Reactions (https://core.telegram.org/api/reactions). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** An emoji, the document id of a custom emoji, or as TL. */
export type ReactionLike = string | bigint | tl.Reaction

/** Options of `messages.react`. */
export interface ReactOptions {
  /** With a big animation. */
  big?: boolean | undefined
}

/** One person's reaction to a message. */
export interface GivenReaction {
  peer: PeerKey
  /** The marked id. */
  peerId: number
  /** An emoji, or the document id of a custom one; undefined for a paid star. */
  reaction: string | bigint | undefined
  /** Seconds since the epoch. */
  date: number
  big: boolean
}

/**
 * Sets this account's reactions to a message: those given are all it has afterwards, none takes them away.
 *
 * ```ts
 * await session.messages.react(chat, message.id, '👍')
 * await session.messages.react(chat, message.id, [])
 * ```
 * @throws RpcError `REACTION_INVALID` not allowed in this chat; `REACTIONS_TOO_MANY`; `MESSAGE_NOT_MODIFIED`.
 */
export async function react(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  reactions: ReactionLike | readonly ReactionLike[],
  options: ReactOptions = {},
): Promise<void> {
  const list = Array.isArray(reactions) ? (reactions as readonly ReactionLike[]) : [reactions as ReactionLike]
  await withPeer(session, chat, (peer) =>
    session.invoke({
      _: 'messages.sendReaction',
      peer,
      msgId: id,
      big: options.big,
      addToRecent: list.length > 0,
      reaction: list.map(toReaction),
    }),
  )
}

/** Who has reacted to a message, the latest first; with one reaction, only those who gave it. */
export async function* reactionsTo(
  session: SessionContext,
  chat: PeerLike,
  id: number,
  options: { reaction?: ReactionLike | undefined; limit?: number | undefined } = {},
): AsyncGenerator<GivenReaction, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let offset: string | undefined
  const reaction = options.reaction === undefined ? undefined : toReaction(options.reaction)
  while (left > 0) {
    const page = { id, reaction, offset, limit: Math.min(100, left) }
    const answer = await withPeer(session, chat, (peer) =>
      session.invoke({ _: 'messages.getMessageReactionsList', peer, ...page }),
    )
    for (const given of answer.reactions) {
      if (left-- <= 0) return
      const key = keyOfPeer(given.peerId)
      yield {
        peer: key,
        peerId: toMarkedId(key),
        reaction: reactionName(given.reaction),
        date: given.date,
        big: given.big === true,
      }
    }
    if (answer.nextOffset === undefined || answer.reactions.length === 0) return
    offset = answer.nextOffset
  }
}

/** Marks the reactions to this account's messages in a chat as seen. */
export async function readReactions(
  session: SessionContext,
  chat: PeerLike,
  options: { topic?: number | undefined } = {},
): Promise<void> {
  await withPeer(session, chat, async (peer) => {
    for (;;) {
      const { offset } = await session.invoke({ _: 'messages.readReactions', peer, topMsgId: options.topic })
      if (offset <= 0) return
    }
  })
}

export function toReaction(reaction: ReactionLike): tl.Reaction {
  if (typeof reaction === 'string') return { _: 'reactionEmoji', emoticon: reaction }
  if (typeof reaction === 'bigint') return { _: 'reactionCustomEmoji', documentId: reaction }
  return reaction
}

/**
 * A reaction as `messages.react` takes it: an emoji, or the document id of a custom one; undefined for a
 * paid star.
 */
export function reactionName(reaction: tl.Reaction): string | bigint | undefined {
  if (reaction._ === 'reactionEmoji') return reaction.emoticon
  return reaction._ === 'reactionCustomEmoji' ? reaction.documentId : undefined
}
