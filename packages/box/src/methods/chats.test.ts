import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { newMessages, refusal, TestBox, updatesOf } from './box-world.testing.ts'

function group() {
  const box = new TestBox()
  const [ann, bob, carol, dave] = ['Ann', 'Bob', 'Carol', 'Dave'].map((firstName) => box.user({ firstName }))
  const people = { ann: ann!, bob: bob!, carol: carol!, dave: dave! }
  const [a, b, c, d] = Object.values(people).map((user) => box.signedIn(user))
  const devices = { a: a!, b: b!, c: c!, d: d! }
  const created = devices.a.call({
    _: 'messages.createChat',
    title: 'Friends',
    users: [devices.a.inputUser(people.bob), devices.a.inputUser(people.carol)],
  })
  const chatId = created.updates._ === 'updates' ? created.updates.chats[0]!.id : 0
  const peer: tl.inputPeerChat = { _: 'inputPeerChat', chatId }
  return { box, ...people, ...devices, created, chatId, peer }
}

describe('basic groups', () => {
  it('are created with a message for every member', () => {
    const { created, b, c, d, chatId, ann, bob, carol } = group()
    expect(updatesOf(created.updates)).toMatchObject([
      {
        _: 'updateNewMessage',
        message: {
          out: true,
          action: { _: 'messageActionChatCreate', title: 'Friends', users: [bob.id, carol.id] },
        },
      },
      { _: 'updateChatParticipants', participants: { chatId, participants: [{ userId: ann.id }, {}, {}] } },
    ])
    for (const device of [b, c]) {
      expect(device.pushes).toHaveLength(1)
      expect(device.pushes[0]).toMatchObject({
        chats: [{ _: 'chat', id: chatId, participantsCount: 3 }],
        seq: 1,
      })
      expect(device.pushes[0]!.users.map((u) => u.id).sort()).toEqual([ann.id, bob.id, carol.id].sort())
    }
    expect(d.pushes).toEqual([])
  })

  it('carry messages to every member, each with ids of its own', () => {
    const { b, a, c, peer, bob } = group()
    b.send({ _: 'inputPeerSelf' }, 'shifts the ids')
    const sent = b.send(peer, 'hello all')
    const [atA, atC] = [a, c].map((device) => newMessages(device.taken()).at(-1)!)
    expect([sent.id, atA!.id, atC!.id]).toEqual([3, 2, 2])
    expect(atA).toMatchObject({ fromId: { userId: bob.id }, peerId: { _: 'peerChat' }, message: 'hello all' })
  })

  it('tell a sender once that the message was read', () => {
    const { a, b, c, peer } = group()
    const sent = a.send(peer, 'read me')
    a.taken()
    b.call({ _: 'messages.readHistory', peer, maxId: 0 })
    expect(a.taken()).toMatchObject([{ _: 'updateReadHistoryOutbox', maxId: sent.id }])
    c.call({ _: 'messages.readHistory', peer, maxId: 0 })
    expect(a.taken()).toEqual([])
  })

  it('take in and let go members', () => {
    const { a, b, c, d, chatId, dave, bob, peer } = group()
    b.call({ _: 'messages.addChatUser', chatId, userId: b.inputUser(dave), fwdLimit: 0 })
    expect(d.taken()).toMatchObject([
      { _: 'updateNewMessage', message: { action: { _: 'messageActionChatAddUser', users: [dave.id] } } },
      { _: 'updateChatParticipants' },
    ])
    expect(
      refusal(() => a.call({ _: 'messages.addChatUser', chatId, userId: a.inputUser(dave), fwdLimit: 0 })),
    ).toBe('400 USER_ALREADY_PARTICIPANT')
    const remove = (device: typeof a) =>
      device.call({ _: 'messages.deleteChatUser', chatId, userId: device.inputUser(dave) })
    expect(refusal(() => remove(c))).toBe('400 CHAT_ADMIN_REQUIRED')
    remove(b)
    expect(d.pushes.at(-1)).toMatchObject({
      updates: [{ message: { action: { _: 'messageActionChatDeleteUser', userId: dave.id } } }],
      chats: [{ _: 'chatForbidden', id: chatId }],
    })
    d.taken()
    a.send(peer, 'without Dave')
    expect(d.taken()).toEqual([])
    expect(refusal(() => d.send(peer, 'let me in'))).toBe('403 CHAT_WRITE_FORBIDDEN')
    expect(d.call({ _: 'messages.getChats', id: [chatId] }).chats).toMatchObject([{ _: 'chatForbidden' }])
    b.call({ _: 'messages.deleteChatUser', chatId, userId: { _: 'inputUserSelf' } })
    expect(c.call({ _: 'messages.getFullChat', chatId }).fullChat).toMatchObject({
      participants: { _: 'chatParticipants', version: 4 },
    })
    expect(bob.dialogs.has(-chatId)).toBe(true)
  })

  it('are renamed for everyone', () => {
    const { a, b, chatId } = group()
    b.taken()
    a.call({ _: 'messages.editChatTitle', chatId, title: ' Best friends ' })
    expect(b.taken()).toMatchObject([
      { message: { action: { _: 'messageActionChatEditTitle', title: 'Best friends' } } },
    ])
    const rename = (title: string) => refusal(() => a.call({ _: 'messages.editChatTitle', chatId, title }))
    expect(rename('Best friends')).toBe('400 CHAT_NOT_MODIFIED')
    expect(rename('  ')).toBe('400 CHAT_TITLE_EMPTY')
  })

  it('let only authors and admins delete for all', () => {
    const { a, b, c, peer } = group()
    b.send(peer, 'by Bob')
    const idAt = (device: typeof a) => newMessages(device.taken()).at(-1)!.id
    const [atA, atC] = [idAt(a), idAt(c)]
    expect(refusal(() => c.call({ _: 'messages.deleteMessages', id: [atC], revoke: true }))).toBe(
      '403 MESSAGE_DELETE_FORBIDDEN',
    )
    a.call({ _: 'messages.deleteMessages', id: [atA], revoke: true })
    expect(c.taken()).toMatchObject([{ _: 'updateDeleteMessages', messages: [atC] }])
  })

  it('are closed to others', () => {
    const { d, chatId } = group()
    expect(refusal(() => d.call({ _: 'messages.getFullChat', chatId }))).toBe('400 PEER_ID_INVALID')
    expect(refusal(() => d.call({ _: 'messages.editChatTitle', chatId, title: 'x' }))).toBe(
      '400 CHAT_ID_INVALID',
    )
    expect(refusal(() => d.call({ _: 'messages.createChat', title: 'alone', users: [] }))).toBe(
      '400 USERS_TOO_FEW',
    )
  })
})
