/** Messages, from a program that holds two accounts, against a box. */
import {
  html,
  markdown,
  parseMarkdown,
  pollOf,
  RpcError,
  type Session,
  TelegramError,
  toMarkdown,
} from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, event, Inbox, newBox, newHost, usernameOf } from '../fixture.ts'

async function twoAccounts(): Promise<{ ann: Session; bob: Session; toBob: string; toAnn: string }> {
  const telegram = newHost(await newBox())
  const ann = await account(telegram, 'Ann')
  const bob = await account(telegram, 'Bobby')
  return { ann, bob, toBob: await usernameOf(bob), toAnn: await usernameOf(ann) }
}

describe('formatted text', () => {
  test('arrives as it was marked, and prints the same', async () => {
    const { ann, bob, toBob, toAnn } = await twoAccounts()
    const inbox = new Inbox(bob)
    const source = '**bold __both__** [link](https://example.org) `code` ||spoiler||\n> a quote'
    const sent = await ann.sendMessage(toBob, source, { parseMode: 'markdown' })
    expect(sent.message).toBe('bold both link code spoiler\na quote')
    const { message } = await inbox.text(sent.message)
    expect(message._ === 'message' && message.entities).toEqual(parseMarkdown(source).entities)
    expect(toMarkdown(sent)).toBe(source)

    const name = '<b>Ann'
    const reply = await bob.sendMessage(toAnn, html`<i>${name}</i>`, { replyTo: message.id })
    expect(reply.message).toBe(name)
    expect(reply.entities).toEqual([{ _: 'messageEntityItalic', offset: 0, length: name.length }])
  })

  test('people are mentioned by id; somebody unknown stays plain text', async () => {
    const { ann, bob, toBob } = await twoAccounts()
    await ann.resolvePeer(toBob)
    const sent = await ann.sendMessage(
      toBob,
      markdown`hi [Bob](tg://user?id=${bob.userId ?? 0}) and [x](tg://user?id=999)`,
    )
    expect(sent.message).toBe('hi Bob and x')
    expect(sent.entities).toEqual([
      { _: 'messageEntityMentionName', offset: 3, length: 3, userId: bob.userId },
    ])
  })

  test('what is wrong is refused before anything is sent', async () => {
    const { ann, toBob } = await twoAccounts()
    await expect(ann.sendMessage(toBob, '<b>x', { parseMode: 'html' })).rejects.toMatchObject({
      code: 'FORMAT_INVALID',
    })
    await expect(ann.sendMessage(toBob, markdown`a`, { parseMode: 'html' })).rejects.toMatchObject({
      code: 'TEXT_AMBIGUOUS',
    })
    for (const options of [
      { schedule: Number.NaN },
      { schedule: new Date(0) },
      { schedule: 2 ** 31 },
      { randomId: 2n ** 70n },
    ]) {
      const refused = ann.sendMessage(toBob, 'x', options)
      await expect(refused).rejects.toMatchObject({ name: 'ArgumentError', code: 'ARGUMENT_INVALID' })
    }
    expect(await ann.getHistory(toBob)).toEqual([])
  })
})

describe('sends side by side', () => {
  test('arrive in the order of the calls, of whatever kind and however the chat is named', async () => {
    const { ann, bob, toBob } = await twoAccounts()
    const bobId = bob.userId ?? 0
    const first = await ann.sendMessage(toBob, 'first')
    const poll = { question: 'q', answers: ['a', 'b'] }
    const [forwarded, own, vote, last] = await Promise.all([
      ann.forwardMessages(toBob, [first.id], 'me'),
      ann.sendMessage('me', 'own'),
      ann.messages.sendPoll('me', poll),
      ann.sendMessage(ann.userId ?? 0, 'last'),
    ])
    const mine = [forwarded[0]?.id ?? 0, own.id, vote.id, last.id]
    expect(mine).toEqual([...mine].sort((a, b) => a - b))
    const named = await Promise.all([
      ann.media.sendDocument(toBob, new Uint8Array(200_000), { fileName: 'a.bin' }),
      ann.sendMessage(bobId, 'b'),
      ann.sendMessage(toBob, 'c'),
      ann.sendMessage({ kind: 'user', id: bobId }, 'd'),
    ])
    const ids = named.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
  })

  test('of two to different chats under one random id one is sent, and the other told that it was not', async () => {
    const { ann, toBob } = await twoAccounts()
    const both = ['me', toBob].map((chat) => ann.sendMessage(chat, 'news', { randomId: 77n }))
    expect(await Promise.allSettled(both)).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'RANDOM_ID_OF_OTHER_CHAT' } },
    ])
    await expect(ann.sendMessage(toBob, 'news', { randomId: 77n })).rejects.toMatchObject({
      code: 'RANDOM_ID_OF_OTHER_CHAT',
    })
    await ann.sendMessage(toBob, 'more')
    expect((await ann.getHistory(toBob)).map((message) => 'message' in message && message.message)).toEqual([
      'more',
    ])
  })
})

