/** Chapter 5, continued: contacts, and the account itself. */
import assert from 'node:assert/strict'
import { step } from '../demo/transcript.ts'
import { all, BOB, type Company, picture } from './company.ts'

export async function account({ ann, bob }: Company): Promise<void> {
  await step('contacts: imported by their numbers', async () => {
    const found = await ann.contacts.import([
      { phone: `+${BOB}`, firstName: 'Bob', lastName: 'of the tour' },
      { phone: '+9996620222', firstName: 'Nobody' },
    ])
    assert.deepEqual(
      found.map(({ id, lastName }) => [id, lastName]),
      [[bob.userId, 'of the tour']],
    )
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

  await step('profile: names, and what is said of oneself', async () => {
    await ann.account.updateProfile({ firstName: 'Annie', lastName: 'Tour', about: 'just looking' })
    assert.equal((await ann.account.getMe()).firstName, 'Annie')
    assert.equal((await bob.chats.getFullUser('@ann_tour')).about, 'just looking')
    await ann.account.updateProfile({ firstName: 'Ann' })
  })

  await step('username: free or not, taken, and the old one taken again', async () => {
    assert.equal(await ann.account.isUsernameFree('ann_on_tour'), true)
    await ann.account.setUsername('ann_on_tour')
    assert.equal((await bob.chats.get('@ann_on_tour')).id, ann.userId)
    await ann.account.setUsername('ann_tour')
  })

  await step('profile photos: set, seen by others, listed, deleted', async () => {
    const [first, second] = [
      await ann.account.setPhoto(picture(300, 300)),
      await ann.account.setPhoto(picture(200, 200)),
    ]
    assert(await bob.media.downloadProfilePhoto('@ann_tour'))
    const photos = await all(ann.account.photos())
    assert.deepEqual(
      photos.map(({ id }) => id),
      [second.id, first.id],
    )
    assert.equal((await all(bob.account.photos('@ann_tour', { limit: 1 }))).length, 1)
    await ann.account.deletePhotos(photos)
    assert.deepEqual(await all(ann.account.photos()), [])
  })

  await step('presence, and an emoji beside the name', async () => {
    const statusOfAnn = async () => {
      const user = await bob.chats.get('@ann_tour')
      return user._ === 'user' ? [user.status?._, user.emojiStatus?._] : []
    }
    await ann.account.setOnline(true)
    await ann.account.setEmojiStatus(5n)
    assert.deepEqual(await statusOfAnn(), ['userStatusOnline', 'emojiStatus'])
    await ann.account.setOnline(false)
    await ann.account.setEmojiStatus(undefined)
    assert.deepEqual(await statusOfAnn(), ['userStatusOffline', undefined])
  })

  await step('privacy and notifications', async () => {
    const setting = await ann.account.setPrivacy('lastSeen', { who: 'contacts', never: ['@bob_tour'] })
    assert.deepEqual([setting.who, setting.never], ['contacts', [bob.userId]])
    await ann.account.mute('@bob_tour', new Date(Date.now() + 3_600_000))
    assert(((await ann.account.getNotifySettings('@bob_tour')).muteUntil ?? 0) > Date.now() / 1000)
    await ann.account.mute('@bob_tour', null)
  })
}
