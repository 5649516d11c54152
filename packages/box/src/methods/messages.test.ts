import { describe, expect, it } from 'vitest'
import { newMessages, refusal, TestBox, updatesOf } from './box-world.testing.ts'

function couple() {
  const box = new TestBox()
  const ann = box.user({ firstName: 'Ann' })
  const bob = box.user({ firstName: 'Bob', username: 'bobby' })
  return { box, ann, bob, a: box.signedIn(ann), b: box.signedIn(bob) }
}

describe('sending', () => {
  it('gives each side its own id, its own view, and the next pts', () => {
    const { box, ann, bob, a, b } = couple()
    a.send({ _: 'inputPeerSelf' }, 'a note, so that the counters differ')
    const before = ann.pts
    const answer = a.call({
      _: 'messages.sendMessage',
      peer: a.inputPeer(bob),
      message: 'hello',
      randomId: 77n,
    })
    expect(updatesOf(answer)).toMatchObject([
      { _: 'updateMessageID', id: 2, randomId: 77n },
      {
        _: 'updateNewMessage',
        pts: before + 1,
        ptsCount: 1,
        message: { id: 2, out: true, message: 'hello' },
      },
    ])
    const pushed = b.pushes[0]!
    expect(pushed.updates).toMatchObject([
      { _: 'updateNewMessage', pts: 2, message: { id: 1, peerId: { userId: ann.id }, message: 'hello' } },
    ])
    expect(newMessages(pushed)[0]?.out).toBeUndefined()
    expect(pushed.users).toMatchObject([{ id: ann.id, firstName: 'Ann' }])
    expect(a.pushes).toEqual([])
    expect(box.world.state.messages.size).toBe(2)
  })

  it('tells the other sessions of the sender, without the updateMessageID', () => {
    const { box, ann, bob, a } = couple()
    const second = box.signedIn(ann)
    a.send(bob, 'hello')
    expect(second.taken()).toMatchObject([{ _: 'updateNewMessage', message: { out: true } }])
    expect(a.taken()).toEqual([])
  })

  it('answers a repeated send with the first message and sends nothing', () => {
    const { bob, a, b, box } = couple()
    const request = {
      _: 'messages.sendMessage',
      peer: a.inputPeer(bob),
      message: 'once',
      randomId: 5n,
    } as const
    const first = a.call(request)
    box.now += 5000
    const again = a.call(request)
    expect(updatesOf(again)).toEqual(updatesOf(first))
    expect(newMessages(b.taken())).toHaveLength(1)
    expect(refusal(() => a.call({ ...request, peer: { _: 'inputPeerSelf' } }))).toBe(
      '500 RANDOM_ID_DUPLICATE',
    )
  })

  it('to oneself is one message, neither outgoing nor unread', () => {
    const { a, ann } = couple()
    const message = a.send({ _: 'inputPeerSelf' }, 'note')
    expect(message).toMatchObject({ peerId: { userId: ann.id }, fromId: { userId: ann.id }, out: undefined })
    const { dialogs } = a.call({
      _: 'messages.getPeerDialogs',
      peers: [{ _: 'inputDialogPeer', peer: { _: 'inputPeerSelf' } }],
    })
    expect(dialogs).toMatchObject([{ unreadCount: 0, topMessage: message.id }])
  })

  it('moves entities when white space is cut off, and finds links and mentions', () => {
    const { a, bob } = couple()
    const message = a.send(bob, '  bold https://x.invalid/a @bobby ', {
      entities: [{ _: 'messageEntityBold', offset: 2, length: 4 }],
    })
    expect(message.message).toBe('bold https://x.invalid/a @bobby')
    expect(message.entities).toEqual([
      { _: 'messageEntityBold', offset: 0, length: 4 },
      { _: 'messageEntityUrl', offset: 5, length: 19 },
      { _: 'messageEntityMention', offset: 25, length: 6 },
    ])
  })

  it('translates a reply into the ids of each side', () => {
    const { a, b, ann, bob } = couple()
    a.send({ _: 'inputPeerSelf' }, 'shifts the ids')
    const first = a.send(bob, 'question')
    const [received] = newMessages(b.taken())
    b.send(ann, 'answer', { replyTo: { _: 'inputReplyToMessage', replyToMsgId: received!.id } })
    const [answer] = newMessages(a.taken())
    expect(answer?.replyTo).toMatchObject({ replyToMsgId: first.id })
    expect(first.id).not.toBe(received!.id)
  })

  it.each([
    ['   ', '400 MESSAGE_EMPTY'],
    ['x'.repeat(4097), '400 MESSAGE_TOO_LONG'],
  ])('refuses a text that cannot be sent', (message, error) => {
    const { a, bob } = couple()
    expect(refusal(() => a.send(bob, message))).toBe(error)
  })

  it('refuses peers by a foreign or wrong access hash, and groups of others', () => {
    const { a, b, bob, box } = couple()
    const carol = box.user({ firstName: 'Carol' })
    const hash = b.inputPeer(carol).accessHash
    const peer = { _: 'inputPeerUser', userId: carol.id, accessHash: hash } as const
    expect(refusal(() => a.send(peer, 'hi'))).toBe('400 PEER_ID_INVALID')
    expect(refusal(() => a.send({ ...peer, userId: 1 }, 'hi'))).toBe('400 PEER_ID_INVALID')
    expect(refusal(() => a.send({ _: 'inputPeerEmpty' }, 'hi'))).toBe('400 PEER_ID_INVALID')
    expect(refusal(() => a.send({ _: 'inputPeerChat', chatId: 4_000_001 }, 'hi'))).toBe('400 PEER_ID_INVALID')
    expect(
      refusal(() => a.call({ _: 'users.getUsers', id: [{ ...a.inputUser(bob), accessHash: 1n }] })),
    ).toBe('400 USER_ID_INVALID')
  })

  it('keeps what a blocked user sends from the one who blocked', () => {
    const { a, b, ann, bob } = couple()
    b.call({ _: 'contacts.block', id: b.inputPeer(ann) })
    b.taken()
    expect(a.send(bob, 'do you hear me').out).toBe(true)
    expect(b.taken()).toEqual([])
    expect(refusal(() => b.send(ann, 'no'))).toBe('400 YOU_BLOCKED_USER')
  })
})

