/** What can be done with a text besides sending it: previews of its links, translation, saving it, deleting it for oneself. */
import { locationMedia, markdown, RpcError, type Session } from 'telegram-mt'
import { expect, test, vi } from 'vitest'
import { account, Inbox, newBox, newHost, usernameOf } from '../fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

async function twoAccounts() {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann')
  const bob = await account(telegram, 'Bobby')
  return { box, ann, bob, toBob: await usernameOf(bob), toAnn: await usernameOf(ann) }
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of from) found.push(one)
  return found
}

const textOf = (message: { _: string; message?: unknown }) => message.message

test('links have a preview: that of the first one, another one, or none', async () => {
  const { ann, bob, toBob, toAnn } = await twoAccounts()
  const inbox = new Inbox(bob)
  const page = (url: string) => ({ _: 'messageMediaWebPage', webpage: { _: 'webPage', url } })
  const text = 'see https://example.org/a and https://example.org/b'
  const first = await ann.sendMessage(toBob, text, { previewAbove: true })
  expect(first).toMatchObject({ invertMedia: true, media: page('https://example.org/a') })
  await inbox.text(text)

  const other = await ann.sendMessage(toBob, markdown`see **${'below'}**`, {
    preview: { url: 'https://example.org/c', size: 'large' },
  })
  expect(other).toMatchObject({
    message: 'see below',
    entities: [{ _: 'messageEntityBold', offset: 4, length: 5 }],
    media: { ...page('https://example.org/c'), forceLargeMedia: true, manual: true },
  })
  const { message } = await inbox.text('see below')
  expect(message).toMatchObject({ media: page('https://example.org/c') })

  expect((await ann.sendMessage(toBob, text, { noWebpage: true })).media).toBeUndefined()
  // A message with a preview is a text all the same: it may be as long as one.
  const long = `https://example.org/d ${'x'.repeat(2000)}`
  expect(await ann.editMessage(toBob, first.id, long)).toMatchObject({ media: page('https://example.org/d') })
  expect((await ann.editMessage(toBob, first.id, 'no link')).media).toBeUndefined()

  expect(await bob.messages.getLinkPreview('https://example.org/e')).toMatchObject({
    _: 'webPage',
    url: 'https://example.org/e',
    displayUrl: 'example.org/e',
  })
  expect(await bob.messages.getLinkPreview('no link')).toBeUndefined()
  expect((await all(bob.messages.search(toAnn, { kind: 'links' }))).map(textOf)).toEqual([text])
})

test('texts and messages are translated, with their marks', async () => {
  const { ann } = await twoAccounts()
  expect(await ann.messages.translateTexts(['hello', markdown`**bold** text`], 'de')).toEqual([
    { text: '[de] hello', entities: [] },
    { text: '[de] bold text', entities: [{ _: 'messageEntityBold', offset: 5, length: 4 }] },
  ])
  const one = await ann.sendMessage('me', 'one')
  const two = await ann.sendMessage('me', 'two')
  const there = await ann.messages.translate('me', [two.id, one.id], 'fr')
  expect(there.map(({ text }) => text)).toEqual(['[fr] two', '[fr] one'])
  const refused = await ann.messages.translateTexts(['x'], 'Klingon').catch((error: unknown) => error)
  expect(RpcError.is(refused, 'TO_LANG_INVALID')).toBe(true)
})

test('saved messages go by where they came from', async () => {
  const { ann, bob, toBob, toAnn } = await twoAccounts()
  const inbox = new Inbox(ann)
  for (const text of ['first', 'second']) await bob.sendMessage(toAnn, text)
  const { message } = await inbox.text('second')
  const first = await inbox.text('first')
  await ann.sendMessage('me', 'a note')
  await ann.forwardMessages(toBob, [first.message.id, message.id], 'me')
  await ann.sendMessage('me', 'another note')

  const chats = await all(ann.messages.savedChats())
  expect(chats.map(({ chatId }) => chatId)).toEqual([ann.userId, bob.userId])
  expect(chats.map(({ topMessage }) => topMessage && textOf(topMessage))).toEqual(['another note', 'second'])
  expect(await all(ann.messages.savedChats({ limit: 1 }))).toHaveLength(1)
  const from = async (who: string) => (await all(ann.messages.savedHistory(who, { pageSize: 1 }))).map(textOf)
  expect(await from(toBob)).toEqual(['second', 'first'])
  expect(await from('me')).toEqual(['another note', 'a note'])
})

