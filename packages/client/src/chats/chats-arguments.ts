/** What the methods of `session.chats` take. */
import type { Signatures } from '../arguments/check-arguments.ts'
import {
  aFlag,
  aLong,
  aName,
  anId,
  anything,
  aText,
  eitherOf,
  kind,
  listOf,
  maybe,
  oneOf,
  seconds,
  shape,
} from '../arguments/expected.ts'
import { aPeer, needed, options, peers } from '../arguments/words.ts'
import type { Chats } from './chats.ts'

const chat = aPeer
const rights = shape('an object of rights, as in { sendMessages: true }', {})
const link = aName
const linkOptions = { title: maybe(aText), limit: maybe(anId) }
const folder = shape('a folder, as in { title, include }', {
  title: aName,
  include: maybe(peers),
  exclude: maybe(peers),
  pinned: maybe(peers),
})
const topicIds = listOf('ids of topics', anId)
const photo = kind('a picture: a path, bytes, a stream, or a photo', (value) => {
  return typeof value === 'string' || (typeof value === 'object' && value !== undefined)
})

export const chatsArguments: Signatures<Chats> = {
  promises: {
    list: { options: options() },
    of: { peers },
    archive: { chat, archived: maybe(aFlag) },
    pin: { chat, pinned: maybe(aFlag) },
    clearHistory: { chat, options: options() },
    saveFolder: { folder },
    deleteFolder: { id: anId },
    messageLink: { chat, id: anId, options: options() },
    createGroup: { title: aName, members: peers },
    createChannel: {
      channel: shape('an object as in { kind, title }', {
        kind: oneOf('channel', 'supergroup', 'forum'),
        title: aName,
        about: maybe(aText),
        members: maybe(peers),
        autoDelete: maybe(seconds),
      }),
    },
    inviteInfo: { link },
    createInviteLink: { chat, options: options(linkOptions) },
    editInviteLink: { chat, link, options: needed(options(linkOptions)) },
    revokeInviteLink: { chat, link },
    deleteInviteLink: { chat, link },
    answerJoinRequest: { chat, user: aPeer, approved: aFlag },
    answerAllJoinRequests: { chat, approved: aFlag, options: options({ link: maybe(aName) }) },
    addMembers: { chat, users: peers, options: options() },
    setAdmin: { chat, user: aPeer, options: options({ rights: maybe(rights), rank: maybe(aText) }) },
    transferOwnership: { chat, to: aPeer, password: aText },
    restrict: { chat, member: aPeer, forbidden: rights, options: options() },
    ban: { chat, member: aPeer, options: options() },
    setDefaultRights: { chat, forbidden: rights },
    setTitle: { chat, title: aName },
    setAbout: { chat, about: aText },
    setPhoto: { chat, photo, options: options() },
    setUsername: { chat, username: aText },
    setSlowMode: { chat, seconds },
    setAutoDelete: { chat, seconds },
    setProtected: { chat, protect: aFlag },
    setHistoryVisible: { chat, visible: aFlag },
    setSignatures: { chat, signed: aFlag },
    setJoinRequests: { chat, needed: aFlag },
    setForum: { chat, forum: aFlag },
    setAvailableReactions: {
      chat,
      reactions: eitherOf(
        "'all', 'none', or a list of emoji",
        oneOf('all', 'none'),
        listOf('emoji', eitherOf('an emoji, or the id of a custom one', aName, aLong)),
      ),
    },
    getTopics: { forum: chat, ids: topicIds },
    createTopic: { forum: chat, topic: shape('an object as in { title }', { title: aName }) },
    editTopic: {
      forum: chat,
      topicId: anId,
      change: shape('an object as in { title }', { title: maybe(aName), closed: maybe(aFlag) }),
    },
    pinTopic: { forum: chat, topicId: anId, pinned: maybe(aFlag) },
    deleteTopic: { forum: chat, topicId: anId },
  },
  values: {
    all: { range: options() },
    inFolder: {
      folder: shape('a folder, as folders() gives it', {
        _: oneOf('dialogFilter', 'dialogFilterChatlist'),
        includePeers: listOf('peers', anything),
        pinnedPeers: listOf('peers', anything),
      }),
      range: options(),
    },
    inviteLinks: { chat, options: options() },
    importers: { chat, options: options({ link: maybe(aName), requested: maybe(aFlag) }) },
    members: {
      chat,
      options: options({ kind: maybe(oneOf('admins', 'bots', 'contacts', 'restricted', 'banned')) }),
    },
    topics: { forum: chat, options: options() },
  },
}
