/** Groups, channels, forums, the list of conversations, contacts and the profile, against a box. */
import { PeerError, type Session, type tl } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, newBox, newHost, usernameOf } from '../fixture.ts'

interface Three {
  ann: Session
  bob: Session
  cat: Session
  toAnn: string
  toBob: string
  toCat: string
}

async function three(): Promise<Three> {
  const telegram = newHost(await newBox())
  const [ann, bob, cat] = await Promise.all([
    account(telegram, 'Ann', 1),
    account(telegram, 'Bobby', 2),
    account(telegram, 'Cathy', 3),
  ])
  const [toAnn, toBob, toCat] = await Promise.all([usernameOf(ann), usernameOf(bob), usernameOf(cat)])
  return { ann, bob, cat, toAnn, toBob, toCat }
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of from) found.push(one)
  return found
}

/** The beginning of a JPEG that says how large it is. */
const jpeg = Uint8Array.from([
  0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 1, 0, 1, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9,
])

describe('chats', () => {
  test('a basic group: members, rights, settings, upgrade', async () => {
    const { ann, bob, cat, toBob, toCat } = await three()
    const { id, missing } = await ann.chats.createGroup('Group', [toBob])
    expect(missing).toEqual([])
    await ann.chats.addMembers(id, [toCat])
    expect((await all(ann.chats.members(id))).map((one) => [one.id, one.role])).toEqual([
      [ann.userId, 'creator'],
      [bob.userId, 'member'],
      [cat.userId, 'member'],
    ])
    await ann.chats.setAdmin(id, toBob)
    expect(await all(ann.chats.members(id, { kind: 'admins' }))).toHaveLength(2)
    expect(await ann.chats.getMember(id, toBob)).toMatchObject({ role: 'admin' })
    await bob.chats.setTitle(id, 'Renamed')
    await ann.chats.setAbout(id, 'about us')
    await ann.chats.setPhoto(id, jpeg)
    expect(await ann.chats.get(id)).toMatchObject({ title: 'Renamed', photo: { _: 'chatPhoto' } })
    expect(await ann.media.downloadProfilePhoto(id)).toEqual(jpeg)
    expect(await ann.chats.getFull(id)).toMatchObject({ about: 'about us' })
    expect((await ann.chats.common(toBob)).map(({ title }) => title)).toEqual(['Renamed'])
    await ann.chats.ban(id, toCat)
    await bob.chats.leave(id)
    expect(await ann.chats.getMember(id, toBob)).toMatchObject({ role: 'left' })
    const upgraded = await ann.chats.upgrade(id)
    expect(upgraded).toBeLessThan(-1_000_000_000_000)
    await ann.sendMessage(upgraded, 'in the supergroup')
    await expect(ann.chats.upgrade(upgraded)).rejects.toMatchObject({ code: 'ALREADY_UPGRADED' })
  })

  test('a supergroup: rights, bans, slow mode, links, requests', async () => {
    const { ann, bob, cat, toAnn, toBob, toCat } = await three()
    const { id, channel } = await ann.chats.createChannel({
      kind: 'supergroup',
      title: 'Super',
      about: 'all of us',
      members: [toBob],
    })
    expect(channel.megagroup).toBe(true)
    expect(await ann.chats.getFull(id)).toMatchObject({ about: 'all of us', participantsCount: 2 })
    await ann.chats.setAdmin(id, toBob, { rights: { banUsers: true, inviteUsers: true }, rank: 'guard' })
    expect(await ann.chats.getMember(id, toBob)).toMatchObject({
      role: 'admin',
      rank: 'guard',
      rights: { banUsers: true },
    })
    await ann.chats.setSlowMode(id, 30)
    await ann.chats.setSlowMode(id, 0)

    const link = await ann.chats.createInviteLink(id, { title: 'for cats', requestNeeded: true })
    expect(await cat.chats.inviteInfo(link.link)).toMatchObject({
      title: 'Super',
      kind: 'supergroup',
      requestNeeded: true,
    })
    expect(await cat.chats.join(link.link)).toEqual({ type: 'requested' })
    const [request] = await all(ann.chats.importers(id, { requested: true }))
    expect(request).toMatchObject({ userId: cat.userId })
    await ann.chats.answerJoinRequest(id, toCat, true)
    expect(await ann.chats.getMember(id, toCat)).toMatchObject({ role: 'member' })
    expect(await cat.chats.join(link.link)).toMatchObject({ type: 'joined', id })

    await ann.chats.restrict(id, toCat, { sendMessages: true }, { until: new Date(Date.now() + 3_600_000) })
    await expect(cat.sendMessage(id, 'may I?')).rejects.toMatchObject({ code: expect.any(String) })
    expect(await ann.chats.getMember(id, toCat)).toMatchObject({
      role: 'restricted',
      banned: { sendMessages: true },
    })
    await ann.chats.unban(id, toCat)
    await cat.sendMessage(id, 'now I may')
    await bob.chats.kick(id, toCat)
    expect(await ann.chats.getMember(id, toCat)).toMatchObject({ role: 'left' })
    await ann.chats.ban(id, toCat)
    expect((await all(ann.chats.members(id, { kind: 'banned' }))).map((one) => one.id)).toEqual([cat.userId])

    const permanent = await ann.chats.createInviteLink(id)
    const next = await ann.chats.revokeInviteLink(id, permanent.link)
    expect(next?.link).not.toBe(permanent.link)
    expect((await all(ann.chats.inviteLinks(id))).map(({ link }) => link)).toContain(link.link)
    await ann.chats.setDefaultRights(id, { sendPolls: true })
    expect(await ann.chats.get(id)).toMatchObject({ defaultBannedRights: { sendPolls: true } })
    await ann.chats.removeAdmin(id, toBob)
    expect(await ann.chats.getMember(id, toBob)).toMatchObject({ role: 'member' })
    expect(await all(bob.chats.members(id, { query: 'ann' }))).toMatchObject([{ id: ann.userId }])
    await expect(ann.chats.setSlowMode(toBob, 10)).rejects.toBeInstanceOf(PeerError)
    expect(toAnn).toMatch(/^@ann/)
  })

  test('a channel with comments: public name, join, leave, signatures, link, delete', async () => {
    const { ann, bob } = await three()
    const { id } = await ann.chats.createChannel({ kind: 'channel', title: 'News' })
    const group = await ann.chats.createChannel({ kind: 'supergroup', title: 'Talk' })
    await ann.chats.setDiscussionGroup(id, group.id)
    expect(await ann.chats.getFull(id)).toMatchObject({
      linkedChatId: -group.id - 1_000_000_000_000,
    })
    await ann.chats.setUsername(id, 'our_news_channel')
    await ann.chats.setSignatures(id, true)
    expect(await bob.chats.join('@our_news_channel')).toMatchObject({ type: 'joined', id })
    const post = await ann.sendMessage(id, 'first post')
    expect(await ann.chats.messageLink(id, post.id)).toBe(`https://t.me/our_news_channel/${post.id}`)
    await expect(bob.sendMessage(id, 'me too')).rejects.toMatchObject({ code: 'CHAT_ADMIN_REQUIRED' })
    await bob.chats.leave(id)
    expect((await bob.getChats()).map((chat) => chat.id)).not.toContain(id)
    await ann.chats.delete(id)
    await expect(ann.chats.getFull(id)).rejects.toMatchObject({ code: expect.stringMatching(/CHANNEL/) })
  })

  test('how long messages are kept, and which reactions are allowed', async () => {
    const { ann, bob, toBob } = await three()
    const group = (await ann.chats.createGroup('Small', [toBob])).id
    const channel = (await ann.chats.createChannel({ kind: 'supergroup', title: 'Large', members: [toBob] }))
      .id
    for (const id of [group, channel]) {
      await expect(bob.chats.setAutoDelete(id, 86_400)).rejects.toMatchObject({ code: 'CHAT_ADMIN_REQUIRED' })
      await ann.chats.setAutoDelete(id, 86_400)
      expect(await bob.chats.getFull(id)).toMatchObject({ ttlPeriod: 86_400 })
      await expect(ann.chats.setAutoDelete(id, 86_400)).rejects.toMatchObject({ code: 'CHAT_NOT_MODIFIED' })
      await ann.chats.setAutoDelete(id, 0)
      expect((await bob.chats.getFull(id)).ttlPeriod).toBeUndefined()

      const message = await ann.sendMessage(id, 'what do you say?')
      const [seen] = await bob.getHistory(id, { limit: 1 })
      const react = (emoji: string) => bob.messages.react(id, seen?.id ?? 0, emoji)
      await ann.chats.setAvailableReactions(id, ['👍'])
      expect(await bob.chats.getFull(id)).toMatchObject({
        availableReactions: { _: 'chatReactionsSome', reactions: [{ emoticon: '👍' }] },
      })
      await expect(react('❤️')).rejects.toMatchObject({ code: 'REACTION_INVALID' })
      await react('👍')
      await ann.chats.setAvailableReactions(id, 'none')
      await expect(ann.messages.react(id, message.id, '👍')).rejects.toMatchObject({
        code: 'REACTION_INVALID',
      })
      await ann.chats.setAvailableReactions(id, 'all')
      await react('❤️')
    }
    await ann.chats.setAutoDelete(toBob, 3600)
    expect(await ann.chats.getFullUser(toBob)).toMatchObject({ ttlPeriod: 3600 })
    expect(await bob.chats.getFullUser(ann.userId ?? 0)).toMatchObject({ ttlPeriod: 3600 })
  })

  test('a basic group is deleted for all by who made it', async () => {
    const { ann, bob, toBob } = await three()
    const { id } = await ann.chats.createGroup('Short', [toBob])
    await expect(bob.chats.delete(id)).rejects.toMatchObject({ code: 'CHAT_ADMIN_REQUIRED' })
    await ann.chats.delete(id)
    expect(await bob.chats.get(id)).toMatchObject({ _: 'chatForbidden' })
    await expect(bob.sendMessage(id, 'anybody here?')).rejects.toMatchObject({ code: expect.any(String) })
  })

  test('messages are deleted in a channel that is known from a message only', async () => {
    const { ann, toBob } = await three()
    const { id } = await ann.chats.createChannel({ kind: 'channel', title: 'News' })
    const post = await ann.sendMessage(id, 'a post')
    // Ids of private messages begin at 1 as well: these must stay.
    for (let i = 0; i < 3; i++) await ann.sendMessage(toBob, 'to stay')
    const forwarded = (await ann.forwardMessages(id, [post.id], 'me'))[0]
    if (forwarded === undefined) throw new Error('nothing was forwarded')
    const seen: tl.inputPeerChannelFromMessage = {
      _: 'inputPeerChannelFromMessage',
      peer: { _: 'inputPeerSelf' },
      msgId: forwarded.id,
      channelId: -(id + 1_000_000_000_000),
    }
    await ann.deleteMessages(seen, [post.id])
    expect(await ann.messages.get(id, post.id)).toBeUndefined()
    expect((await ann.getHistory(toBob)).filter((m) => m._ === 'message')).toHaveLength(3)
    expect(await ann.messages.get('me', forwarded.id)).toBeDefined()
  })

  test('a forum: topics, messages in them, their end', async () => {
    const { ann } = await three()
    const { id } = await ann.chats.createChannel({ kind: 'forum', title: 'Forum' })
    const one = await ann.chats.createTopic(id, { title: 'One' })
    const two = await ann.chats.createTopic(id, { title: 'Two' })
    const sent = await ann.sendMessage(id, 'in topic one', { topic: one })
    expect(sent.replyTo).toMatchObject({ forumTopic: true })
    await ann.sendMessage(id, 'an answer there', { topic: one, replyTo: sent.id })
    expect((await all(ann.messages.replies(id, one))).map((m) => m._ === 'message' && m.message)).toEqual(
      expect.arrayContaining(['in topic one', 'an answer there']),
    )
    expect((await all(ann.chats.topics(id))).map(({ title }) => title)).toEqual(
      expect.arrayContaining(['One', 'Two']),
    )
    await ann.chats.editTopic(id, two, { title: 'Second', closed: true })
    await ann.chats.pinTopic(id, two)
    expect(await ann.chats.getTopics(id, [two])).toMatchObject([
      { title: 'Second', closed: true, pinned: true },
    ])
    await ann.chats.deleteTopic(id, two)
    expect(await ann.chats.getTopics(id, [two])).toEqual([])
  })
})