describe('editing', () => {
  it('changes the message for everyone who has it', () => {
    const { a, b, bob } = couple()
    const { id } = a.send(bob, 'helo')
    b.taken()
    const peer = a.inputPeer(bob)
    const answer = a.call({ _: 'messages.editMessage', peer, id, message: 'hello' })
    expect(updatesOf(answer)).toMatchObject([{ _: 'updateEditMessage', message: { id, message: 'hello' } }])
    expect(b.taken()).toMatchObject([
      { _: 'updateEditMessage', message: { message: 'hello', editDate: 1_750_000_000 }, pts: 3, ptsCount: 1 },
    ])
    const edit = (more: { id?: number; message?: string }) =>
      refusal(() => a.call({ _: 'messages.editMessage', peer, id, message: 'x', ...more }))
    expect(edit({ message: 'hello' })).toBe('400 MESSAGE_NOT_MODIFIED')
    expect(edit({ id: 99 })).toBe('400 MESSAGE_ID_INVALID')
  })

  it('is for the author only', () => {
    const { a, b, ann, bob } = couple()
    a.send(bob, 'mine')
    const id = newMessages(b.taken())[0]!.id
    expect(
      refusal(() => b.call({ _: 'messages.editMessage', peer: b.inputPeer(ann), id, message: 'yours' })),
    ).toBe('403 MESSAGE_AUTHOR_REQUIRED')
  })
})