describe('messages', () => {
  test('reply with a quote, edit, delete', async () => {
    const { ann, bob, toBob, toAnn } = await twoAccounts()
    const inbox = new Inbox(bob)
    const first = await ann.sendMessage(toBob, 'the quick brown fox')
    const { message } = await inbox.text(first.message)
    const reply = await bob.sendMessage(toAnn, 'which?', {
      replyTo: { message: message.id, quote: 'brown fox' },
    })
    expect(reply.replyTo).toMatchObject({ replyToMsgId: message.id, quoteText: 'brown fox' })
    expect((await bob.messages.getReplied(reply))?.id).toBe(message.id)

    const edited = await ann.editMessage(toBob, first.id, markdown`the **slow** fox`)
    expect(edited).toMatchObject({ id: first.id, message: 'the slow fox', editDate: expect.any(Number) })
    await expect(ann.editMessage(toBob, first.id, markdown`the **slow** fox`)).rejects.toMatchObject({
      code: 'MESSAGE_NOT_MODIFIED',
    })

    await ann.deleteMessages(toBob, [first.id])
    expect(await bob.messages.get(toAnn, message.id)).toBeUndefined()
    expect(await bob.messages.getMany(toAnn, [reply.id, message.id])).toMatchObject([
      { id: reply.id },
      undefined,
    ])
  })

  test('forwards keep their order, can drop their author, and are not made twice', async () => {
    const { ann, toBob } = await twoAccounts()
    const ids: number[] = []
    for (const text of ['one', 'two', 'three']) ids.push((await ann.sendMessage('me', text)).id)
    const randomIds = [11n, 12n, 13n]
    const copies = await ann.forwardMessages('me', ids, toBob, { randomIds })
    expect(copies.map(({ message }) => message)).toEqual(['one', 'two', 'three'])
    expect(copies[0]?.fwdFrom).toBeDefined()
    const again = await ann.forwardMessages('me', ids, toBob, { randomIds })
    expect(again.map(({ id }) => id)).toEqual(copies.map(({ id }) => id))
    const [plain] = await ann.forwardMessages('me', [ids[0] ?? 0], toBob, { dropAuthor: true })
    expect(plain?.fwdFrom).toBeUndefined()
    await expect(ann.forwardMessages('me', ids, toBob, { randomIds: [1n] })).rejects.toMatchObject({
      code: 'RANDOM_IDS_INVALID',
    })
  })

  test('pins', async () => {
    const { ann, toBob } = await twoAccounts()
    const [a, b] = [await ann.sendMessage(toBob, 'a'), await ann.sendMessage(toBob, 'b')]
    await ann.messages.pin(toBob, a.id)
    await ann.messages.pin(toBob, b.id)
    const pinned = async () => {
      const ids: number[] = []
      for await (const message of ann.messages.search(toBob, { kind: 'pinned' })) ids.push(message.id)
      return ids
    }
    expect(await pinned()).toEqual([b.id, a.id])
    await ann.messages.unpin(toBob, b.id)
    expect(await pinned()).toEqual([a.id])
    await ann.messages.unpinAll(toBob)
    expect(await pinned()).toEqual([])
  })

  test('reactions are set, listed and taken away', async () => {
    const { ann, bob, toBob, toAnn } = await twoAccounts()
    const inbox = new Inbox(bob)
    await ann.sendMessage(toBob, 'nice?')
    const { message } = await inbox.text('nice?')
    await bob.messages.react(toAnn, message.id, '👍')
    const given = []
    for await (const one of bob.messages.reactions(toAnn, message.id)) given.push(one)
    expect(given).toMatchObject([{ peerId: bob.userId, reaction: '👍' }])
    await bob.messages.react(toAnn, message.id, [])
    for await (const one of bob.messages.reactions(toAnn, message.id))
      expect.unreachable(String(one.reaction))
    await expect(bob.messages.react(toAnn, message.id, 'not an emoji')).rejects.toThrow(RpcError)
  })

  test('polls: votes by place, results, the end', async () => {
    const { ann, bob, toBob } = await twoAccounts()
    const group = await ann.createGroup('Poll', [toBob])
    const sent = await ann.messages.sendPoll(group.id, {
      question: 'Tea?',
      answers: ['yes', 'no', 'maybe'],
      publicVotes: true,
    })
    expect(pollOf(sent)?.answers.map(({ text }) => text)).toEqual(['yes', 'no', 'maybe'])
    const state = await ann.messages.vote(group.id, sent, 1)
    expect(state.answers).toMatchObject([
      { voters: 0, chosen: false },
      { voters: 1, chosen: true },
      { voters: 0, chosen: false },
    ])
    const votes = []
    for await (const one of ann.messages.votes(group.id, sent.id)) votes.push(one)
    expect(votes).toMatchObject([{ peerId: ann.userId, choices: [1] }])
    expect((await ann.messages.vote(group.id, sent.id, [])).answers.every(({ voters }) => voters === 0)).toBe(
      true,
    )
    const closed = await ann.messages.closePoll(group.id, sent.id)
    expect(pollOf(closed)?.poll.closed).toBe(true)
    const [there] = await bob.getHistory(group.id, { limit: 1 })
    await expect(bob.messages.vote(group.id, there?.id ?? 0, 0)).rejects.toMatchObject({
      code: 'MESSAGE_POLL_CLOSED',
    })
    await expect(ann.messages.vote(group.id, sent.id, 7)).rejects.toBeInstanceOf(TelegramError)
    const quiz = await ann.messages.sendPoll(group.id, { question: '1+1', answers: ['1', '2'], correct: 1 })
    expect(pollOf(quiz)?.poll.quiz).toBe(true)
    expect((await ann.messages.vote(group.id, quiz, 0)).answers[1]?.correct).toBe(true)
  })

  test('drafts', async () => {
    const { ann, toBob, bob } = await twoAccounts()
    await ann.messages.saveDraft(toBob, markdown`half a **thou**`)
    expect(await ann.messages.getDrafts()).toMatchObject([
      { chatId: bob.userId, text: 'half a thou', entities: [{ _: 'messageEntityBold' }] },
    ])
    await ann.messages.clearDraft(toBob)
    expect(await ann.messages.getDrafts()).toEqual([])
  })

  test('scheduled messages wait for their time, or for somebody to hurry', async () => {
    const { ann, bob, toBob } = await twoAccounts()
    const inbox = new Inbox(bob)
    const schedule = new Date(Date.now() + 3_600_000)
    const [a, b] = [
      await ann.sendMessage(toBob, 'a', { schedule }),
      await ann.sendMessage(toBob, 'b', { schedule: Math.floor(schedule.getTime() / 1000) }),
    ]
    expect((await ann.messages.getScheduled(toBob)).map(({ message }) => message).toSorted()).toEqual([
      'a',
      'b',
    ])
    await ann.messages.deleteScheduled(toBob, [a.id])
    expect(await ann.messages.getScheduled(toBob)).toMatchObject([{ message: 'b' }])
    const [sent] = await ann.messages.sendScheduledNow(toBob, [b.id])
    expect(sent).toMatchObject({ message: 'b' })
    await inbox.text('b')
    expect(await ann.messages.getScheduled(toBob)).toEqual([])
  })

  test('contacts, places, dice', async () => {
    const { ann, toBob } = await twoAccounts()
    const card = await ann.messages.sendContact(toBob, { phone: '41790000000', firstName: 'Zoe' })
    expect(card.media).toMatchObject({ _: 'messageMediaContact', firstName: 'Zoe' })
    const place = await ann.messages.sendLocation(toBob, { latitude: 46.2, longitude: 6.15 })
    expect(place.media?._).toBe('messageMediaGeo')
    const dice = await ann.messages.sendDice(toBob, '🎯')
    expect(dice.media).toMatchObject({ _: 'messageMediaDice', emoticon: '🎯' })
  })

  test('typing reaches the other, also for as long as some work takes', async () => {
    const { ann, bob, toBob } = await twoAccounts()
    const seen: string[] = []
    const action = (name: string) =>
      event<string>(
        (listener) =>
          bob.onUpdate((update) => {
            if (update.type !== 'update' || update.update._ !== 'updateUserTyping') return
            seen.push(update.update.action._)
            listener(update.update.action._)
          }),
        (seen) => seen === name,
      )
    // The work is to see that it is shown.
    const work = () => action('sendMessageRecordAudioAction')
    expect(await ann.messages.whileActing(toBob, 'recordVoice', work)).toBe('sendMessageRecordAudioAction')
    await action('sendMessageCancelAction')
    expect(seen).toEqual(['sendMessageRecordAudioAction', 'sendMessageCancelAction'])
    // Where nothing can be shown the work goes on all the same.
    expect(await ann.messages.whileActing('@nobody_at_all', 'typing', () => Promise.resolve(7))).toBe(7)
  })

  test('read marks', async () => {
    const { ann, bob, toBob, toAnn } = await twoAccounts()
    const inbox = new Inbox(bob)
    await ann.sendMessage(toBob, 'unread')
    await inbox.text('unread')
    const unread = async () => (await bob.getChats()).find(({ id }) => id === ann.userId)
    expect(await unread()).toMatchObject({ unreadCount: 1 })
    await bob.messages.markRead(toAnn)
    expect(await unread()).toMatchObject({ unreadCount: 0, dialog: { readInboxMaxId: expect.any(Number) } })
    await bob.messages.markUnread(toAnn)
    expect((await unread())?.dialog.unreadMark).toBe(true)
    await bob.messages.markRead(toAnn)
    expect((await unread())?.dialog.unreadMark).toBeUndefined()
  })
})

