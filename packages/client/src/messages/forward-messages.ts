/** Forwarding. */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeerLater } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import { randomId } from './random-id.ts'
import { type SendOptions, sendFields } from './send-options.ts'
import { sentByRandomIds } from './sent-message.ts'

/** Options of `forwardMessages`. */
export interface ForwardMessagesOptions
  extends Omit<SendOptions, 'randomId' | 'clearDraft' | 'replyTo' | 'replyMarkup'> {
  /** Names each copy for ever, in the order of the ids: see `SendMessageOptions.randomId`. */
  randomIds?: readonly bigint[] | undefined
  /** As messages of one's own, without saying whose they were. */
  dropAuthor?: boolean | undefined
  /** Media without what was written below it. */
  dropCaptions?: boolean | undefined
}

/** "id … at most 100" per call. */
const PAGE = 100

/**
 * Forwards messages from one chat to another and gives the copies, in order. Messages that are gone are left out.
 *
 * ```ts
 * await session.forwardMessages('@news', [12, 13], 'me', { dropAuthor: true })
 * ```
 * @throws RpcError `CHAT_FORWARDS_RESTRICTED`, `MESSAGE_ID_INVALID` none of them is there, …
 */
export async function forwardMessages(
  session: SessionContext,
  from: PeerLike,
  ids: readonly number[],
  to: PeerLike,
  options: ForwardMessagesOptions = {},
): Promise<tl.message[]> {
  const randomIds = options.randomIds ?? ids.map(() => randomId(session.host.random))
  if (randomIds.length !== ids.length) {
    throw new TelegramError(
      'RANDOM_IDS_INVALID',
      `${ids.length} messages are forwarded under ${randomIds.length} random ids: expected one for each`,
    )
  }
  const { topic, ...rest } = options
  const copies: tl.message[] = []
  for (let at = 0; at < ids.length; at += PAGE) {
    const id = ids.slice(at, at + PAGE)
    // In the making, when they have their place among the sends to this chat already.
    const { call, answer } = await withPeerLater(session, from, (source) =>
      session.outbox.sendTo(
        to,
        async (toPeer) => {
          const { replyTo: _, clearDraft: __, ...fields } = await sendFields(session, rest)
          return {
            ...fields,
            _: 'messages.forwardMessages' as const,
            fromPeer: await source(),
            toPeer,
            id,
            randomId: randomIds.slice(at, at + PAGE),
            topMsgId: topic,
            dropAuthor: options.dropAuthor,
            dropMediaCaptions: options.dropCaptions,
          }
        },
        { signal: options.signal },
      ),
    )
    copies.push(...sentByRandomIds(answer, call.randomId, call._))
  }
  return copies
}
