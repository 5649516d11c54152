/** Conversations of each with each other. */
import { createBot } from '@telegram-mt/box'
import { expect } from 'vitest'
import { found, type Scenario, withEach, words } from '../scenario.ts'
import type { SeenEntity } from '../vocabulary.ts'

export const textWithEntities: Scenario = {
  name: 'text with entities',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const start = `${words(player.name)} `
      const html =
        `${start}<b>bold <i>both</i></b> <u>under</u> <s>gone</s> <code>code</code> ` +
        '<a href="https://example.org/a?b=1">link</a> <pre><code class="language-js">let x</code></pre>'
      const text = `${start}bold both under gone code link let x`
      await player.ask('send', { to: other.username, html })
      const message = await other.got(text)
      expect(message).toMatchObject({ chat: player.userId, out: false, text })
      const at = (part: string) => ({ offset: text.indexOf(part, start.length), length: part.length })
      const expected: SeenEntity[] = [
        { type: 'messageEntityBold', ...at('bold both') },
        { type: 'messageEntityItalic', ...at('both') },
        { type: 'messageEntityUnderline', ...at('under') },
        { type: 'messageEntityStrike', ...at('gone') },
        { type: 'messageEntityCode', ...at('code') },
        { type: 'messageEntityTextUrl', ...at('link'), url: 'https://example.org/a?b=1' },
        { type: 'messageEntityPre', ...at('let x'), language: 'js' },
      ]
      expect([...message.entities].sort((a, b) => a.offset - b.offset || b.length - a.length)).toEqual(
        expected,
      )
    }),
}

export const reply: Scenario = {
  name: 'reply',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const question = await other.ask('send', { to: player.username, html: words('how is it?') })
      const asked = await player.got(question.text)
      const text = words(`${player.name} is well`)
      await player.ask('send', { to: other.username, html: text, replyTo: asked.id })
      expect(await other.got(text)).toMatchObject({ replyTo: question.id })
    }),
}

export const edit: Scenario = {
  name: 'edit',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const text = words('first')
      const { id } = await player.ask('send', { to: other.username, html: text })
      const before = await other.got(text)
      const better = words('better')
      await player.ask('edit', { with: other.username, id, html: `<b>${better}</b>` })
      const after = { id: before.id, text: better, edited: true }
      expect(await other.saw('edited', (message) => message.text === better)).toMatchObject(after)
      expect(await found(other, player, before.id)).toMatchObject({
        ...after,
        entities: [{ type: 'messageEntityBold', offset: 0, length: better.length }],
      })
    }),
}

export const remove: Scenario = {
  name: 'delete',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const text = words('to be forgotten')
      const { id } = await player.ask('send', { to: other.username, html: text })
      const received = await other.got(text)
      expect(await found(other, player, received.id)).toMatchObject({ text })
      await player.ask('remove', { with: other.username, ids: [id] })
      await other.saw('deleted', ({ ids }) => ids.includes(received.id))
      expect((await found(other, player, received.id))?.text).not.toBe(text)
    }),
}

export const reaction: Scenario = {
  name: 'reaction',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const sent = await other.ask('send', { to: player.username, html: words('nice?') })
      const { id } = await player.got(sent.text)
      await player.ask('react', { with: other.username, id, emoji: '👍' })
      await other.saw('reactions', (one) => one.id === sent.id && one.reactions.includes('👍'))
      expect(await found(other, player, sent.id)).toMatchObject({ reactions: ['👍'] })
    }),
}

export const readMark: Scenario = {
  name: 'read mark',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const { id, text } = await other.ask('send', { to: player.username, html: words('read me') })
      await player.got(text)
      await player.ask('read', { with: other.username })
      await other.saw('read', ({ chat, upTo }) => chat === player.userId && upTo >= id)
    }),
}

