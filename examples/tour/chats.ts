/** Chapter 5: groups, channels, forums, contacts, the account. */
import assert from 'node:assert/strict'
import { step } from '../demo/transcript.ts'
import { all, type Company, picture, textsOf } from './company.ts'

export async function chats({ ann, bob }: Company): Promise<void> {
  await step('a group: members, administrators, title, photo, about', async () => {
    const { id } = await ann.chats.createGroup('Walkers', ['@bob_tour'])
    await ann.chats.addMembers(id, ['@carol_tour'])
    await ann.chats.setAdmin(id, '@bob_tour')
    await bob.chats.setTitle(id, 'Night walkers')
    await ann.chats.setPhoto(id, picture(200, 200))
    await ann.chats.setAbout(id, 'after dark')
    const roles = (await all(ann.chats.members(id))).map(({ role }) => role)
    assert.deepEqual(roles, ['creator', 'admin', 'member'])
    assert(await ann.media.downloadProfilePhoto(id))
  })

  await step('made a supergroup, with slow mode', async () => {
    const { id } = await ann.chats.createGroup('Small', ['@bob_tour'])
    const large = await ann.chats.upgrade(id)
    await ann.chats.setSlowMode(large, 30)
    await ann.chats.setSlowMode(large, 0)
    await ann.chats.delete(large)
  })

  await step('invite links, requests to join, rights, restrictions, bans', async () => {
    const { id } = await ann.chats.createChannel({ kind: 'supergroup', title: 'By invitation' })
    const { link } = await ann.chats.createInviteLink(id, { requestNeeded: true })
    assert.equal((await bob.chats.inviteInfo(link)).title, 'By invitation')
    assert.equal((await bob.chats.join(link)).type, 'requested')
    await ann.chats.answerJoinRequest(id, '@bob_tour', true)
    await ann.chats.restrict(id, '@bob_tour', { sendMessages: true })
    assert.equal((await ann.chats.getMember(id, '@bob_tour')).role, 'restricted')
    await ann.chats.unban(id, '@bob_tour')
    await ann.chats.setAdmin(id, '@bob_tour', { rights: { banUsers: true }, rank: 'guard' })
    assert.equal((await ann.chats.getMember(id, '@bob_tour')).rank, 'guard')
    await ann.chats.ban(id, '@bob_tour')
    assert.equal((await ann.chats.getMember(id, '@bob_tour')).role, 'banned')
  })

  await step('channels: join by name, read, leave; a discussion group for one’s own', async () => {
    const joined = await ann.chats.join('https://t.me/tour_news')
    assert.equal(joined.type, 'joined')
    assert(
      (await ann.getHistory('@tour_news')).some((m) => m._ === 'message' && m.message === 'The tour begins'),
    )
    await ann.chats.leave('@tour_news')
    const { id } = await ann.chats.createChannel({ kind: 'channel', title: 'My news' })
    const talk = await ann.chats.createChannel({ kind: 'supergroup', title: 'My talk' })
    await ann.chats.setDiscussionGroup(id, talk.id)
    await ann.chats.setUsername(id, 'my_tour_news')
    const post = await ann.sendMessage(id, 'hear, hear')
    assert.equal(await ann.chats.messageLink(id, post.id), `https://t.me/my_tour_news/${post.id}`)
  })

  await step('forums: topics, and what is said in them', async () => {
    const { id } = await ann.chats.createChannel({ kind: 'forum', title: 'Help' })
    const topic = await ann.chats.createTopic(id, { title: 'First steps' })
    await ann.sendMessage(id, 'how do I begin?', { topic })
    assert(textsOf(await all(ann.messages.replies(id, topic))).includes('how do I begin?'))
    await ann.chats.editTopic(id, topic, { closed: true })
    const [there] = await ann.chats.getTopics(id, [topic])
    assert.equal(there?.closed, true)
  })

  await step('contacts: add, rename, find, block, delete', async () => {
    await ann.contacts.add('@bob_tour', { firstName: 'Robert' })
    assert.equal((await ann.contacts.search('robert')).known.length, 1)
    await ann.contacts.block('@carol_tour')
    assert.equal((await all(ann.contacts.blocked())).length, 1)
    await ann.contacts.unblock('@carol_tour')
    await ann.contacts.delete(['@bob_tour'])
    assert.deepEqual(await ann.contacts.list(), [])
  })

  await step('profile: names, username, photo, presence', async () => {
    await ann.account.updateProfile({ lastName: 'Tour', about: 'just looking' })
    assert.equal((await bob.chats.getFullUser('@ann_tour')).about, 'just looking')
    await ann.account.setPhoto(picture(300, 300))
    assert(await bob.media.downloadProfilePhoto('@ann_tour'))
    assert.equal(await ann.account.isUsernameFree('nobody_has_this'), true)
    await ann.account.setOnline(true)
    await ann.account.setOnline(false)
  })

  await step('privacy and notifications', async () => {
    const setting = await ann.account.setPrivacy('lastSeen', { who: 'contacts', never: ['@bob_tour'] })
    assert.deepEqual([setting.who, setting.never], ['contacts', [bob.userId]])
    await ann.account.mute('@bob_tour', new Date(Date.now() + 3_600_000))
    assert(((await ann.account.getNotifySettings('@bob_tour')).muteUntil ?? 0) > Date.now() / 1000)
    await ann.account.mute('@bob_tour', null)
  })
}
