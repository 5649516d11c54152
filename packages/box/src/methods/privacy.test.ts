import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { refusal, TestBox } from './box-world.testing.ts'

function couple() {
  const box = new TestBox()
  const [ann, bob] = [box.user({ firstName: 'Ann' }), box.user({ firstName: 'Bob', username: 'bobby' })]
  return { box, ann, bob, a: box.signedIn(ann), b: box.signedIn(bob) }
}

describe('privacy', () => {
  it('shows the phone number to contacts of its owner, and to others as set', () => {
    const { a, b, ann, bob } = couple()
    const seen = () => {
      const user = a.call({ _: 'contacts.resolveUsername', username: 'bobby' }).users[0]
      return user?._ === 'user' ? user.phone : 'nobody'
    }
    expect(seen()).toBeUndefined()
    b.call({ _: 'contacts.addContact', id: b.inputUser(ann), firstName: 'A', lastName: '', phone: '' })
    expect(seen()).toBe(bob.phone)
    const set = (...rules: tl.InputPrivacyRule[]) =>
      b.call({ _: 'account.setPrivacy', key: { _: 'inputPrivacyKeyPhoneNumber' }, rules })
    set({ _: 'inputPrivacyValueDisallowAll' })
    expect(seen()).toBeUndefined()
    set(
      { _: 'inputPrivacyValueDisallowAll' },
      { _: 'inputPrivacyValueAllowUsers', users: [b.inputUser(ann)] },
    )
    expect(seen()).toBe(bob.phone)
    expect(b.call({ _: 'account.getPrivacy', key: { _: 'inputPrivacyKeyPhoneNumber' } })).toMatchObject({
      rules: [{ _: 'privacyValueDisallowAll' }, { _: 'privacyValueAllowUsers', users: [ann.id] }],
      users: [{ id: ann.id }],
    })
  })

  it('hides when one was last seen, and keeps one out of groups', () => {
    const { a, b, bob } = couple()
    const set = (key: tl.InputPrivacyKey) =>
      b.call({ _: 'account.setPrivacy', key, rules: [{ _: 'inputPrivacyValueDisallowAll' }] })
    const status = () => {
      const [user] = a.call({ _: 'users.getUsers', id: [a.inputUser(bob)] })
      return user?._ === 'user' ? user.status?._ : undefined
    }
    b.call({ _: 'account.updateStatus', offline: false })
    expect(status()).toBe('userStatusOnline')
    set({ _: 'inputPrivacyKeyStatusTimestamp' })
    expect(status()).toBe('userStatusRecently')
    set({ _: 'inputPrivacyKeyChatInvite' })
    const made = a.call({ _: 'channels.createChannel', title: 'T', about: '', megagroup: true })
    const channel = made._ === 'updates' ? made.chats[0] : undefined
    if (channel?._ !== 'channel') throw new Error('no channel')
    const input = { _: 'inputChannel', channelId: channel.id, accessHash: channel.accessHash ?? 0n } as const
    expect(
      a.call({ _: 'channels.inviteToChannel', channel: input, users: [a.inputUser(bob)] }),
    ).toMatchObject({
      missingInvitees: [{ userId: bob.id }],
    })
    expect(refusal(() => b.call({ _: 'channels.joinChannel', channel: input }))).toBe('400 CHANNEL_INVALID')
  })
})