describe('the list of conversations', () => {
  test('pages, pins, archive, folders', async () => {
    const { ann, bob, toBob, toCat } = await three()
    const groups: number[] = []
    for (const name of ['a', 'b', 'c']) groups.push((await ann.chats.createGroup(name, [toBob])).id)
    await ann.sendMessage(toBob, 'hi')
    await ann.sendMessage(toCat, 'hi')
    const ids = async (range?: Parameters<typeof ann.chats.all>[0]) =>
      (await all(ann.chats.all(range))).map((chat) => chat.id)
    const [a, b, c] = groups
    await ann.chats.archive(a ?? 0)
    await ann.chats.pin(b ?? 0)
    expect((await ids())[0]).toBe(b)
    expect(new Set(await ids({ limit: 3 })).size).toBe(3)
    expect(await ids()).not.toContain(a)
    expect(await ids({ archived: true })).toEqual([a])
    expect(await ids({ pinned: 'only' })).toEqual([b])
    expect(await ids({ pinned: 'exclude' })).not.toContain(b)
    expect(await ann.chats.of([toBob])).toMatchObject([{ id: bob.userId, title: 'Bobby' }])

    const folder = await ann.chats.saveFolder({
      title: 'Groups',
      groups: true,
      exclude: [c ?? 0],
      include: [toBob],
    })
    expect(await ann.chats.folders()).toMatchObject([{ id: folder.id, title: { text: 'Groups' } }])
    const inFolder = (await all(ann.chats.inFolder(folder))).map((chat) => chat.id)
    expect(inFolder.toSorted()).toEqual([a, b, bob.userId].toSorted())
    await ann.chats.deleteFolder(folder.id)
    expect(await ann.chats.folders()).toEqual([])
    await ann.chats.archive(a ?? 0, false)
    expect(await ids()).toContain(a)
    await ann.chats.clearHistory(toCat)
    expect(await ann.getHistory(toCat)).toEqual([])
  })
})

