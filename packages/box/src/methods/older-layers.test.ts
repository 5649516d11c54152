import { expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { inLayer } from './older-layers.ts'

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
const all = () => true
const old = (name: string) => name !== 'updatePinnedForumTopic'

it('gives older layers the result type they know', () => {
  const joined = { _: 'messages.chatInviteJoinResultOk', updates }
  expect(inLayer('Updates', joined, all)).toBe(updates)
  expect(inLayer('messages.ChatInviteJoinResult', joined, all)).toEqual(joined)
  expect(inLayer('Bool', true, old)).toBe(true)
})

it('leaves out updates that a layer has no name for, wherever they stand', () => {
  const less = [{ _: 'updateChannel', channelId: 1 }]
  expect(inLayer('Updates', updates, all)).toBe(updates)
  expect(inLayer('Updates', updates, old)).toEqual({ ...updates, updates: less })
  expect(inLayer('messages.InvitedUsers', { _: 'messages.invitedUsers', updates }, old)).toMatchObject({
    updates: { updates: less },
  })
  const difference = { _: 'updates.difference', newMessages: [], otherUpdates: updates.updates }
  expect(inLayer('updates.Difference', difference, old)).toMatchObject({ otherUpdates: less })
})

it('keeps the sequence whole where an update cannot be told', () => {
  const pinned: tl.updatePinnedMessages = {
    _: 'updatePinnedMessages',
    peer: { _: 'peerUser', userId: 1 },
    messages: [1],
    pts: 7,
    ptsCount: 1,
  }
  expect(inLayer('Updates', { ...updates, updates: [pinned] }, () => false)).toMatchObject({
    updates: [{ _: 'updateDeleteMessages', messages: [], pts: 7, ptsCount: 1 }],
  })
})
