/** Topics of a forum (https://core.telegram.org/api/forum). A topic goes by the id of its first message; 1 is "General". */
import { TelegramError } from '../errors.ts'
import type { tl } from '../layer.ts'
import { randomId } from '../messages/random-id.ts'
import { updatesOf } from '../messages/sent-message.ts'
import type { PeerLike } from '../peers/directory.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** A forum topic to be made. */
export interface NewTopic {
  title: string
  /** 0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2 or 0xFB6F5F. */
  color?: number | undefined
  /** Document id of a custom emoji. */
  emoji?: bigint | undefined
  sendAs?: PeerLike | undefined
}

/** What is to change in a topic; what is left out stays. */
export interface TopicChange {
  title?: string | undefined
  emoji?: bigint | undefined
  /** Nobody but administrators can write any more. */
  closed?: boolean | undefined
  /** "General" only: not shown in the list. */
  hidden?: boolean | undefined
}

/** Walks through the topics of a forum: pinned ones first, then by their last message. */
export async function* topics(
  session: SessionContext,
  forum: PeerLike,
  options: { query?: string | undefined; limit?: number | undefined } = {},
): AsyncGenerator<tl.forumTopic, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  const seen = new Set<number>()
  let offset = { offsetDate: 0, offsetId: 0, offsetTopic: 0 }
  while (left > 0) {
    const page = { q: options.query, ...offset, limit: Math.min(100, left) }
    const answer = await withPeer(session, forum, (peer) =>
      session.invoke({ _: 'messages.getForumTopics', peer, ...page }),
    )
    const fresh = answer.topics.filter((topic) => topic._ === 'forumTopic').filter(({ id }) => !seen.has(id))
    for (const topic of fresh) {
      if (left-- <= 0) return
      seen.add(topic.id)
      yield topic
    }
    const last = fresh.at(-1)
    if (last === undefined || seen.size >= answer.count) return
    const top = answer.messages.find(({ id }) => id === last.topMessage)
    // "order_by_create_date: … use the topic's date instead of that of its last message".
    const date = answer.orderByCreateDate || top === undefined || !('date' in top) ? last.date : top.date
    offset = { offsetDate: date, offsetId: last.topMessage, offsetTopic: last.id }
  }
}

/** Topics by id; those that are gone are left out. */
export async function getTopics(
  session: SessionContext,
  forum: PeerLike,
  ids: readonly number[],
): Promise<tl.forumTopic[]> {
  const answer = await withPeer(session, forum, (peer) =>
    session.invoke({ _: 'messages.getForumTopicsByID', peer, topics: [...ids] }),
  )
  return answer.topics.filter((topic) => topic._ === 'forumTopic')
}

/** Makes a topic and gives its id, for the `topic` option of sends. @throws RpcError `CHAT_ADMIN_REQUIRED`, `TOPIC_TITLE_EMPTY`, … */
export async function createTopic(
  session: SessionContext,
  forum: PeerLike,
  topic: NewTopic,
): Promise<number> {
  const { title, color: iconColor, emoji: iconEmojiId } = topic
  const sendAs = topic.sendAs === undefined ? undefined : await session.peers.resolve(topic.sendAs)
  const id = randomId(session.host.random)
  const updates = await withPeer(session, forum, (peer) =>
    session.invoke({
      _: 'messages.createForumTopic',
      peer,
      title,
      iconColor,
      iconEmojiId,
      randomId: id,
      sendAs,
    }),
  )
  for (const update of updatesOf(updates)) {
    if (update._ === 'updateMessageID' && update.randomId === id) return update.id
    if (update._ === 'updateNewChannelMessage' && update.message._ === 'messageService') {
      if (update.message.action._ === 'messageActionTopicCreate') return update.message.id
    }
  }
  throw new TelegramError('ANSWER_UNEXPECTED', 'messages.createForumTopic: the answer names no topic')
}

/** Changes a topic; what is absent stays. */
export async function editTopic(
  session: SessionContext,
  forum: PeerLike,
  topicId: number,
  change: TopicChange,
): Promise<void> {
  const { title, emoji: iconEmojiId, closed, hidden } = change
  await withPeer(session, forum, (peer) =>
    session.invoke({ _: 'messages.editForumTopic', peer, topicId, title, iconEmojiId, closed, hidden }),
  )
}

/** Keeps a topic at the top of the list, or not. */
export async function pinTopic(
  session: SessionContext,
  forum: PeerLike,
  topicId: number,
  pinned = true,
): Promise<void> {
  await withPeer(session, forum, (peer) =>
    session.invoke({ _: 'messages.updatePinnedForumTopic', peer, topicId, pinned }),
  )
}

/** Deletes a topic with all its messages. */
export async function deleteTopic(session: SessionContext, forum: PeerLike, topicId: number): Promise<void> {
  await withPeer(session, forum, async (peer) => {
    for (;;) {
      const { offset } = await session.invoke({ _: 'messages.deleteTopicHistory', peer, topMsgId: topicId })
      if (offset <= 0) return
    }
  })
}