test('a message is deleted for oneself, or for both', async () => {
  const { ann, bob, toBob, toAnn } = await twoAccounts()
  const inbox = new Inbox(bob)
  const sent = await ann.sendMessage(toBob, 'for me only')
  const { message } = await inbox.text('for me only')
  await ann.deleteMessages(toBob, [sent.id], { revoke: false })
  expect(await ann.messages.get(toBob, sent.id)).toBeUndefined()
  expect(await bob.messages.get(toAnn, message.id)).toMatchObject({ message: 'for me only' })
  const both = await ann.sendMessage(toBob, 'for both')
  const there = await inbox.text('for both')
  await ann.deleteMessages(toBob, [both.id])
  expect(await bob.messages.get(toAnn, there.message.id)).toBeUndefined()
})

test('places: named ones, and live ones that move; media is put in the place of media', async () => {
  const { ann, bob, toBob } = await twoAccounts()
  const inbox = new Inbox(bob)
  const venue = { latitude: 46.2, longitude: 6.15, title: 'Café', address: 'Rue 1' }
  expect((await ann.messages.sendVenue(toBob, venue)).media).toMatchObject({
    _: 'messageMediaVenue',
    title: 'Café',
    address: 'Rue 1',
  })
  const live = { latitude: 46.2, longitude: 6.15, period: 900, heading: 90 }
  const place = await ann.messages.sendLocation(toBob, live)
  expect(place.media).toMatchObject({ _: 'messageMediaGeoLive', period: 900, heading: 90 })
  const moved = await ann.messages.editMedia(toBob, place.id, locationMedia({ ...live, latitude: 47 }))
  expect(moved.media).toMatchObject({ _: 'messageMediaGeoLive', geo: { lat: 47 } })
  await expect(ann.messages.sendLocation(toBob, { latitude: 91, longitude: 0 })).rejects.toMatchObject({
    code: 'MEDIA_INVALID',
  })
  const said = await ann.media.sendDocument(toBob, new Uint8Array(5), { caption: 'draft' })
  const better = await ann.media.inputMedia(new Uint8Array(6), { kind: 'document', fileName: 'b' })
  await inbox.text('draft')
  const edited = await ann.messages.editMedia(toBob, said.id, better, { caption: 'final' })
  expect(edited).toMatchObject({ message: 'final', media: { document: { size: 6 } } })
  expect(await ann.messages.count(toBob, 'documents')).toBe(1)
})

test('answers in a forum stay in their topic', async () => {
  const { ann } = await twoAccounts()
  const forum = await forumOf(ann)
  const topic = await ann.chats.createTopic(forum, { title: 'Plans' })
  const asked = await ann.sendMessage(forum, 'when?', { topic })
  const answer = await ann.sendMessage(forum, 'now', {
    topic,
    replyTo: { message: asked.id, quote: 'when' },
  })
  expect(answer.replyTo).toMatchObject({
    replyToMsgId: asked.id,
    replyToTopId: topic,
    forumTopic: true,
    quoteText: 'when',
  })
  await ann.sendMessage(forum, 'elsewhere')
  expect((await all(ann.messages.replies(forum, topic))).map(textOf)).toEqual(['now', 'when?'])
  expect((await all(ann.messages.search(forum, { topic, query: 'n' }))).map(textOf)).toEqual(['now', 'when?'])
})

async function forumOf(session: Session): Promise<number> {
  const { id } = await session.chats.createChannel({ title: 'Forum', kind: 'forum' })
  return id
}
