/** Walking through what an account has: kinds of messages, members, conversations, topics; for one account, and fairly for many. */
import { randomBytes } from 'node:crypto'
import { type AnyMessage, type Session, TelegramError } from 'telegram-mt'
import { expect, test, vi } from 'vitest'
import { account, calls, newBox, newHost, usernameOf } from '../fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of from) found.push(one)
  return found
}

const textOf = (message: AnyMessage) => (message._ === 'message' ? message.message : message.action._)

/** The beginning of a JPEG that says how large it is. */
function jpeg(width: number, height: number): Uint8Array {
  const size = [height >> 8, height & 255, width >> 8, width & 255]
  const start = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, ...size, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]
  return Uint8Array.from([...start, 0xff, 0xd9])
}

test('messages of each kind are found, counted and fetched, in one chat and everywhere', async () => {
  const telegram = newHost(await newBox())
  const ann = await account(telegram, 'Ann')
  const small = randomBytes(100)
  await ann.media.sendPhoto('me', jpeg(9, 9), { caption: 'photo' })
  await ann.media.sendPhoto('me', jpeg(8, 8), { caption: 'photo two' })
  await ann.media.sendVideo('me', small, { caption: 'video', width: 4, height: 3, duration: 1 })
  await ann.media.sendAudio('me', small, { caption: 'music', title: 'Song', performer: 'Band' })
  await ann.media.sendVoice('me', small, { caption: 'voice', duration: 2 })
  await ann.media.sendAnimation('me', small, { caption: 'gif' })
  await ann.media.sendDocument('me', small, { caption: 'document' })
  await ann.messages.sendLocation('me', { latitude: 1, longitude: 2 }, { caption: 'place' })
  await ann.messages.sendContact('me', { phone: '41790000000', firstName: 'Zoe' }, { caption: 'card' })
  const kinds = {
    photos: ['photo two', 'photo'],
    videos: ['gif', 'video'],
    music: ['music'],
    voice: ['voice'],
    gifs: ['gif'],
    documents: ['document'],
    locations: ['place'],
    contacts: ['card'],
  } as const
  for (const [kind, texts] of Object.entries(kinds)) {
    const wanted = kind as keyof typeof kinds
    expect((await all(ann.messages.search('me', { kind: wanted, pageSize: 1 }))).map(textOf), kind).toEqual(
      texts,
    )
    expect(await ann.messages.count('me', wanted), kind).toBe(texts.length)
    expect((await all(ann.messages.searchEverywhere({ kind: wanted }))).map(textOf), kind).toEqual(texts)
  }
  // What was found can be fetched.
  for await (const message of ann.messages.search('me', { kind: 'documents' })) {
    expect(Buffer.compare(await ann.media.download(message), small)).toBe(0)
  }
  expect(await all(ann.messages.search('me', { kind: 'photos', limit: 1 }))).toHaveLength(1)
  expect((await all(ann.messages.search('me', { query: 'photo', oldestFirst: true }))).map(textOf)).toEqual([
    'photo',
    'photo two',
  ])
})

test('messages of one member, members, topics, in pages and up to a limit', async () => {
  const telegram = newHost(await newBox())
  const [ann, bob] = [await account(telegram, 'Ann'), await account(telegram, 'Bobby')]
  const { id } = await ann.chats.createChannel({ kind: 'forum', title: 'Forum' })
  await ann.chats.addMembers(id, [await usernameOf(bob)])
  await ann.sendMessage(id, 'from Ann')
  await bob.getChats()
  await bob.sendMessage(id, 'from Bob')
  const ofBob = ann.messages.search(id, { from: await usernameOf(bob), kind: undefined })
  expect((await all(ofBob)).filter((m) => m._ === 'message').map(textOf)).toEqual(['from Bob'])
  expect((await all(ann.chats.members(id))).map((member) => member.id).toSorted()).toEqual(
    [ann.userId, bob.userId].toSorted(),
  )
  expect(await all(ann.chats.members(id, { limit: 1 }))).toHaveLength(1)
  for (const title of ['One', 'Two', 'Three']) await ann.chats.createTopic(id, { title })
  expect((await all(ann.chats.topics(id))).map(({ title }) => title).slice(0, 3)).toEqual(
    expect.arrayContaining(['One', 'Two', 'Three']),
  )
  expect(await all(ann.chats.topics(id, { limit: 2 }))).toHaveLength(2)
})

async function filled(session: Session, count: number): Promise<void> {
  for (let i = 1; i <= count; i++) await session.sendMessage('me', `number ${i}`)
}

test('accounts go through their histories at once, page by page, each from its own cursor', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const sessions: Session[] = []
  for (const name of ['Ann', 'Bobby', 'Carla']) sessions.push(await account(telegram, name))
  for (const session of sessions) await filled(session, 8)
  const walks = sessions.map(async (session) => {
    const texts: string[] = []
    // Stopped after each page, and gone on with from what was saved.
    for (let saved: string | undefined, done = false; !done; ) {
      const cursor = saved === undefined ? undefined : JSON.parse(saved)
      for await (const page of session.messages.backfill('me', { cursor, pageSize: 2 })) {
        texts.push(...page.messages.filter((m) => m._ === 'message').map(textOf))
        saved = JSON.stringify(page.cursor)
        done = page.cursor.done
        break
      }
    }
    return texts
  })
  const expected = Array.from({ length: 8 }, (_, i) => `number ${8 - i}`)
  for (const texts of await Promise.all(walks)) expect(texts).toEqual(expected)
})

test('everything of an account comes through a takeout, and no call of it goes beside', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann')
  await filled(ann, 3)
  const before = calls.get(box)?.length ?? 0
  const found = await ann.account.takeout({ privateChats: true }, async (takeout) => {
    const texts: string[] = []
    for await (const page of takeout.messages.backfill('me', { pageSize: 2 }))
      texts.push(...page.messages.map(textOf))
    return texts
  })
  expect(found.slice(0, 3)).toEqual(['number 3', 'number 2', 'number 1'])
  const made = (calls.get(box) ?? []).slice(before)
  expect(made[0]).toBe('account.initTakeoutSession')
  expect(made.at(-1)).toBe('account.finishTakeoutSession')
  await expect(
    ann.account.takeout({ privateChats: true }, () => Promise.reject(new TelegramError('OWN', 'my own'))),
  ).rejects.toMatchObject({ code: 'OWN' })
  expect(calls.get(box)?.at(-1)).toBe('account.finishTakeoutSession')
})
