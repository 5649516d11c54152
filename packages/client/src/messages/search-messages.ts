/** Searching, in one chat and everywhere (https://core.telegram.org/api/search). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'
import type { AnyMessage } from './get-messages.ts'
import { type MessageRange, messagesOf } from './message-pages.ts'

export const messageKinds = [
  'photos',
  'videos',
  'photosAndVideos',
  'documents',
  'links',
  'gifs',
  'voice',
  'music',
  'roundVideos',
  'voiceAndRound',
  'chatPhotos',
  'calls',
  'missedCalls',
  'mentions',
  'locations',
  'contacts',
  'pinned',
  'polls',
] as const

/** What kind of messages to look for. */
export type MessageKind = (typeof messageKinds)[number]

export interface SearchOptions extends MessageRange {
  /** Words to look for. */
  query?: string | undefined
  kind?: MessageKind | undefined
  /** Only messages of this member. */
  from?: PeerLike | undefined
  /** Only in this forum topic. */
  topic?: number | undefined
  /** In saved messages, only those with this reaction as a tag. */
  tag?: tl.Reaction | undefined
}

/** Options of `messages.searchEverywhere`. */
export interface SearchEverywhereOptions {
  query?: string | undefined
  kind?: MessageKind | undefined
  /** Only in chats of this kind. */
  in?: 'users' | 'groups' | 'channels' | undefined
  before?: Date | undefined
  after?: Date | undefined
  limit?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * Walks through the messages of a chat that fit, the newest first.
 *
 * ```ts
 * for await (const message of session.messages.search(chat, { query: 'invoice', kind: 'documents' })) …
 * ```
 */
export async function* searchMessages(
  session: SessionContext,
  chat: PeerLike,
  options: SearchOptions = {},
): AsyncGenerator<AnyMessage, void, undefined> {
  const fromId = options.from === undefined ? undefined : await session.peers.resolve(options.from)
  const { after, before } = options
  const fetch = (request: Parameters<Parameters<typeof messagesOf>[0]>[0]) => {
    const { offsetDate: _, ...page } = request
    return withPeer(session, chat, (peer) =>
      session.invoke(
        {
          _: 'messages.search',
          peer,
          q: options.query ?? '',
          fromId,
          filter: toFilter(options.kind),
          topMsgId: options.topic,
          savedReaction: options.tag === undefined ? undefined : [options.tag],
          minDate: after instanceof Date ? seconds(after) : 0,
          maxDate: before instanceof Date ? seconds(before) : 0,
          ...page,
        },
        { signal: options.signal },
      ),
    )
  }
  yield* messagesOf(fetch, options)
}

/** How many messages of a chat fit, without fetching them. */
export async function countMessages(
  session: SessionContext,
  chat: PeerLike,
  kind: MessageKind,
  options: { topic?: number | undefined } = {},
): Promise<number> {
  return await withPeer(session, chat, async (peer) => {
    const [counter] = await session.invoke({
      _: 'messages.getSearchCounters',
      peer,
      topMsgId: options.topic,
      filters: [toFilter(kind)],
    })
    return counter?.count ?? 0
  })
}

/** Walks through the messages of all chats that fit, the newest first. */
export async function* searchEverywhere(
  session: SessionContext,
  options: SearchEverywhereOptions = {},
): AsyncGenerator<AnyMessage, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let offset = { offsetRate: 0, offsetPeer: { _: 'inputPeerEmpty' } as tl.InputPeer, offsetId: 0 }
  while (left > 0) {
    const answer = await session.invoke(
      {
        _: 'messages.searchGlobal',
        q: options.query ?? '',
        filter: toFilter(options.kind),
        usersOnly: options.in === 'users' || undefined,
        groupsOnly: options.in === 'groups' || undefined,
        broadcastsOnly: options.in === 'channels' || undefined,
        minDate: options.after === undefined ? 0 : seconds(options.after),
        maxDate: options.before === undefined ? 0 : seconds(options.before),
        ...offset,
        limit: Math.min(100, left),
      },
      { signal: options.signal },
    )
    if (answer._ === 'messages.messagesNotModified') return
    const page = answer.messages.filter((message) => message._ !== 'messageEmpty')
    for (const message of page) {
      if (left-- <= 0) return
      yield message
    }
    const last = page.at(-1)
    if (last === undefined || answer._ !== 'messages.messagesSlice') return
    // "next_rate: rate to use in the next request; offset_peer and offset_id: of the last message".
    offset = {
      offsetRate: answer.nextRate ?? last.date,
      offsetPeer: await session.peers.resolve(last.peerId),
      offsetId: last.id,
    }
  }
}

function toFilter(kind: MessageKind | undefined): tl.MessagesFilter {
  switch (kind) {
    case undefined:
      return { _: 'inputMessagesFilterEmpty' }
    case 'photos':
      return { _: 'inputMessagesFilterPhotos' }
    case 'videos':
      return { _: 'inputMessagesFilterVideo' }
    case 'photosAndVideos':
      return { _: 'inputMessagesFilterPhotoVideo' }
    case 'documents':
      return { _: 'inputMessagesFilterDocument' }
    case 'links':
      return { _: 'inputMessagesFilterUrl' }
    case 'gifs':
      return { _: 'inputMessagesFilterGif' }
    case 'voice':
      return { _: 'inputMessagesFilterVoice' }
    case 'music':
      return { _: 'inputMessagesFilterMusic' }
    case 'roundVideos':
      return { _: 'inputMessagesFilterRoundVideo' }
    case 'voiceAndRound':
      return { _: 'inputMessagesFilterRoundVoice' }
    case 'chatPhotos':
      return { _: 'inputMessagesFilterChatPhotos' }
    case 'calls':
      return { _: 'inputMessagesFilterPhoneCalls' }
    case 'missedCalls':
      return { _: 'inputMessagesFilterPhoneCalls', missed: true }
    case 'mentions':
      return { _: 'inputMessagesFilterMyMentions' }
    case 'locations':
      return { _: 'inputMessagesFilterGeo' }
    case 'contacts':
      return { _: 'inputMessagesFilterContacts' }
    case 'pinned':
      return { _: 'inputMessagesFilterPinned' }
    case 'polls':
      return { _: 'inputMessagesFilterPoll' }
  }
}

const seconds = (date: Date): number => Math.floor(date.getTime() / 1000)
