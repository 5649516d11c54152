/** Topics of forums (core.telegram.org/api/forum). Clients of older layers ask for the same under `channels.`. */
import type { tl } from '../generated/types.ts'
import { deleteFromChannel, membersOf, postToChannel } from '../world/channel-box.ts'
import { hasRight, isForbidden } from '../world/channel-rights.ts'
import { markChannel, toPeer } from '../world/marked-id.ts'
import { placeOf } from '../world/place.ts'
import type { Channel, Topic } from '../world/state-channel.ts'
import { announce } from '../world/update-log.ts'
import type { UserContext } from './context.ts'
import type { UserMethods } from './method-table.ts'
import { inputChannel, inputPlace } from './peers.ts'
import { badRequest, forbidden } from './rpc-error.ts'

const TITLE_LENGTH = 128
const PAGE = 100
const DEFAULT_COLOR = 0x6fb9f0

export const forumMethods: UserMethods = {
  'messages.createForumTopic': (ctx, params) => createTopic(ctx, forumAt(ctx, params.peer), params),
  'channels.createForumTopic': (ctx, params) =>
    createTopic(ctx, forum(inputChannel(ctx, params.channel)), params),

  'messages.getForumTopics': (ctx, params) => listTopics(ctx, forumAt(ctx, params.peer), params),
  'channels.getForumTopics': (ctx, params) =>
    listTopics(ctx, forum(inputChannel(ctx, params.channel)), params),

  'messages.getForumTopicsByID': (ctx, params) => topicsById(ctx, forumAt(ctx, params.peer), params.topics),
  'channels.getForumTopicsByID': (ctx, params) =>
    topicsById(ctx, forum(inputChannel(ctx, params.channel)), params.topics),

  'messages.editForumTopic': (ctx, params) => editTopic(ctx, forumAt(ctx, params.peer), params),
  'channels.editForumTopic': (ctx, params) =>
    editTopic(ctx, forum(inputChannel(ctx, params.channel)), params),

  'messages.updatePinnedForumTopic': (ctx, { peer, topicId, pinned }) => {
    const channel = forumAt(ctx, peer)
    const topic = topicOf(channel, topicId)
    if (!mayManage(ctx, channel)) throw badRequest('CHAT_ADMIN_REQUIRED')
    topic.pinned = pinned ? ctx.world.seconds() : undefined
    for (const member of membersOf(ctx.world, channel)) {
      announce(ctx.world, member, {
        _: 'updatePinnedForumTopic',
        pinned: pinned || undefined,
        peer: toPeer(markChannel(channel.id)),
        topicId,
      })
    }
    return ctx.answer()
  },

  'messages.deleteTopicHistory': (ctx, { peer, topMsgId }) => {
    const channel = forumAt(ctx, peer)
    topicOf(channel, topMsgId)
    if (!hasRight(channel, ctx.me, 'deleteMessages')) throw badRequest('CHAT_ADMIN_REQUIRED')
    const gone = deleteFromChannel(ctx.world, channel, [topMsgId, ...threadIds(channel, topMsgId)])
    return { _: 'messages.affectedHistory', pts: channel.pts, ptsCount: gone.length, offset: 0 }
  },
}

function forumAt(ctx: UserContext, peer: tl.InputPeer): Channel {
  const { channel } = inputPlace(ctx, peer)
  if (!channel) throw badRequest('CHANNEL_FORUM_MISSING')
  return forum(channel)
}

/** @throws RpcError CHANNEL_FORUM_MISSING */
function forum(channel: Channel): Channel {
  if (!channel.forum) throw badRequest('CHANNEL_FORUM_MISSING')
  return channel
}

/** @throws RpcError TOPIC_ID_INVALID */
function topicOf(channel: Channel, id: number): Topic {
  const topic = channel.topics.get(id)
  if (!topic) throw badRequest('TOPIC_ID_INVALID')
  return topic
}

function mayManage(ctx: UserContext, channel: Channel): boolean {
  return hasRight(channel, ctx.me, 'manageTopics')
}

interface NewTopic {
  title: string
  iconColor?: number | undefined
  iconEmojiId?: bigint | undefined
  randomId: bigint
}

function createTopic(ctx: UserContext, channel: Channel, params: NewTopic): tl.updates {
  const peer = markChannel(channel.id)
  const before = ctx.me.sent.get(params.randomId)
  if (before) return ctx.answer([{ _: 'updateMessageID', id: before.id, randomId: params.randomId }])
  if (!channel.members.has(ctx.me.id) || isForbidden(ctx.world, channel, ctx.me, 'manageTopics')) {
    throw forbidden('CHAT_WRITE_FORBIDDEN')
  }
  const title = checkedTitle(params.title)
  const iconColor = params.iconColor ?? DEFAULT_COLOR
  const date = ctx.world.seconds()
  const action: tl.messageActionTopicCreate = {
    _: 'messageActionTopicCreate',
    title,
    iconColor,
    iconEmojiId: params.iconEmojiId,
  }
  const { id } = postToChannel(ctx.world, channel, { from: ctx.me.id, date, text: '', action })
  const iconEmoji = params.iconEmojiId
  channel.topics.set(id, { id, title, iconColor, iconEmoji, from: ctx.me.id, date })
  ctx.me.sent.set(params.randomId, { peer, id, pts: channel.pts, count: 1 })
  return ctx.answer([{ _: 'updateMessageID', id, randomId: params.randomId }])
}