/** Told without asking: a message, its edit, its end. */
export const updatePush: Scenario = {
  name: 'update push',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const since = stage.box.calls.count
      const own = await other.ask('send', { to: player.username, html: words('pushed') })
      const { id } = await player.got(own.text)
      const better = words('pushed anew')
      await other.ask('edit', { with: player.username, id: own.id, html: better })
      await player.saw('edited', (message) => message.id === id && message.text === better)
      await other.ask('remove', { with: player.username, ids: [own.id] })
      await player.saw('deleted', ({ ids }) => ids.includes(id))
      const asked = stage.box.calls.methods({ userId: player.userId, since })
      expect(asked.filter((method) => /getHistory|getMessages|getDialogs/.test(method))).toEqual([])
    }),
}

export const typing: Scenario = {
  name: 'typing',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      await player.ask('typing', { with: other.username })
      await other.saw('typing', ({ chat }) => chat === player.userId)
    }),
}

export const forward: Scenario = {
  name: 'forward',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const { id, text } = await player.ask('send', { to: 'me', html: words('to be passed on') })
      await player.ask('forward', { from: 'me', ids: [id], to: other.username })
      expect(await other.got(text)).toMatchObject({ chat: player.userId, forwarded: true })
    }),
}

export const pin: Scenario = {
  name: 'pin',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const sent = await other.ask('send', { to: player.username, html: words('worth pinning') })
      const { id } = await player.got(sent.text)
      await player.ask('pin', { with: other.username, id })
      expect(await other.ask('pinned', { with: player.username })).toContain(sent.id)
    }),
}

export const search: Scenario = {
  name: 'search',
  run: (player, stage) =>
    withEach(player, stage, async (other) => {
      const needle = `needle${player.userId}x${other.userId}`
      const sent = await other.ask('send', { to: player.username, html: words(`hay ${needle} hay`) })
      const { id } = await player.got(sent.text)
      const hits = await player.ask('search', { with: other.username, query: needle })
      expect(hits.map((hit) => hit.id)).toEqual([id])
    }),
}

export const poll: Scenario = {
  name: 'poll',
  async run(player, stage) {
    const other = stage.next(player)
    const { chat } = await player.ask('createGroup', {
      title: words('voters'),
      members: stage.others(player).map(({ username }) => username),
    })
    const greeting = words('vote!')
    await player.ask('send', { to: chat, html: greeting })
    for (const one of stage.others(player)) await one.got(greeting)
    const question = words('tea or coffee?')
    await player.ask('sendPoll', { to: chat, question, answers: ['tea', 'coffee'] })
    const [asked] = await other.ask('history', { with: chat, limit: 1 })
    if (asked === undefined) throw new Error('the poll is not there')
    for (const [index, voter] of stage.players.entries()) {
      const [seen] = await voter.ask('history', { with: chat, limit: 1 })
      await voter.ask('vote', { with: chat, id: seen?.id ?? 0, choice: index === 0 ? 0 : 1 })
    }
    expect(await other.ask('poll', { with: chat, id: asked.id })).toEqual({
      question,
      answers: [
        { text: 'tea', voters: 1 },
        { text: 'coffee', voters: 3 },
      ],
    })
  },
}

/** The client runs a bot; the others start it, and press its buttons. */
export const bot: Scenario = {
  name: 'bot with buttons',
  async run(player, stage) {
    const username = `${player.username}_bot`
    const token = `${player.userId}:only-known-here`
    const { id } = createBot(stage.box.world, {
      firstName: `Bot of ${player.name}`,
      username,
      token,
      dc: player.dc,
    })
    await player.ask('runBot', { ...stage.network, token, buttons: ['tea', 'coffee'] })
    await withEach(player, stage, async (other) => {
      await other.ask('send', { to: username, html: '/start' })
      const offer = await other.saw('message', ({ text, chat }) => text === 'choose' && chat === id)
      const press = { with: username, id: offer.id, text: 'coffee' }
      expect(await other.ask('press', press)).toEqual({ answer: 'you chose coffee' })
    })
  },
}
