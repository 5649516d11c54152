/** Chapter 2: messages. */
import assert from 'node:assert/strict'
import { html, locationMedia, markdown, pollOf, RpcError, toHtml, toMarkdown } from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { all, arrivalsOf, type Company, textsOf } from './company.ts'

export async function messages(company: Company): Promise<void> {
  const { ann, bob } = company
  const toAnn = arrivalsOf(company, ann)
  const toBob = arrivalsOf(company, bob)

  await step('Markdown in and out, without loss', async () => {
    const name = '**not bold**'
    const sent = await ann.sendMessage(
      '@bob_tour',
      markdown`**bold __both__** ${name} [link](${'https://example.org'})`,
    )
    const { message } = await toBob.text(sent.message)
    assert.equal(toMarkdown(message), '**bold __both__** \\*\\*not bold\\*\\* [link](https://example.org)')
  })

  await step('HTML in and out; wrong HTML is refused, saying where', async () => {
    const sent = await ann.sendMessage('me', html`<b>a</b> <tg-spoiler>${'<secret>'}</tg-spoiler>`)
    assert.equal(toHtml(sent), '<b>a</b> <tg-spoiler>&lt;secret&gt;</tg-spoiler>')
    await assert.rejects(ann.sendMessage('me', '<b>never closed', { parseMode: 'html' }), {
      code: 'FORMAT_INVALID',
    })
  })

  await step('reply with a quote, find what was answered', async () => {
    await ann.sendMessage('@bob_tour', 'tea or coffee?')
    const { message } = await toBob.text('tea or coffee?')
    const reply = await bob.sendMessage('@ann_tour', 'that', {
      replyTo: { message: message.id, quote: 'coffee' },
    })
    assert.equal((await bob.messages.getReplied(reply))?.id, message.id)
    await toAnn.text('that')
  })

  await step('edit, also what was said before; delete for both', async () => {
    const sent = await ann.sendMessage('@bob_tour', 'tpyo')
    await toBob.text('tpyo')
    assert.equal((await ann.editMessage('@bob_tour', sent.id, 'typo')).message, 'typo')
    await ann.deleteMessages('@bob_tour', [sent.id])
    assert.equal(await ann.messages.get('@bob_tour', sent.id), undefined)
  })

  await step('the same random id sends once', async () => {
    const first = await ann.sendMessage('@bob_tour', 'once', { randomId: 4711n })
    const again = await ann.sendMessage('@bob_tour', 'once', { randomId: 4711n })
    assert.equal(again.id, first.id)
  })

  await step('forward, in order, with and without the author', async () => {
    const ids = []
    for (const text of ['one', 'two']) ids.push((await ann.sendMessage('me', text)).id)
    const copies = await ann.forwardMessages('me', ids, '@bob_tour')
    assert.deepEqual(textsOf(copies), ['one', 'two'])
    const [plain] = await ann.forwardMessages('me', ids, '@bob_tour', { dropAuthor: true })
    assert.equal(plain?.fwdFrom, undefined)
  })

  await step('pin, find what is pinned, unpin', async () => {
    const sent = await ann.sendMessage('@bob_tour', 'to be pinned')
    await ann.messages.pin('@bob_tour', sent.id)
    assert.deepEqual(textsOf(await all(ann.messages.search('@bob_tour', { kind: 'pinned' }))), [
      'to be pinned',
    ])
    await ann.messages.unpinAll('@bob_tour')
  })

  await step('reactions: give, see who gave them, take back', async () => {
    await ann.sendMessage('@bob_tour', 'nice?')
    const { message } = await toBob.text('nice?')
    await bob.messages.react('@ann_tour', message.id, '👍')
    const [given] = await all(bob.messages.reactions('@ann_tour', message.id))
    assert.equal(given?.reaction, '👍')
    await bob.messages.react('@ann_tour', message.id, [])
  })

  await step('polls and quizzes: send, vote, count, close', async () => {
    const { id } = await ann.chats.createGroup('Poll', ['@bob_tour'])
    const poll = await ann.messages.sendPoll(id, {
      question: 'Tea?',
      answers: ['yes', 'no'],
      publicVotes: true,
    })
    const state = await ann.messages.vote(id, poll, 0)
    assert.deepEqual(
      state.answers.map(({ voters }) => voters),
      [1, 0],
    )
    assert.equal((await all(ann.messages.votes(id, poll))).length, 1)
    assert.equal(pollOf(await ann.messages.closePoll(id, poll))?.poll.closed, true)
    const quiz = await ann.messages.sendPoll(id, { question: '1 + 1', answers: ['1', '2'], correct: 1 })
    assert.equal((await ann.messages.vote(id, quiz, 1)).answers[1]?.correct, true)
  })

  await step('drafts', async () => {
    await ann.messages.saveDraft('@bob_tour', 'half a tho')
    assert.equal((await ann.messages.getDrafts())[0]?.text, 'half a tho')
    await ann.messages.clearDraft('@bob_tour')
  })

  await step('scheduled messages: later, and after all now', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000)
    const later = await ann.sendMessage('@bob_tour', 'later', { schedule: inAnHour })
    assert.deepEqual(textsOf(await ann.messages.getScheduled('@bob_tour')), ['later'])
    await ann.messages.sendScheduledNow('@bob_tour', [later.id])
    await toBob.text('later')
  })

  await step('silent messages, and link previews left out', async () => {
    const sent = await ann.sendMessage('@bob_tour', 'psst https://example.org', {
      silent: true,
      noWebpage: true,
    })
    assert.equal(sent.silent, true)
  })

  await step('typing, for as long as the work takes', async () => {
    assert.equal(await ann.messages.whileActing('@bob_tour', 'typing', () => Promise.resolve(42)), 42)
  })

  await step('read and unread marks', async () => {
    await bob.messages.markRead('@ann_tour')
    const unread = async () => (await bob.chats.of(['@ann_tour']))[0]
    assert.equal((await unread())?.unreadCount, 0)
    await bob.messages.markUnread('@ann_tour')
    assert.equal((await unread())?.dialog.unreadMark, true)
    await bob.messages.markRead('@ann_tour')
  })

  await step('contacts, places, live places, dice', async () => {
    await ann.messages.sendContact('@bob_tour', { phone: '+41 79 000 00 00', firstName: 'Zoe' })
    const live = { latitude: 46.2, longitude: 6.1, period: 900 }
    const place = await ann.messages.sendLocation('@bob_tour', live)
    await ann.messages.editMedia('@bob_tour', place.id, locationMedia({ ...live, latitude: 46.3 }))
    const dice = await ann.messages.sendDice('@bob_tour', '🎲')
    assert(dice.media?._ === 'messageMediaDice' && dice.media.value >= 1 && dice.media.value <= 6)
  })

  await step('search in a chat and everywhere', async () => {
    assert.deepEqual(textsOf(await all(ann.messages.search('@bob_tour', { query: 'coffee' }))), [
      'tea or coffee?',
    ])
    assert((await all(ann.messages.searchEverywhere({ query: 'coffee', limit: 5 }))).length >= 1)
  })

  await step('errors have names', async () => {
    const error = await ann.sendMessage('@bob_tour', ' ').catch((error: unknown) => error)
    assert(RpcError.is(error, 'MESSAGE_EMPTY'))
  })
}
