/** `send_message`, `get_contacts`, chats and history, and the handlers that messages go to. */
import { PeerError, type Session, type SessionFault, type Update } from 'telegram-mt'
import { describe, expect, test, vi } from 'vitest'
import { account, calls, event, Inbox, newBox, newHost, usernameOf } from '../fixture.ts'

async function twoAccounts() {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann', 1)
  const bob = await account(telegram, 'Bob', 4)
  return { box, telegram, ann, bob, annInbox: new Inbox(ann), bobInbox: new Inbox(bob) }
}

describe('sendMessage', () => {
  test('by @username, link, id, phone number, input peer and to oneself; gives the stored message', async () => {
    const { ann, bob, bobInbox } = await twoAccounts()
    const name = await usernameOf(bob)
    const sent = await ann.sendMessage(name, 'by username')
    expect(sent).toMatchObject({ _: 'message', message: 'by username', out: true, id: expect.any(Number) })
    const received = await bobInbox.text('by username')
    expect(received).toMatchObject({ chatId: ann.userId, senderName: 'Ann', chatTitle: 'Ann', out: false })
    await ann.importContacts([{ phone: `+${bob.phone}`, firstName: 'Bob' }])
    const ways: [string, Parameters<Session['sendMessage']>[0]][] = [
      ['by link', `https://t.me/${name.slice(1)}`],
      ['by id', bob.userId as number],
      ['by phone', `+${bob.phone}`],
      ['by input peer', await ann.resolvePeer(name)],
      ['by peer', { _: 'peerUser', userId: bob.userId as number }],
      ['by kind and id', { kind: 'user', id: bob.userId as number }],
    ]
    for (const [text, to] of ways) {
      expect((await ann.sendMessage(to, text)).message).toBe(text)
      await bobInbox.text(text)
    }
    const note = await ann.sendMessage('me', 'to myself')
    expect(note.peerId).toEqual({ _: 'peerUser', userId: ann.userId })
    expect((await ann.getHistory('me')).map((one) => one._ === 'message' && one.message)).toEqual([
      'to myself',
    ])
  })

  test('a peer that was never seen, and one that is none, are refused saying what would do', async () => {
    const { ann } = await twoAccounts()
    await expect(ann.sendMessage(123_456_789, 'x')).rejects.toMatchObject({ code: 'PEER_UNKNOWN' })
    await expect(ann.sendMessage('no such peer', 'x')).rejects.toThrow(
      /names no peer: expected 'me', '@username'/,
    )
    await expect(ann.sendMessage('no such peer', 'x')).rejects.toBeInstanceOf(PeerError)
    await expect(ann.sendMessage('@nobody_here', 'x')).rejects.toMatchObject({
      code: 'USERNAME_NOT_OCCUPIED',
    })
    for (const none of [undefined, null, true, {}, []]) {
      await expect(ann.sendMessage(none as never, 'x')).rejects.toMatchObject({ code: 'PEER_INVALID' })
      await expect(ann.getHistory(none as never)).rejects.toMatchObject({ code: 'PEER_INVALID' })
    }
    await expect(ann.sendMessage('me', '')).rejects.toMatchObject({ code: 'MESSAGE_EMPTY' })
  })

  test('the same randomId sends once and gives the first message again', async () => {
    const { ann, bob, bobInbox } = await twoAccounts()
    const name = await usernameOf(bob)
    const first = await ann.sendMessage(name, 'only once', { randomId: 42n })
    const again = await ann.sendMessage(name, 'only once', { randomId: 42n })
    expect(again.id).toBe(first.id)
    await ann.sendMessage(name, 'after it')
    await bobInbox.text('after it')
    expect(bobInbox.texts).toEqual(['only once', 'after it'])
  })

  test('a reply, and entities', async () => {
    const { ann, bob, bobInbox } = await twoAccounts()
    const name = await usernameOf(bob)
    const question = await ann.sendMessage(name, 'coming?')
    const answer = await ann.sendMessage(name, 'please', {
      replyTo: question.id,
      entities: [{ _: 'messageEntityBold', offset: 0, length: 6 }],
    })
    expect(answer.replyTo).toMatchObject({ replyToMsgId: question.id })
    const { message } = await bobInbox.text('please')
    expect(message).toMatchObject({ entities: [{ _: 'messageEntityBold', offset: 0, length: 6 }] })
  })
})

describe('groups', () => {
  test('made, talked in, told of to every member with the group’s title', async () => {
    const { telegram, ann, bob, bobInbox } = await twoAccounts()
    const cleo = await account(telegram, 'Cleo', 2)
    const cleoInbox = new Inbox(cleo)
    const group = await ann.createGroup('friends', [await usernameOf(bob), await usernameOf(cleo)])
    expect(group).toMatchObject({ title: 'friends', missing: [], id: expect.any(Number) })
    await ann.sendMessage(group.id, 'hello all')
    for (const inbox of [bobInbox, cleoInbox]) {
      expect(await inbox.text('hello all')).toMatchObject({
        chatId: group.id,
        chatTitle: 'friends',
        senderName: 'Ann',
      })
    }
    await bob.sendMessage(group.id, 'hi')
    expect(await cleoInbox.text('hi')).toMatchObject({ senderName: 'Bob' })
  })
})