describe('reading', () => {
  it('moves the inbox of the reader and the outbox of the sender', () => {
    const { a, b, ann, bob, box } = couple()
    const reader2 = box.signedIn(bob)
    a.send({ _: 'inputPeerSelf' }, 'shifts the ids')
    a.send(bob, 'one')
    const last = a.send(bob, 'two')
    a.taken()
    reader2.taken()
    const pts = bob.pts
    expect(b.call({ _: 'messages.readHistory', peer: b.inputPeer(ann), maxId: 0 })).toEqual({
      _: 'messages.affectedMessages',
      pts: pts + 1,
      ptsCount: 1,
    })
    expect(reader2.taken()).toMatchObject([
      { _: 'updateReadHistoryInbox', peer: { userId: ann.id }, maxId: 2, stillUnreadCount: 0 },
    ])
    expect(a.taken()).toMatchObject([
      { _: 'updateReadHistoryOutbox', peer: { userId: bob.id }, maxId: last.id, ptsCount: 1 },
    ])
    expect(b.call({ _: 'messages.readHistory', peer: b.inputPeer(ann), maxId: 2 }).ptsCount).toBe(0)
  })

  it('counts what is unread in each dialog', () => {
    const { a, b, ann, bob } = couple()
    for (const text of ['one', 'two', 'three']) a.send(bob, text)
    b.send(ann, 'my own does not count')
    b.call({ _: 'messages.readHistory', peer: b.inputPeer(ann), maxId: 1 })
    const list = b.call({
      _: 'messages.getDialogs',
      offsetDate: 0,
      offsetId: 0,
      offsetPeer: { _: 'inputPeerEmpty' },
      limit: 10,
      hash: 0n,
    })
    expect(list).toMatchObject({
      _: 'messages.dialogs',
      dialogs: [{ unreadCount: 2, readInboxMaxId: 1, topMessage: 4 }],
    })
  })
})

describe('deleting', () => {
  it('for oneself leaves the other copy, for all removes both', () => {
    const { a, b, ann, bob, box } = couple()
    const one = a.send(bob, 'one')
    const two = a.send(bob, 'two')
    b.taken()
    const pts = ann.pts
    expect(a.call({ _: 'messages.deleteMessages', id: [one.id, 999] })).toMatchObject({
      pts: pts + 1,
      ptsCount: 1,
    })
    expect(b.taken()).toEqual([])
    a.call({ _: 'messages.deleteMessages', id: [two.id], revoke: true })
    expect(b.taken()).toMatchObject([{ _: 'updateDeleteMessages', messages: [2], ptsCount: 1 }])
    expect(a.call({ _: 'messages.getMessages', id: [{ _: 'inputMessageID', id: two.id }] })).toMatchObject({
      messages: [{ _: 'messageEmpty', id: two.id }],
    })
    expect(bob.dialogs.get(ann.id)?.ids).toEqual([1])
    expect(box.world.state.messages.size).toBe(1)
  })

  it('of a history takes one pts per message and drops the dialog', () => {
    const { a, b, ann, bob } = couple()
    for (let i = 0; i < 5; i++) a.send(bob, `message ${i}`)
    b.taken()
    const pts = ann.pts
    expect(a.call({ _: 'messages.deleteHistory', peer: a.inputPeer(bob), maxId: 0, revoke: true })).toEqual({
      _: 'messages.affectedHistory',
      pts: pts + 5,
      ptsCount: 5,
      offset: 0,
    })
    expect(ann.dialogs.get(bob.id)?.ids).toEqual([])
    expect(b.taken()).toMatchObject([{ _: 'updateDeleteMessages', messages: [1, 2, 3, 4, 5], ptsCount: 5 }])
  })
})