describe('history', () => {
  async function chatOf(count: number): Promise<{ ann: Session; ids: number[] }> {
    const { ann } = await twoAccounts()
    const ids: number[] = []
    for (let i = 1; i <= count; i++) ids.push((await ann.sendMessage('me', `number ${i}`)).id)
    return { ann, ids }
  }
  async function idsOf(from: AsyncIterable<{ id: number }>): Promise<number[]> {
    const ids: number[] = []
    for await (const { id } of from) ids.push(id)
    return ids
  }

  test('walks both ways, from and to any place, in pages of any size', async () => {
    const { ann, ids } = await chatOf(12)
    const down = ids.toReversed()
    for (const pageSize of [1, 5, 100]) {
      expect(await idsOf(ann.messages.history('me', { pageSize }))).toEqual(down)
      expect(await idsOf(ann.messages.history('me', { pageSize, oldestFirst: true }))).toEqual(ids)
      const range = { pageSize, before: ids[9], after: ids[2] }
      expect(await idsOf(ann.messages.history('me', range))).toEqual(ids.slice(3, 9).reverse())
      expect(await idsOf(ann.messages.history('me', { ...range, oldestFirst: true }))).toEqual(
        ids.slice(3, 9),
      )
      expect(await idsOf(ann.messages.history('me', { ...range, limit: 4 }))).toEqual(
        ids.slice(5, 9).reverse(),
      )
    }
    const hour = 3_600_000
    expect(await idsOf(ann.messages.history('me', { before: new Date(Date.now() - hour) }))).toEqual([])
    expect(
      await idsOf(ann.messages.history('me', { after: new Date(Date.now() - hour), oldestFirst: true })),
    ).toEqual(ids)
  })

  test('search in a chat and everywhere', async () => {
    const { ann, ids } = await chatOf(12)
    expect(await idsOf(ann.messages.search('me', { query: 'number 1', pageSize: 2 }))).toEqual([
      ids[11],
      ids[10],
      ids[9],
      ids[0],
    ])
    expect(await idsOf(ann.messages.searchEverywhere({ query: 'number 12' }))).toEqual([ids[11]])
    expect(await idsOf(ann.messages.searchEverywhere({ query: 'number', limit: 3 }))).toHaveLength(3)
  })

  test('a backfill goes on from its cursor, also as JSON', async () => {
    const { ann, ids } = await chatOf(12)
    let saved = ''
    const got: number[] = []
    for await (const page of ann.messages.backfill('me', { pageSize: 5 })) {
      got.push(...page.messages.map(({ id }) => id))
      saved = JSON.stringify(page.cursor)
      break
    }
    expect(got).toHaveLength(5)
    await ann.sendMessage('me', 'while away')
    for await (const page of ann.messages.backfill('me', { pageSize: 5, cursor: JSON.parse(saved) })) {
      got.push(...page.messages.map(({ id }) => id))
      saved = JSON.stringify(page.cursor)
    }
    expect(got).toEqual(ids.toReversed())
    expect(JSON.parse(saved)).toEqual({ before: ids[0], newest: ids[11], done: true })
    for await (const _ of ann.messages.backfill('me', { cursor: JSON.parse(saved) })) expect.unreachable()
    const wrong = ann.messages.backfill('me', { cursor: { before: -1, newest: 0, done: false } })
    await expect(wrong.next()).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  })
})