describe('contacts', () => {
  test('add, rename, search, block, delete', async () => {
    const { ann, bob, cat, toBob, toCat } = await three()
    await ann.contacts.add(toBob, { firstName: 'Robert' })
    expect((await ann.contacts.list()).map(({ firstName }) => firstName)).toEqual(['Robert'])
    const found = await ann.contacts.search('robert')
    expect(found.known).toMatchObject([{ id: bob.userId }])
    expect((await ann.contacts.statuses()).has(bob.userId ?? 0)).toBe(true)
    await ann.contacts.block(toCat)
    expect(await all(ann.contacts.blocked())).toMatchObject([{ id: cat.userId }])
    await expect(ann.sendMessage(toCat, 'hi')).rejects.toMatchObject({ code: 'YOU_BLOCKED_USER' })
    await ann.contacts.unblock(toCat)
    expect(await all(ann.contacts.blocked())).toEqual([])
    await ann.contacts.delete([toBob])
    expect(await ann.contacts.list()).toEqual([])
  })
})

describe('the account', () => {
  test('profile, photo, presence', async () => {
    const { ann, bob, toAnn } = await three()
    await ann.account.updateProfile({ lastName: 'Smith', about: 'hello' })
    expect(await bob.chats.get(toAnn)).toMatchObject({ firstName: 'Ann', lastName: 'Smith' })
    expect(await bob.chats.getFullUser(toAnn)).toMatchObject({ about: 'hello' })
    const photo = await ann.account.setPhoto(jpeg)
    expect(photo._).toBe('photo')
    expect(await bob.media.downloadProfilePhoto(toAnn)).toEqual(jpeg)
    expect(await all(bob.account.photos(toAnn))).toHaveLength(1)
    await ann.account.deletePhotos()
    expect(await all(ann.account.photos())).toEqual([])
    expect(await ann.account.isUsernameFree('@surely_free_name')).toBe(true)
    await expect(ann.account.isUsernameFree('!')).rejects.toMatchObject({ code: 'USERNAME_INVALID' })
    expect(await ann.account.setUsername('surely_free_name')).toMatchObject({ username: 'surely_free_name' })
    expect(await ann.account.getMe()).toMatchObject({ username: 'surely_free_name' })
    await ann.account.setOnline(true)
    expect(await bob.chats.get('@surely_free_name')).toMatchObject({ status: { _: 'userStatusOnline' } })
    await ann.account.setOnline(false)
  })

  test('an emoji beside the name', async () => {
    const { ann, bob, toAnn } = await three()
    await bob.chats.get(toAnn)
    await ann.account.setEmojiStatus(5n, { until: new Date(2_000_000_000_000) })
    expect(await bob.chats.get(toAnn)).toMatchObject({
      emojiStatus: { _: 'emojiStatus', documentId: 5n, until: 2_000_000_000 },
    })
    await ann.account.setEmojiStatus(undefined)
    expect((await bob.chats.get(toAnn)) as tl.user).not.toHaveProperty('emojiStatus')
  })

  test('privacy', async () => {
    const { ann, bob, toAnn, toBob, toCat } = await three()
    await ann.account.setOnline(true)
    const setting = await ann.account.setPrivacy('lastSeen', { who: 'nobody', always: [toCat] })
    expect(setting).toMatchObject({ who: 'nobody', always: [expect.any(Number)], never: [] })
    expect(await ann.account.getPrivacy('lastSeen')).toEqual(setting)
    expect(await bob.chats.get(toAnn)).not.toMatchObject({ status: { _: 'userStatusOnline' } })
    expect(await ann.account.setPrivacy('groupInvites', { who: 'contacts', never: [toBob] })).toMatchObject({
      who: 'contacts',
      never: [bob.userId],
    })
    await expect(ann.account.setPrivacy('calls', { who: 'nobody', always: ['me'] })).rejects.toBeInstanceOf(
      PeerError,
    )
  })

  test('notifications, and a takeout', async () => {
    const { ann, toBob } = await three()
    await ann.sendMessage(toBob, 'to be exported')
    await ann.account.mute(toBob, 'forEver')
    expect(await ann.account.getNotifySettings(toBob)).toMatchObject({ muteUntil: 0x7fffffff })
    await ann.account.mute(toBob, null)
    const texts = await ann.account.takeout({ privateChats: true }, async (takeout) => {
      const found: string[] = []
      for await (const page of takeout.messages.backfill(toBob)) {
        for (const message of page.messages) if (message._ === 'message') found.push(message.message)
      }
      expect((await takeout.chats.list()).length).toBeGreaterThan(0)
      return found
    })
    expect(texts).toEqual(['to be exported'])
  })
})