describe('history', () => {
  it('pages by offset id, add offset and date as the API describes', () => {
    const { a, bob, box } = couple()
    const dates: number[] = []
    for (let i = 1; i <= 10; i++) {
      box.now += 1000
      dates.push(a.send(bob, `m${i}`).date)
    }
    const peer = a.inputPeer(bob)
    const ids = (more: object) => {
      const page = a.call({
        _: 'messages.getHistory',
        peer,
        offsetId: 0,
        offsetDate: 0,
        addOffset: 0,
        limit: 3,
        maxId: 0,
        minId: 0,
        hash: 0n,
        ...more,
      })
      return 'messages' in page ? page.messages.map((m) => m.id) : []
    }
    expect(ids({})).toEqual([10, 9, 8])
    expect(ids({ offsetId: 8 })).toEqual([7, 6, 5])
    expect(ids({ offsetId: 8, addOffset: -2 })).toEqual([9, 8, 7])
    expect(ids({ offsetId: 8, addOffset: 1 })).toEqual([6, 5, 4])
    expect(ids({ offsetDate: dates[4] })).toEqual([4, 3, 2])
    expect(ids({ limit: 100, minId: 3, maxId: 7 })).toEqual([6, 5, 4])
    expect(ids({ offsetId: 1 })).toEqual([])
    expect(ids({ offsetId: 1, addOffset: -20, limit: 5 })).toEqual([])
    expect(ids({ limit: -1 })).toEqual([])
  })

  it('finds by text, sender and date', () => {
    const { a, b, ann, bob } = couple()
    a.send(bob, 'Green apples')
    b.send(ann, 'red APPLES')
    const search = {
      _: 'messages.search',
      peer: a.inputPeer(bob),
      q: 'apples',
      filter: { _: 'inputMessagesFilterEmpty' },
      minDate: 0,
      maxDate: 0,
      offsetId: 0,
      addOffset: 0,
      limit: 10,
      maxId: 0,
      minId: 0,
      hash: 0n,
    } as const
    expect(a.call(search)).toMatchObject({
      messages: [{ message: 'red APPLES' }, { message: 'Green apples' }],
    })
    expect(a.call({ ...search, fromId: { _: 'inputPeerSelf' } })).toMatchObject({
      messages: [{ message: 'Green apples' }],
    })
    expect(a.call({ ...search, q: 'pears' })).toMatchObject({ messages: [] })
  })
})

describe('dialogs', () => {
  it('come newest first and page without loss or repeat, even within one second', () => {
    const { box, a } = couple()
    const others = Array.from({ length: 23 }, (_, i) => box.user({ firstName: `User ${i}` }))
    others.forEach((user, i) => {
      if (i % 5 === 0) box.now += 1000
      a.send(user, 'hi')
    })
    const seen: number[] = []
    let offset = { offsetDate: 0, offsetId: 0, offsetPeer: { _: 'inputPeerEmpty' } as const as object }
    for (let page = 0; page < 10; page++) {
      const got = a.call({
        _: 'messages.getDialogs',
        ...offset,
        offsetPeer: offset.offsetPeer as { _: 'inputPeerEmpty' },
        limit: 4,
        hash: 0n,
      })
      if (got._ === 'messages.dialogsNotModified' || got.dialogs.length === 0) break
      for (const d of got.dialogs) if (d.peer._ === 'peerUser') seen.push(d.peer.userId)
      const lastUser = others.find((u) => u.id === seen.at(-1))!
      const top = got.messages.at(-1)!
      offset = {
        offsetDate: 'date' in top ? (top.date ?? 0) : 0,
        offsetId: top.id,
        offsetPeer: a.inputPeer(lastUser),
      }
    }
    expect(new Set(seen).size).toBe(23)
    expect(seen).toHaveLength(23)
  })
})

describe('typing', () => {
  it('reaches the other side and leaves no trace', () => {
    const { a, b, ann, bob } = couple()
    const pts = bob.pts
    a.call({ _: 'messages.setTyping', peer: a.inputPeer(bob), action: { _: 'sendMessageTypingAction' } })
    expect(b.taken()).toMatchObject([{ _: 'updateUserTyping', userId: ann.id }])
    expect(bob.pts).toBe(pts)
    expect(bob.log).toEqual([])
  })
})
