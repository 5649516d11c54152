import { expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { differenceKnown, resultOfType, updatesKnown } from './older-layers.ts'

const updates: tl.updates = {
  _: 'updates',
  updates: [
    { _: 'updateChannel', channelId: 1 },
    { _: 'updatePinnedForumTopic', peer: { _: 'peerChannel', channelId: 1 }, topicId: 2 },
  ],
  users: [],
  chats: [],
  date: 1,
  seq: 1,
}
const old = (name: string) => name !== 'updatePinnedForumTopic'

it('gives older layers the result type they know', () => {
  const joined = { _: 'messages.chatInviteJoinResultOk', updates }
  expect(resultOfType('Updates', joined)).toBe(updates)
  expect(resultOfType('messages.ChatInviteJoinResult', joined)).toBe(joined)
  expect(resultOfType('Bool', true)).toBe(true)
})

it('leaves out updates that a layer has no name for, and keeps the sequence whole', () => {
  expect(updatesKnown(updates, () => true)).toBe(updates)
  expect(updatesKnown(updates, old)).toMatchObject({ updates: [{ _: 'updateChannel' }], seq: 1 })
  const pinned: tl.updatePinnedMessages = {
    _: 'updatePinnedMessages',
    peer: { _: 'peerUser', userId: 1 },
    messages: [1],
    pts: 7,
    ptsCount: 1,
  }
  expect(updatesKnown({ ...updates, updates: [pinned] }, () => false)).toMatchObject({
    updates: [{ _: 'updateDeleteMessages', messages: [], pts: 7, ptsCount: 1 }],
  })
})

it('does the same in differences', () => {
  const difference: tl.updates.difference = {
    _: 'updates.difference',
    newMessages: [],
    newEncryptedMessages: [],
    otherUpdates: updates.updates,
    chats: [],
    users: [],
    state: { _: 'updates.state', pts: 1, qts: 0, date: 1, seq: 1, unreadCount: 0 },
  }
  expect(differenceKnown(difference, old)).toMatchObject({ otherUpdates: [{ _: 'updateChannel' }] })
})
