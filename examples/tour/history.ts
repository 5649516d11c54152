/** Chapter 3: walking through what was said. */
import assert from 'node:assert/strict'
import { step } from '../demo/transcript.ts'
import { all, type Company, textsOf } from './company.ts'

export async function history({ ann, bob }: Company): Promise<void> {
  const { id } = await ann.chats.createGroup('History', ['@bob_tour'])
  const ids: number[] = []
  for (let i = 1; i <= 25; i++) ids.push((await ann.sendMessage(id, `number ${i}`)).id)

  await step('both ways, from and to any place, in pages', async () => {
    const range = { after: ids[4], before: ids[8], pageSize: 2 }
    const up = textsOf(await all(ann.messages.history(id, { ...range, oldestFirst: true })))
    assert.deepEqual(up, ['number 6', 'number 7', 'number 8'])
    assert.deepEqual(textsOf(await all(ann.messages.history(id, range))), up.toReversed())
    const recent = { after: new Date(Date.now() - 3_600_000), limit: 3 }
    assert.equal((await all(ann.messages.history(id, recent))).length, 3)
  })

  await step('search, in pages and up to a limit', async () => {
    assert.deepEqual(
      textsOf(await all(ann.messages.search(id, { query: 'number 2', pageSize: 3, limit: 2 }))),
      ['number 25', 'number 24'],
    )
    assert.deepEqual(await all(ann.messages.search(id, { from: '@bob_tour', query: 'number' })), [])
  })

  await step('media of a kind: found and counted', async () => {
    await ann.media.sendDocument(id, new Uint8Array(10), { caption: 'a document' })
    assert.deepEqual(textsOf(await all(ann.messages.search(id, { kind: 'documents' }))), ['a document'])
    assert.equal(await ann.messages.count(id, 'documents'), 1)
  })

  await step('members, with a limit', async () => {
    assert.equal((await all(ann.chats.members(id))).length, 2)
    assert.equal((await all(ann.chats.members(id, { limit: 1 }))).length, 1)
  })

  await step('forum topics', async () => {
    const forum = await ann.chats.createChannel({ kind: 'forum', title: 'Walks' })
    for (const title of ['One', 'Two']) await ann.chats.createTopic(forum.id, { title })
    const titles = (await all(ann.chats.topics(forum.id))).map(({ title }) => title)
    assert(titles.includes('One') && titles.includes('Two'))
    await ann.chats.delete(forum.id)
  })

  await step('backfill that goes on from a saved cursor', async () => {
    const texts: string[] = []
    let saved = ''
    for await (const page of ann.messages.backfill(id, { pageSize: 10 })) {
      texts.push(...textsOf(page.messages))
      saved = JSON.stringify(page.cursor)
      break
    }
    for await (const page of ann.messages.backfill(id, { pageSize: 10, cursor: JSON.parse(saved) })) {
      texts.push(...textsOf(page.messages))
    }
    assert.equal(texts.filter((text) => text.startsWith('number')).length, 25)
  })

  await step('several accounts at once, taking turns', async () => {
    await bob.getChats()
    const count = async (session: typeof ann) => {
      let found = 0
      for await (const page of session.messages.backfill(id, { pageSize: 5 })) found += page.messages.length
      return found
    }
    const [own, other] = await Promise.all([count(ann), count(bob)])
    assert(own >= 25 && other >= 25)
  })

  await step('through a takeout', async () => {
    const count = await ann.account.takeout({ groups: true }, async (takeout) => {
      let found = 0
      for await (const page of takeout.messages.backfill(id)) found += page.messages.length
      return found
    })
    assert(count >= 25)
  })

  await step('conversations: recent, pinned, archived, in folders', async () => {
    await ann.chats.pin(id)
    assert.equal((await ann.chats.list())[0]?.id, id)
    await ann.chats.pin(id, false)
    await ann.chats.archive(id)
    assert.deepEqual(
      (await all(ann.chats.all({ archived: true }))).map((chat) => chat.id),
      [id],
    )
    await ann.chats.archive(id, false)
    const folder = await ann.chats.saveFolder({ title: 'Groups', groups: true })
    assert((await all(ann.chats.inFolder(folder))).some((chat) => chat.id === id))
    await ann.chats.deleteFolder(folder.id)
  })
}
