/** Chapter 2: messages. */
import assert from 'node:assert/strict'
import {
  buttonsOf,
  html,
  inlineKeyboard,
  locationMedia,
  markdown,
  pollOf,
  RpcError,
  toHtml,
  toMarkdown,
} from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { all, arrivalsOf, type Company, picture, textsOf } from './company.ts'

export async function messages(company: Company): Promise<void> {
  const { ann, bob, bot } = company
  const toAnn = arrivalsOf(company, ann)
  const toBob = arrivalsOf(company, bob)
  const toBot = arrivalsOf(company, bot)

  await step('text with its marks given as entities', async () => {
    const entities = [{ _: 'messageEntityBold' as const, offset: 0, length: 5 }]
    const sent = await ann.sendMessage('@bob_tour', 'plain and bold', { entities })
    const { message } = await toBob.text('plain and bold')
    assert.deepEqual(message.entities, entities)
    assert.deepEqual(sent.entities, entities)
  })

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

  await step('topics: a message and an answer in one of a forum', async () => {
    const { id } = await ann.chats.createChannel({ kind: 'forum', title: 'Topics' })
    const topic = await ann.chats.createTopic(id, { title: 'Plans' })
    const asked = await ann.sendMessage(id, 'when?', { topic })
    await ann.sendMessage(id, 'now', { topic, replyTo: { message: asked.id, quote: 'when' } })
    assert.deepEqual(textsOf(await all(ann.messages.replies(id, topic))), ['now', 'when?'])
    await ann.chats.delete(id)
  })

  await step('edit; delete for oneself, and for both', async () => {
    const sent = await ann.sendMessage('@bob_tour', 'tpyo')
    await toBob.text('tpyo')
    assert.equal((await ann.editMessage('@bob_tour', sent.id, 'typo')).message, 'typo')
    const mine = await ann.sendMessage('@bob_tour', 'not for me')
    const { message } = await toBob.text('not for me')
    await ann.deleteMessages('@bob_tour', [mine.id], { revoke: false })
    assert.equal(await ann.messages.get('@bob_tour', mine.id), undefined)
    assert.notEqual(await bob.messages.get('@ann_tour', message.id), undefined)
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

  await step('silent messages', async () => {
    assert.equal((await ann.sendMessage('@bob_tour', 'psst', { silent: true })).silent, true)
  })

  await step('link previews: shown, chosen, left out, asked for', async () => {
    const text = 'see https://example.org'
    const shown = await ann.sendMessage('me', text)
    assert(shown.media?._ === 'messageMediaWebPage' && shown.media.webpage._ === 'webPage')
    assert.equal((await ann.sendMessage('me', text, { noWebpage: true })).media, undefined)
    const url = 'https://example.org/other'
    const chosen = await ann.sendMessage('me', text, { preview: { url, size: 'large' }, previewAbove: true })
    const page = chosen.media?._ === 'messageMediaWebPage' && chosen.media.webpage
    assert(page && page._ === 'webPage' && page.url === url)
    assert.equal((await ann.messages.getLinkPreview(text))?.url, 'https://example.org')
  })

  await step('typing and other actions, for as long as the work takes', async () => {
    await ann.messages.sendAction('@bob_tour', 'recordVoice')
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

  await step('contacts', async () => {
    const card = await ann.messages.sendContact('@bob_tour', { phone: '+41 79 000 00 00', firstName: 'Zoe' })
    assert.equal(card.media?._, 'messageMediaContact')
  })

  await step('places: with a name, and live ones that move', async () => {
    const there = { latitude: 46.2, longitude: 6.1 }
    const venue = await ann.messages.sendVenue('@bob_tour', { ...there, title: 'Café', address: 'Rue 1' })
    assert.equal(venue.media?._, 'messageMediaVenue')
    const live = { ...there, period: 900 }
    const place = await ann.messages.sendLocation('@bob_tour', live)
    await ann.messages.editMedia('@bob_tour', place.id, locationMedia({ ...live, latitude: 46.3 }))
  })

  await step('dice', async () => {
    const dice = await ann.messages.sendDice('@bob_tour', '🎲')
    assert(dice.media?._ === 'messageMediaDice' && dice.media.value >= 1 && dice.media.value <= 6)
  })

  await step('search in a chat and everywhere', async () => {
    assert.deepEqual(textsOf(await all(ann.messages.search('@bob_tour', { query: 'coffee' }))), [
      'tea or coffee?',
    ])
    assert((await all(ann.messages.searchEverywhere({ query: 'coffee', limit: 5 }))).length >= 1)
  })

  await step('albums', async () => {
    const album = await ann.media.sendAlbum('@bob_tour', [
      { file: picture(100, 100), caption: 'two pictures' },
      { file: picture(90, 90) },
    ])
    assert.equal(new Set(album.map(({ groupedId }) => groupedId)).size, 1)
    await toBob.text('two pictures')
  })

  await step('buttons: shown, and pressed', async () => {
    await ann.sendMessage('@guide_tour_bot', 'where to?')
    const { message: asked } = await toBot.text('where to?')
    const replyMarkup = inlineKeyboard([[{ text: 'There', url: 'https://example.org/there' }]])
    await bot.sendMessage(asked.peerId, 'this way', { replyMarkup })
    const { message } = await toAnn.text('this way')
    assert.equal(buttonsOf(message).length, 1)
    const pressed = await ann.messages.press('@guide_tour_bot', message, 'There')
    assert.deepEqual(pressed, { type: 'url', url: 'https://example.org/there' })
  })

  await step('translation of texts and messages', async () => {
    const sent = await ann.sendMessage('me', markdown`**good** morning`)
    const [there] = await ann.messages.translate('me', [sent.id], 'de')
    assert.equal(
      there && toMarkdown(there),
      '[de] **good** morning'.replaceAll('[', '\\[').replaceAll(']', '\\]'),
    )
    assert.equal((await ann.messages.translateTexts(['hello'], 'fr'))[0]?.text, '[fr] hello')
  })

  await step('saved messages, by where they came from', async () => {
    await bob.sendMessage('@ann_tour', 'worth keeping')
    const { message } = await toAnn.text('worth keeping')
    await ann.forwardMessages('@bob_tour', [message.id], 'me')
    assert((await all(ann.messages.savedChats())).some(({ chatId }) => chatId === bob.userId))
    const saved = await all(ann.messages.savedHistory('@bob_tour', { limit: 1 }))
    assert.deepEqual(textsOf(saved), ['worth keeping'])
  })

  await step('errors have names', async () => {
    const error = await ann.sendMessage('@bob_tour', ' ').catch((error: unknown) => error)
    assert(RpcError.is(error, 'MESSAGE_EMPTY'))
  })
}