describe('lists', () => {
  test('contacts, chats and history', async () => {
    const { ann, bob } = await twoAccounts()
    expect(await ann.getContacts()).toEqual([])
    const [found] = await ann.importContacts([
      { phone: `+${bob.phone}`, firstName: 'Robert' },
      { phone: '+41790000000', firstName: 'Nobody' },
    ])
    expect(found).toMatchObject({ id: bob.userId, firstName: 'Robert' })
    expect((await ann.getContacts()).map(({ firstName }) => firstName)).toEqual(['Robert'])
    const texts = Array.from({ length: 25 }, (_, n) => `message ${n}`)
    for (const text of texts) await ann.sendMessage(bob.userId as number, text)
    const history = await bob.getHistory(ann.userId as number, { limit: 10 })
    const read = (page: typeof history) => page.map((one) => (one._ === 'message' ? one.message : one._))
    expect(read(history)).toEqual(texts.slice(15).reverse())
    const older = await bob.getHistory(ann.userId as number, { limit: 100, before: history.at(-1)?.id })
    expect(read(older)).toEqual(texts.slice(0, 15).reverse())
    expect(await bob.getChats()).toMatchObject([{ title: 'Ann', id: ann.userId, unreadCount: 25 }])
    expect((await bob.getChats({ limit: 1 }))[0]?.topMessage).toMatchObject({ message: 'message 24' })
  })

  test('messages are deleted for everyone', async () => {
    const { ann, bob, bobInbox } = await twoAccounts()
    const sent = await ann.sendMessage(await usernameOf(bob), 'oops')
    await bobInbox.text('oops')
    const deleted = event<Update>(
      (listener) => bob.onUpdate(listener),
      (update) => update.type === 'update' && update.update._ === 'updateDeleteMessages',
    )
    await ann.deleteMessages(bob.userId as number, [sent.id])
    await deleted
    expect(await bob.getHistory(ann.userId as number)).toEqual([])
  })
})

describe('handlers', () => {
  test('with none set, messages are printed; with one set, they are not', async () => {
    const box = await newBox()
    const telegram = newHost(box, { printMessages: true })
    const ann = await account(telegram, 'Ann')
    const bob = await account(telegram, 'Bob')
    const print = vi.spyOn(console, 'log').mockImplementation(() => {})
    try {
      new Inbox(ann)
      const printed = new Promise<string>((resolve) =>
        print.mockImplementation((line) => resolve(String(line))),
      )
      await ann.sendMessage(await usernameOf(bob), 'read me')
      expect(await printed).toMatch(/← Ann: read me$/)
      const inbox = new Inbox(bob)
      print.mockClear()
      await ann.sendMessage(bob.userId as number, 'quietly')
      await inbox.text('quietly')
      expect(print).not.toHaveBeenCalled()
    } finally {
      print.mockRestore()
    }
  })

  test('a handler that throws is told on standard error where nobody listens to faults, and only there', async () => {
    const box = await newBox()
    const telegram = newHost(box, { printMessages: true })
    const ann = await account(telegram, 'Ann', 1)
    const bob = await account(telegram, 'Bob', 2)
    ann.onMessage(() => {})
    const print = vi.spyOn(console, 'error')
    try {
      const printed = new Promise<string>((resolve) =>
        print.mockImplementation((line: unknown) => resolve(String(line))),
      )
      bob.onMessage(() => {
        throw new TypeError('a bug\nin the program')
      })
      await ann.sendMessage(await usernameOf(bob), 'one')
      expect(await printed).toMatch(
        /^\[.+\] the update handler \(attempt 1\): TypeError: a bug in the program$/,
      )
      const fault = event<unknown>((listener) => telegram.once('fault', (_, told) => listener(told)))
      print.mockClear()
      await fault
      expect(print).not.toHaveBeenCalled()
    } finally {
      print.mockRestore()
    }
  })

  test('a handler that never ends and one that throws stop nobody else', async () => {
    const { telegram, ann, bob } = await twoAccounts()
    const cleo = await account(telegram, 'Cleo', 2)
    const inbox = new Inbox(cleo)
    const stuck = event((listener) => ann.onMessage((message) => new Promise(() => listener(message))))
    const fault = event<SessionFault>((listener) => bob.on('fault', listener))
    bob.onMessage(() => {
      throw new Error('a bug in the program')
    })
    const group = await cleo.createGroup('all', [await usernameOf(ann), await usernameOf(bob)])
    await cleo.sendMessage(group.id, 'one')
    await stuck
    expect((await fault).error.message).toBe('a bug in the program')
    // All three still work: they call, and the third is told of everything.
    await ann.sendMessage(group.id, 'two')
    await bob.sendMessage(group.id, 'three')
    await inbox.text('two')
    await inbox.text('three')
    expect([ann, bob, cleo].map(({ state }) => state.name)).toEqual(['online', 'online', 'online'])
  })
})

describe('connections', () => {
  test('every connection is cut: sessions come back by themselves, and nothing is lost or sent twice', async () => {
    const { box, ann, bob, bobInbox } = await twoAccounts()
    const to = await ann.resolvePeer(await usernameOf(bob))
    for (let round = 0; round < 3; round++) {
      const sending = Array.from({ length: 10 }, (_, n) => ann.sendMessage(to, `${round}.${n}`))
      box.dropConnections()
      await Promise.all(sending)
    }
    await ann.sendMessage(to, 'the end')
    await bobInbox.text('the end')
    const texts = Array.from({ length: 3 }, (_, round) =>
      Array.from({ length: 10 }, (_, n) => `${round}.${n}`),
    ).flat()
    expect([...bobInbox.texts].sort()).toEqual([...texts, 'the end'].sort())
    expect(calls.get(box)?.filter((call) => call === 'messages.sendMessage')).toHaveLength(31)
  }, 60_000)
})
