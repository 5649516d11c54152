/** Chapter 5: groups, channels, forums. */
import assert from 'node:assert/strict'
import { step } from '../demo/transcript.ts'
import { all, arrivalsOf, type Company, picture, textsOf } from './company.ts'

export async function chats(company: Company): Promise<void> {
  const { ann, bob } = company
  await step('a private chat: who it is with, what is unread, its history cleared', async () => {
    const sent = await ann.sendMessage('@bob_tour', 'shall we walk?')
    await arrivalsOf(company, bob).text(sent.message)
    const [chat] = await bob.chats.of(['@ann_tour'])
    assert((chat?.unreadCount ?? 0) > 0)
    assert.equal((await bob.chats.getFullUser('@ann_tour')).id, ann.userId)
    await bob.chats.clearHistory('@ann_tour')
    assert.deepEqual(await bob.getHistory('@ann_tour'), [])
  })

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

  await step('a group left by a member, and deleted for all', async () => {
    const { id } = await ann.chats.createGroup('For an hour', ['@bob_tour', '@carol_tour'])
    await bob.chats.leave(id)
    assert.equal((await all(ann.chats.members(id))).length, 2)
    await ann.chats.delete(id)
    assert.equal((await ann.chats.get(id))._, 'chatForbidden')
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
    await ann.chats.unban(id, '@bob_tour')
    assert.equal((await ann.chats.getMember(id, '@bob_tour')).role, 'left')
  })

  await step('what may be done in a chat: rights of all, reactions, how long messages are kept', async () => {
    const { id } = await ann.chats.createChannel({ kind: 'supergroup', title: 'Rules' })
    await ann.chats.setDefaultRights(id, { sendPolls: true })
    await ann.chats.setAvailableReactions(id, ['👍'])
    await ann.chats.setAutoDelete(id, 86_400)
    const full = await ann.chats.getFull(id)
    assert.deepEqual([full.ttlPeriod, full.availableReactions?._], [86_400, 'chatReactionsSome'])
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
}