interface TopicChange {
  topicId: number
  title?: string | undefined
  iconEmojiId?: bigint | undefined
  closed?: boolean | undefined
  hidden?: boolean | undefined
}

function editTopic(ctx: UserContext, channel: Channel, change: TopicChange): tl.updates {
  const topic = topicOf(channel, change.topicId)
  if (topic.from !== ctx.me.id && !mayManage(ctx, channel)) throw badRequest('CHAT_ADMIN_REQUIRED')
  const title = change.title === undefined ? topic.title : checkedTitle(change.title)
  const next: Topic = {
    ...topic,
    title,
    iconEmoji: change.iconEmojiId ?? topic.iconEmoji,
    closed: (change.closed ?? topic.closed) || undefined,
    hidden: (change.hidden ?? topic.hidden) || undefined,
  }
  const unchanged =
    next.title === topic.title &&
    next.iconEmoji === topic.iconEmoji &&
    next.closed === topic.closed &&
    next.hidden === topic.hidden
  if (unchanged) throw badRequest('TOPIC_NOT_MODIFIED')
  channel.topics.set(topic.id, next)
  postToChannel(ctx.world, channel, {
    from: ctx.me.id,
    date: ctx.world.seconds(),
    text: '',
    action: {
      _: 'messageActionTopicEdit',
      title: change.title === undefined ? undefined : title,
      iconEmojiId: change.iconEmojiId,
      closed: change.closed,
      hidden: change.hidden,
    },
    reply: { to: topic.id, forumTopic: true },
  })
  return ctx.answer()
}

/** @throws RpcError TOPIC_TITLE_EMPTY */
function checkedTitle(title: string): string {
  const trimmed = title.trim().slice(0, TITLE_LENGTH)
  if (trimmed === '') throw badRequest('TOPIC_TITLE_EMPTY')
  return trimmed
}

interface TopicPage {
  q?: string | undefined
  offsetDate: number
  offsetTopic: number
  limit: number
}

function listTopics(ctx: UserContext, channel: Channel, page: TopicPage): tl.messages.forumTopics {
  const query = (page.q ?? '').toLowerCase()
  const all = [...channel.topics.values()]
    .filter((topic) => topic.title.toLowerCase().includes(query))
    .map((topic) => ({ topic, last: lastIn(channel, topic.id) }))
    .map(({ topic, last }) => ({ topic, last, date: channel.messages.get(last)?.date ?? topic.date }))
    .sort(
      (a, b) => (b.topic.pinned ?? 0) - (a.topic.pinned ?? 0) || b.date - a.date || b.topic.id - a.topic.id,
    )
  const after = all.findIndex((t) => t.topic.id === page.offsetTopic) + 1
  const shown = all.slice(after, after + Math.min(Math.max(page.limit, 1), PAGE))
  return answer(
    ctx,
    channel,
    shown.map(({ topic }) => topic),
    all.length,
  )
}

function topicsById(ctx: UserContext, channel: Channel, ids: number[]): tl.messages.forumTopics {
  const found = ids.flatMap((id) => channel.topics.get(id) ?? [])
  const gone = ids.filter((id) => !channel.topics.has(id))
  const known = answer(ctx, channel, found, ids.length)
  return {
    ...known,
    topics: [...known.topics, ...gone.map((id) => ({ _: 'forumTopicDeleted' as const, id }))],
  }
}

function answer(ctx: UserContext, channel: Channel, topics: Topic[], count: number): tl.messages.forumTopics {
  const place = placeOf(ctx.world, ctx.me, markChannel(channel.id))
  const rendered = topics.map((topic) => renderTopic(ctx, channel, topic))
  const messages = rendered.flatMap((topic) => place.shown(topic.topMessage) ?? [])
  return {
    _: 'messages.forumTopics',
    count,
    topics: rendered,
    messages,
    ...ctx.view.peersOf([rendered, messages], place.peer),
    pts: channel.pts,
  }
}

function renderTopic(ctx: UserContext, channel: Channel, topic: Topic): tl.forumTopic {
  const dialog = ctx.me.dialogs.get(markChannel(channel.id))
  const unread = threadIds(channel, topic.id).filter(
    (id) => id > (dialog?.readInbox ?? 0) && channel.messages.get(id)?.from !== ctx.me.id,
  )
  return {
    _: 'forumTopic',
    my: topic.from === ctx.me.id || undefined,
    closed: topic.closed,
    pinned: topic.pinned !== undefined || undefined,
    hidden: topic.hidden,
    id: topic.id,
    date: topic.date,
    peer: toPeer(markChannel(channel.id)),
    title: topic.title,
    iconColor: topic.iconColor,
    iconEmojiId: topic.iconEmoji,
    topMessage: lastIn(channel, topic.id),
    readInboxMaxId: dialog?.readInbox ?? 0,
    readOutboxMaxId: dialog?.readOutbox ?? 0,
    unreadCount: unread.length,
    unreadMentionsCount: 0,
    unreadReactionsCount: 0,
    unreadPollVotesCount: 0,
    fromId: toPeer(topic.from),
    notifySettings: { _: 'peerNotifySettings' },
  }
}

/** The messages of a topic, without the one that opened it. */
function threadIds(channel: Channel, topicId: number): number[] {
  return channel.ids.filter((id) => {
    const reply = channel.messages.get(id)?.reply
    return (reply?.topId ?? reply?.to) === topicId
  })
}

function lastIn(channel: Channel, topicId: number): number {
  return threadIds(channel, topicId).at(-1) ?? topicId
}
