/** What a bridge reads: typed events, in order, with what Telegram leaves out filled in. */
import { join } from 'node:path'
import type { ChatEvent, Session } from 'telegram-mt'
import { expect, test } from 'vitest'
import { account, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'

/** All events of a session, and those that are awaited as soon as they are there. */
class Events {
  readonly all: ChatEvent[] = []
  #look = () => {}

  constructor(session: Session) {
    session.onEvent((event) => {
      this.all.push(event)
      this.#look()
    })
  }

  /** The first event of this type that fits, so far or from now on. */
  next<T extends ChatEvent['type']>(
    type: T,
    fits: (event: Extract<ChatEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ChatEvent, { type: T }>> {
    const wanted = (event: ChatEvent): event is Extract<ChatEvent, { type: T }> =>
      event.type === type && fits(event as Extract<ChatEvent, { type: T }>)
    return new Promise((resolve) => {
      const before = this.#look
      this.#look = () => {
        before()
        const found = this.all.find(wanted)
        if (found !== undefined) resolve(found)
      }
      this.#look()
    })
  }

  get types(): string[] {
    return this.all.map(({ type }) => type)
  }
}

async function pair() {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann')
  const bob = await account(telegram, 'Bob', 2)
  return { box, telegram, ann, bob, toBob: await usernameOf(bob), toAnn: await usernameOf(ann) }
}

test('messages in and out, true edits and no others, reactions, reads, deletions with their chat', async () => {
  const { ann, bob, toBob, toAnn } = await pair()
  const [annSees, bobSees] = [new Events(ann), new Events(bob)]
  const annChat = { kind: 'user', id: ann.userId } as const
  const bobChat = { kind: 'user', id: bob.userId } as const

  const sent = await ann.sendMessage(toBob, 'first')
  const { messageId } = await bobSees.next('message')
  expect(bobSees.all[0]).toMatchObject({ type: 'message', chat: annChat, sender: annChat, outgoing: false })
  expect(await annSees.next('message')).toMatchObject({ chat: bobChat, outgoing: true, elsewhere: false })

  // A reaction changes the message, but nobody edited it.
  const peer = await bob.resolvePeer(toAnn)
  const reaction = { _: 'reactionEmoji', emoticon: '👍' } as const
  await bob.api.messages.sendReaction({ peer, msgId: messageId, reaction: [reaction] })
  expect(await annSees.next('reactions')).toMatchObject({ chat: bobChat, messageId: sent.id })

  await ann.editMessage(toBob, sent.id, 'first, edited')
  expect(await bobSees.next('edited')).toMatchObject({ messageId, message: { message: 'first, edited' } })
  await bob.api.messages.sendReaction({ peer, msgId: messageId, reaction: [] })
  await annSees.next('reactions', ({ reactions }) => reactions.results.length === 0)

  await bob.api.messages.readHistory({ peer, maxId: messageId })
  expect(await annSees.next('readByThem')).toMatchObject({ chat: bobChat, upTo: sent.id })
  await bob.api.messages.setTyping({ peer, action: { _: 'sendMessageTypingAction' } })
  expect(await annSees.next('typing')).toMatchObject({ chat: bobChat, active: true })

  await ann.deleteMessages(toBob, [sent.id])
  expect(await bobSees.next('deleted')).toMatchObject({ chat: annChat, messageIds: [messageId] })
  expect(await annSees.next('deleted')).toMatchObject({ chat: bobChat, messageIds: [sent.id] })
  expect(bobSees.types.filter((type) => type === 'edited')).toHaveLength(1)
  expect(annSees.types.filter((type) => type === 'edited')).toHaveLength(1)
})

test('groups: made, renamed, members, service messages', async () => {
  const { ann, bob, toBob } = await pair()
  const bobSees = new Events(bob)
  const group = await ann.createGroup('Friends', [toBob])
  const chat = { kind: 'chat', id: -group.id } as const
  expect(await bobSees.next('chatTitle')).toMatchObject({ chat, title: 'Friends' })
  expect(await bobSees.next('service')).toMatchObject({ chat, action: { _: 'messageActionChatCreate' } })
  await ann.api.messages.editChatTitle({ chatId: chat.id, title: 'Good friends' })
  await bobSees.next('chatTitle', ({ title }) => title === 'Good friends')
  await ann.api.messages.deleteChatUser({
    chatId: chat.id,
    userId: await ann.resolvePeer(toBob).then((peer) => ({ ...peer, _: 'inputUser' }) as never),
  })
  expect(await bobSees.next('members', ({ left }) => left.length > 0)).toMatchObject({
    chat,
    left: [bob.userId],
    by: ann.userId,
  })
})

test('after a restart a deletion is told with its chat, and an edit by what was there before', async () => {
  const box = await newBox()
  const storage = join(tempDir(), 'accounts.db')
  const before = newHost(box, { storage })
  const ann = await account(before, 'Ann')
  const bob = await account(newHost(box), 'Bob', 2)
  const toAnn = await usernameOf(ann)
  const seen = new Events(ann)
  const first = await bob.sendMessage(toAnn, 'to be deleted')
  const second = await bob.sendMessage(toAnn, 'to be edited')
  const kept = await seen.next('message', ({ message }) => message.message === 'to be edited')
  await before.close()

  await bob.editMessage(toAnn, second.id, 'edited')
  await bob.deleteMessages(toAnn, [first.id])
  const after = newHost(box, { storage })
  const [restored] = await after.start()
  const sees = new Events(restored!)
  const chat = { kind: 'user', id: bob.userId } as const
  expect(await sees.next('deleted')).toMatchObject({ chat, messageIds: [kept.messageId - 1] })
  expect(await sees.next('edited')).toMatchObject({ chat, messageId: kept.messageId })
})
