import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { type Device, refusal, TestBox, updatesOf } from './box-world.testing.ts'

function setting() {
  const box = new TestBox()
  const [ann, bob, carol] = ['Ann', 'Bob', 'Carol'].map((firstName) => box.user({ firstName }))
  const people = { ann: ann!, bob: bob!, carol: carol! }
  const [a, b, c] = Object.values(people).map((user) => box.signedIn(user))
  const made = a!.call({ _: 'channels.createChannel', title: 'Talk', about: 'x', megagroup: true })
  const channel = made._ === 'updates' ? made.chats[0] : undefined
  if (channel?._ !== 'channel') throw new Error('no channel')
  const peer: tl.inputPeerChannel = {
    _: 'inputPeerChannel',
    channelId: channel.id,
    accessHash: channel.accessHash ?? 0n,
  }
  return { box, ...people, a: a!, b: b!, c: c!, peer }
}

function link(device: Device, peer: tl.InputPeer, more: object = {}): { link: string; hash: string } {
  const invite = device.call({ _: 'messages.exportChatInvite', peer, ...more })
  if (invite._ !== 'chatInviteExported') throw new Error(invite._)
  return { link: invite.link, hash: invite.link.slice('https://t.me/+'.length) }
}

const join = (device: Device, hash: string) => device.call({ _: 'messages.importChatInvite', hash })

describe('invite links', () => {
  it('show what they lead to, and let people in', () => {
    const { a, b, peer, ann, bob } = setting()
    const { hash } = link(a, peer)
    expect(b.call({ _: 'messages.checkChatInvite', hash })).toMatchObject({
      _: 'chatInvite',
      megagroup: true,
      title: 'Talk',
      participantsCount: 1,
    })
    const joined = join(b, hash)
    if (joined._ !== 'messages.chatInviteJoinResultOk') throw new Error(joined._)
    expect(updatesOf(joined.updates)).toMatchObject([
      {
        message: {
          action: { _: 'messageActionChatJoinedByLink', inviterId: ann.id },
          fromId: { userId: bob.id },
        },
      },
      { _: 'updateChannel' },
    ])
    expect(refusal(() => join(b, hash))).toBe('400 USER_ALREADY_PARTICIPANT')
    expect(b.call({ _: 'messages.checkChatInvite', hash })).toMatchObject({ _: 'chatInviteAlready' })
  })

  it('end by date, by number and by being revoked', () => {
    const { a, b, c, peer, box } = setting()
    const dated = link(a, peer, { expireDate: box.world.seconds() + 10 })
    const single = link(a, peer, { usageLimit: 1 })
    join(b, single.hash)
    expect(refusal(() => join(c, single.hash))).toBe('400 INVITE_HASH_EXPIRED')
    box.now += 10_000
    expect(refusal(() => join(c, dated.hash))).toBe('400 INVITE_HASH_EXPIRED')
    const main = link(a, peer)
    const replaced = a.call({ _: 'messages.editExportedChatInvite', peer, link: main.link, revoked: true })
    expect(replaced._).toBe('messages.exportedChatInviteReplaced')
    expect(refusal(() => join(c, main.hash))).toBe('400 INVITE_HASH_EXPIRED')
    expect(refusal(() => join(c, 'nothing'))).toBe('400 INVITE_HASH_INVALID')
    expect(refusal(() => link(b, peer))).toBe('400 CHANNEL_INVALID')
  })

  it('can ask for a request that an admin decides', () => {
    const { a, b, c, peer, bob, carol } = setting()
    const { hash } = link(a, peer, { requestNeeded: true })
    for (const device of [b, c]) expect(refusal(() => join(device, hash))).toBe('400 INVITE_REQUEST_SENT')
    expect(a.taken()).toMatchObject([
      { _: 'updatePendingJoinRequests', requestsPending: 1 },
      { _: 'updatePendingJoinRequests', requestsPending: 2, recentRequesters: [bob.id, carol.id] },
    ])
    const waiting = a.call({
      _: 'messages.getChatInviteImporters',
      requested: true,
      peer,
      offsetDate: 0,
      offsetUser: { _: 'inputUserEmpty' },
      limit: 10,
    })
    expect(waiting).toMatchObject({ count: 2 })
    a.call({ _: 'messages.hideChatJoinRequest', peer, userId: a.inputUser(bob), approved: true })
    a.call({ _: 'messages.hideChatJoinRequest', peer, userId: a.inputUser(carol) })
    expect(b.taken()).toMatchObject([
      { message: { action: { _: 'messageActionChatJoinedByRequest' } } },
      { _: 'updateChannel' },
    ])
    expect(c.taken()).toEqual([])
  })

  it('open basic groups as well', () => {
    const { a, b, c, bob } = setting()
    const made = a.call({ _: 'messages.createChat', title: 'Small', users: [a.inputUser(bob)] })
    const chatId = made.updates._ === 'updates' ? made.updates.chats[0]!.id : 0
    b.taken()
    join(c, link(a, { _: 'inputPeerChat', chatId }).hash)
    expect(b.taken()).toMatchObject([
      { _: 'updateNewMessage', message: { action: { _: 'messageActionChatJoinedByLink' } } },
      { _: 'updateChatParticipants', participants: { participants: [{}, {}, {}] } },
    ])
  })
})
