/** Groups, channels and the list of conversations, joined to the session that they belong to: `session.chats`. */
import type { tl } from '../layer.ts'
import type { MediaSource } from '../media/input-media.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import { type AddMembersOptions, addMembers } from './add-members.ts'
import * as arrange from './arrange-chats.ts'
import * as settings from './chat-settings.ts'
import { type CreatedChannel, createChannel, type NewChannel } from './create-channel.ts'
import { type CreatedGroup, createGroup } from './create-group.ts'
import { chatsOfFolder } from './folder-chats.ts'
import { commonChats, getChat, getFullChat, getFullUser } from './get-chat.ts'
import {
  type Chat,
  type ChatsRange,
  type GetChatsOptions,
  getChats,
  getChatsOf,
  iterateChats,
} from './get-chats.ts'
import * as links from './invite-links.ts'
import * as rights from './member-rights.ts'
import { getMember, type Member, type MembersOptions, members } from './members.ts'
import * as membership from './membership.ts'
import { messageLink } from './message-link.ts'
import * as topics from './topics.ts'

/** Conversations, groups, channels and forums: lists, members, rights, links, topics. Reached as `session.chats`. */
export class Chats {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  // ---- the list of conversations

  /**
   * The most recent conversations as an array: 100 unless told otherwise:
   * `const recent = await chats.list({ limit: 20 })`.
   */
  list(options?: GetChatsOptions): Promise<Chat[]> {
    return getChats(this.#session, options)
  }

  /** Walks through all conversations, pinned ones first: `for await (const { id, title } of chats.all()) …`. */
  all(range?: ChatsRange): AsyncGenerator<Chat, void, undefined> {
    return iterateChats(this.#session, range)
  }

  /** These conversations, with what is unread in them: `const [chat] = await chats.of(['@ann'])`. */
  of(peers: readonly PeerLike[]): Promise<Chat[]> {
    return getChatsOf(this.#session, peers)
  }

  /** Moves a chat into the archive, or out of it: `chats.archive('@news')`. */
  archive(chat: PeerLike, archived?: boolean): Promise<void> {
    return arrange.archive(this.#session, chat, archived)
  }

  /** Keeps a chat at the top of its list, or not: `chats.pin('@ann', false)`. */
  pin(chat: PeerLike, pinned?: boolean): Promise<void> {
    return arrange.pinChat(this.#session, chat, pinned)
  }

  /** Deletes all messages of a chat: `chats.clearHistory('@ann', { revoke: true })`. */
  clearHistory(chat: PeerLike, options?: arrange.ClearHistoryOptions): Promise<void> {
    return arrange.clearHistory(this.#session, chat, options)
  }

  /** The folders of the account, in their order: `const [work] = await chats.folders()`. */
  folders(): Promise<(tl.dialogFilter | tl.dialogFilterChatlist)[]> {
    return arrange.getFolders(this.#session)
  }

  /** Walks through the chats of a folder: `for await (const chat of chats.inFolder(work)) …`. */
  inFolder(
    folder: tl.dialogFilter | tl.dialogFilterChatlist,
    range?: Pick<ChatsRange, 'limit' | 'signal'>,
  ): AsyncGenerator<Chat, void, undefined> {
    return chatsOfFolder(this.#session, folder, range)
  }

  /** Makes a folder, or changes one: `chats.saveFolder({ title: 'Work', include: ['@ann', '@news'] })`. */
  saveFolder(folder: arrange.NewFolder): Promise<tl.dialogFilter> {
    return arrange.saveFolder(this.#session, folder)
  }

  /** Deletes a folder; its chats stay: `chats.deleteFolder(folder.id)`. */
  deleteFolder(id: number): Promise<void> {
    return arrange.deleteFolder(this.#session, id)
  }

  // ---- one chat

  /** The user, group or channel itself: `const user = await chats.get('@ann')`. */
  get(of: PeerLike): Promise<tl.user | tl.chat | tl.channel | tl.chatForbidden | tl.channelForbidden> {
    return getChat(this.#session, of)
  }

  /** All that Telegram tells of a group or channel: `(await chats.getFull('@news')).about`. */
  getFull(chat: PeerLike): Promise<tl.chatFull | tl.channelFull> {
    return getFullChat(this.#session, chat)
  }

  /** All that Telegram tells of a user: `(await chats.getFullUser('@ann')).about`. */
  getFullUser(user: PeerLike): Promise<tl.userFull> {
    return getFullUser(this.#session, user)
  }

  /** Groups and channels that this account and a user are both in: `const shared = await chats.common('@ann')`. */
  common(user: PeerLike): Promise<(tl.chat | tl.channel)[]> {
    return commonChats(this.#session, user)
  }

  /** A t.me link to a message of a channel or supergroup: `await chats.messageLink('@news', 42)`. */
  messageLink(
    chat: PeerLike,
    id: number,
    options?: { thread?: boolean | undefined; album?: boolean | undefined },
  ): Promise<string> {
    return messageLink(this.#session, chat, id, options)
  }

  // ---- making, joining, leaving

  /** Makes a basic group: `const { id } = await chats.createGroup('Walkers', ['@ann', '@bob'])`. */
  createGroup(title: string, members: readonly PeerLike[]): Promise<CreatedGroup> {
    return createGroup(this.#session, title, members)
  }

  /**
   * Makes a channel, supergroup or forum:
   * `const { id } = await chats.createChannel({ kind: 'supergroup', title: 'Garden' })`.
   */
  createChannel(channel: NewChannel): Promise<CreatedChannel> {
    return createChannel(this.#session, channel)
  }

  /** Joins a public channel or supergroup, or any chat by an invite link: `await chats.join('https://t.me/+AbCdEf')`. */
  join(where: PeerLike): Promise<membership.JoinResult> {
    return membership.join(this.#session, where)
  }

  /** What is behind an invite link, without joining: `(await chats.inviteInfo('https://t.me/+AbCdEf')).title`. */
  inviteInfo(link: string): Promise<membership.InviteInfo> {
    return membership.inviteInfo(this.#session, link)
  }

  /** Leaves a group or channel: `chats.leave('@news')`. */
  leave(chat: PeerLike): Promise<void> {
    return membership.leave(this.#session, chat)
  }

  /** Deletes a group or channel for all its members: `chats.delete(id)`. */
  delete(chat: PeerLike): Promise<void> {
    return membership.deleteChat(this.#session, chat)
  }

  /** Makes a supergroup of a basic group, for good; gives the new marked id: `const id = await chats.upgrade(group)`. */
  upgrade(group: PeerLike): Promise<number> {
    return settings.upgradeGroup(this.#session, group)
  }

  // ---- invite links

  /**
   * Makes an invite link (https://core.telegram.org/api/invites):
   * `const { link } = await chats.createInviteLink(id, { requestNeeded: true })`.
   */
  createInviteLink(chat: PeerLike, options?: links.InviteLinkOptions): Promise<tl.chatInviteExported> {
    return links.createInviteLink(this.#session, chat, options)
  }

  /** Changes an invite link; what is left out stays: `chats.editInviteLink(id, link, { title: 'for friends' })`. */
  editInviteLink(
    chat: PeerLike,
    link: string,
    options: links.InviteLinkOptions,
  ): Promise<tl.chatInviteExported> {
    return links.editInviteLink(this.#session, chat, link, options)
  }

  /** Makes a link void, and gives the new one if it was the main link of the chat: `chats.revokeInviteLink(id, link)`. */
  revokeInviteLink(chat: PeerLike, link: string): Promise<tl.chatInviteExported | undefined> {
    return links.revokeInviteLink(this.#session, chat, link)
  }

  /** Deletes a link that was revoked: `chats.deleteInviteLink(id, link)`. */
  deleteInviteLink(chat: PeerLike, link: string): Promise<void> {
    return links.deleteInviteLink(this.#session, chat, link)
  }

  /**
   * Walks through the invite links of a chat that this account, or another administrator, has made:
   * `for await (const { link } of chats.inviteLinks(id)) …`.
   */
  inviteLinks(
    chat: PeerLike,
    options?: { by?: PeerLike | undefined; revoked?: boolean | undefined },
  ): AsyncGenerator<tl.chatInviteExported, void, undefined> {
    return links.inviteLinks(this.#session, chat, options)
  }

  /**
   * Those who came by invite links, or ask to:
   * `for await (const { userId } of chats.importers(id, { requested: true })) …`.
   */
  importers(
    chat: PeerLike,
    options?: links.ImportersOptions,
  ): AsyncGenerator<links.Importer, void, undefined> {
    return links.importers(this.#session, chat, options)
  }

  /** Lets somebody in who asks to join, or not: `chats.answerJoinRequest(id, userId, true)`. */
  answerJoinRequest(chat: PeerLike, user: PeerLike, approved: boolean): Promise<void> {
    return links.answerJoinRequest(this.#session, chat, user, approved)
  }

  /**
   * Accepts or declines all requests to join, or those that came by one link:
   * `chats.answerAllJoinRequests(id, true, { link })`.
   */
  answerAllJoinRequests(
    chat: PeerLike,
    approved: boolean,
    options?: { link?: string | undefined },
  ): Promise<void> {
    return links.answerAllJoinRequests(this.#session, chat, approved, options)
  }

  // ---- members and their rights

  /**
   * Walks through the members of a group or channel:
   * `for await (const { id, role } of chats.members(group, { kind: 'admins' })) …`.
   */
  members(chat: PeerLike, options?: MembersOptions): AsyncGenerator<Member, void, undefined> {
    return members(this.#session, chat, options)
  }

  /**
   * One member, with role and rights: `(await chats.getMember(id, '@ann')).role`.
   * @throws RpcError `USER_NOT_PARTICIPANT`.
   */
  getMember(chat: PeerLike, who: PeerLike): Promise<Member> {
    return getMember(this.#session, chat, who)
  }

  /**
   * Adds users; gives the ids of those who could not be added because of their privacy settings:
   * `const refused = await chats.addMembers(id, ['@ann', '@bob'])`.
   */
  addMembers(chat: PeerLike, users: readonly PeerLike[], options?: AddMembersOptions): Promise<number[]> {
    return addMembers(this.#session, chat, users, options)
  }

  /**
   * Makes a member an administrator, or changes the rights of one; with the usual rights if none are given:
   * `chats.setAdmin(id, '@ann', { rights: { banUsers: true }, rank: 'guard' })`.
   */
  setAdmin(
    chat: PeerLike,
    user: PeerLike,
    options?: { rights?: rights.AdminRights | undefined; rank?: string | undefined },
  ): Promise<void> {
    return rights.setAdmin(this.#session, chat, user, options)
  }

  /** Makes an administrator a plain member: `chats.removeAdmin(id, '@ann')`. */
  removeAdmin(chat: PeerLike, user: PeerLike): Promise<void> {
    return rights.removeAdmin(this.#session, chat, user)
  }

  /**
   * Hands a channel or supergroup over; proven by the account's password: `chats.transferOwnership(id, '@ann', password)`.
   */
  transferOwnership(chat: PeerLike, to: PeerLike, password: string): Promise<void> {
    return rights.transferOwnership(this.#session, chat, to, password)
  }

  /**
   * Forbids a member of a supergroup to do these things:
   * `chats.restrict(id, '@ann', { sendMedia: true }, { until: tomorrow })`.
   */
  restrict(
    chat: PeerLike,
    member: PeerLike,
    forbidden: rights.BannedRights,
    options?: { until?: Date | undefined },
  ): Promise<void> {
    return rights.restrict(this.#session, chat, member, forbidden, options)
  }

  /** Removes somebody, who cannot come back: `chats.ban(id, '@ann', { deleteMessages: true })`. */
  ban(chat: PeerLike, member: PeerLike, options?: rights.BanOptions): Promise<void> {
    return rights.ban(this.#session, chat, member, options)
  }

  /** Lifts a ban and all restrictions; the person does not come back by that: `chats.unban(id, '@ann')`. */
  unban(chat: PeerLike, member: PeerLike): Promise<void> {
    return rights.unban(this.#session, chat, member)
  }

  /** Removes somebody, who may come back: `chats.kick(id, '@ann')`. */
  kick(chat: PeerLike, member: PeerLike): Promise<void> {
    return rights.kick(this.#session, chat, member)
  }

  /** What all members that are no administrators may not do: `chats.setDefaultRights(id, { sendPolls: true })`. */
  setDefaultRights(chat: PeerLike, forbidden: rights.BannedRights): Promise<void> {
    return rights.setDefaultRights(this.#session, chat, forbidden)
  }

  // ---- settings

  /** Sets the title: `chats.setTitle(id, 'Night walkers')`. */
  setTitle(chat: PeerLike, title: string): Promise<void> {
    return settings.setTitle(this.#session, chat, title)
  }

  /** Sets the description: `chats.setAbout(id, 'after dark')`. */
  setAbout(chat: PeerLike, about: string): Promise<void> {
    return settings.setAbout(this.#session, chat, about)
  }

  /** Sets the photo; null takes it away: `chats.setPhoto(id, 'group.jpg')`. */
  setPhoto(
    chat: PeerLike,
    photo: MediaSource | null,
    options?: { signal?: AbortSignal | undefined },
  ): Promise<void> {
    return settings.setPhoto(this.#session, chat, photo, options)
  }

  /**
   * Makes a channel or supergroup public under this name; an empty one makes it private:
   * `chats.setUsername(id, 'my_news')`.
   */
  setUsername(chat: PeerLike, username: string): Promise<void> {
    return settings.setChatUsername(this.#session, chat, username)
  }

  /** 0, 10, 30, 60, 300, 900 or 3600 seconds between two messages of a member: `chats.setSlowMode(id, 30)`. */
  setSlowMode(chat: PeerLike, seconds: number): Promise<void> {
    return settings.setSlowMode(this.#session, chat, seconds)
  }

  /** Messages are deleted after so many seconds; 0 keeps them: `chats.setAutoDelete(id, 7 * 86_400)`. */
  setAutoDelete(chat: PeerLike, seconds: number): Promise<void> {
    return settings.setAutoDelete(this.#session, chat, seconds)
  }

  /** Whether messages are kept from being forwarded and saved: `chats.setProtected(id, true)`. */
  setProtected(chat: PeerLike, protect: boolean): Promise<void> {
    return settings.setProtected(this.#session, chat, protect)
  }

  /** Whether new members see what was said before they came: `chats.setHistoryVisible(id, false)`. */
  setHistoryVisible(chat: PeerLike, visible: boolean): Promise<void> {
    return settings.setHistoryVisible(this.#session, chat, visible)
  }

  /** Whether posts of a channel show who wrote them: `chats.setSignatures('@news', true)`. */
  setSignatures(chat: PeerLike, signed: boolean): Promise<void> {
    return settings.setSignatures(this.#session, chat, signed)
  }

  /** Whether who joins a public group must be accepted first: `chats.setJoinRequests(id, true)`. */
  setJoinRequests(chat: PeerLike, needed: boolean): Promise<void> {
    return settings.setJoinRequests(this.#session, chat, needed)
  }

  /** Whether a supergroup has topics: `chats.setForum(id, true)`. */
  setForum(chat: PeerLike, forum: boolean): Promise<void> {
    return settings.setForum(this.#session, chat, forum)
  }

  /**
   * Makes a supergroup the place for comments on a channel's posts; null takes that away:
   * `chats.setDiscussionGroup('@news', group)`.
   */
  setDiscussionGroup(channel: PeerLike, group: PeerLike | null): Promise<void> {
    return settings.setDiscussionGroup(this.#session, channel, group)
  }

  /** Which reactions the chat allows, by emoji and ids of custom ones: `chats.setAvailableReactions(id, ['👍', '❤'])`. */
  setAvailableReactions(
    chat: PeerLike,
    reactions: 'all' | 'none' | readonly (string | bigint)[],
  ): Promise<void> {
    return settings.setAvailableReactions(this.#session, chat, reactions)
  }

  // ---- topics of forums

  /**
   * Walks through the topics of a forum, the most recent first:
   * `for await (const { id, title } of chats.topics(forum)) …`.
   */
  topics(
    forum: PeerLike,
    options?: { query?: string | undefined; limit?: number | undefined },
  ): AsyncGenerator<tl.forumTopic, void, undefined> {
    return topics.topics(this.#session, forum, options)
  }

  /** Topics of a forum by their ids: `const [topic] = await chats.getTopics(forum, [7])`. */
  getTopics(forum: PeerLike, ids: readonly number[]): Promise<tl.forumTopic[]> {
    return topics.getTopics(this.#session, forum, ids)
  }

  /**
   * Makes a topic and gives its id, for the `topic` option of sends:
   * `const topic = await chats.createTopic(forum, { title: 'First steps' })`.
   */
  createTopic(forum: PeerLike, topic: topics.NewTopic): Promise<number> {
    return topics.createTopic(this.#session, forum, topic)
  }

  /** Changes a topic (title, icon, closed, hidden): `chats.editTopic(forum, topic, { closed: true })`. */
  editTopic(forum: PeerLike, topicId: number, change: topics.TopicChange): Promise<void> {
    return topics.editTopic(this.#session, forum, topicId, change)
  }

  /** Pins a topic, or takes it down: `chats.pinTopic(forum, topic)`. */
  pinTopic(forum: PeerLike, topicId: number, pinned?: boolean): Promise<void> {
    return topics.pinTopic(this.#session, forum, topicId, pinned)
  }

  /** Deletes a topic with all its messages: `chats.deleteTopic(forum, topic)`. */
  deleteTopic(forum: PeerLike, topicId: number): Promise<void> {
    return topics.deleteTopic(this.#session, forum, topicId)
  }
}
