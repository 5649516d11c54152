/** Bots and the people who use them, against a box. */
import { type Box, createBot } from '@telegram-mt/box'
import {
  type BotQuery,
  botFileIds,
  fileAtBotId,
  inlineKeyboard,
  readBotQuery,
  readCommand,
  type Session,
} from 'telegram-mt'
import { expect, test } from 'vitest'
import { account, event, Inbox, newBox, newHost } from '../fixture.ts'

async function botAndUser(): Promise<{ box: Box; bot: Session; ann: Session }> {
  const box = await newBox()
  const telegram = newHost(box)
  const made = createBot(box.world, { firstName: 'Robo', username: 'robo_bot', inlinePlaceholder: 'Search' })
  const bot = await telegram.connect({ dc: 2 })
  await bot.signInBot(made.bot?.token ?? '')
  return { box, bot, ann: await account(telegram, 'Ann', 1) }
}

/** The first query of this type that comes to the bot. */
function query<T extends BotQuery['type']>(bot: Session, type: T): Promise<BotQuery & { type: T }> {
  return event<BotQuery & { type: T }>((listener) =>
    bot.onUpdate((update) => {
      const found = update.type === 'update' ? readBotQuery(update.update) : undefined
      if (found?.type === type) listener(found as BotQuery & { type: T })
    }),
  )
}

test('commands and buttons', async () => {
  const { bot, ann } = await botAndUser()
  await bot.bots.setCommands([{ command: '/start', description: 'Begin' }])
  expect(await bot.bots.getCommands()).toEqual([{ command: 'start', description: 'Begin' }])
  await bot.bots.deleteCommands()
  expect(await bot.bots.getCommands()).toEqual([])

  const [toBot, toAnn] = [new Inbox(bot), new Inbox(ann)]
  await ann.bots.start('@robo_bot', { parameter: 'deep' })
  const started = await toBot.text('/start deep')
  expect(readCommand(started.text, 'robo_bot')).toEqual({
    command: 'start',
    bot: undefined,
    argument: 'deep',
  })
  await bot.sendMessage(started.chatId, 'Sure?', {
    replyMarkup: inlineKeyboard([
      [
        { text: 'Yes', data: 'y' },
        { text: 'Site', url: 'https://example.org' },
      ],
    ]),
  })
  const { message } = await toAnn.text('Sure?')
  if (message._ !== 'message') throw new Error('no message')
  expect(await ann.messages.press('@robo_bot', message, 'Site')).toEqual({
    type: 'url',
    url: 'https://example.org',
  })
  await expect(ann.messages.press('@robo_bot', message, 'Nope')).rejects.toMatchObject({
    code: 'BUTTON_UNKNOWN',
  })
  const pressed = query(bot, 'callback')
  const result = ann.messages.press('@robo_bot', message, { row: 0, column: 0 })
  const { queryId, text, userId, messageId, chatId } = await pressed
  expect({ text, userId, chatId }).toEqual({ text: 'y', userId: ann.userId, chatId: ann.userId })
  await bot.bots.answerCallback(queryId, { text: 'done', alert: true })
  expect(await result).toMatchObject({ type: 'answer', text: 'done', alert: true })
  await bot.messages.editButtons(chatId ?? 0, messageId ?? 0, undefined)
  await expect(bot.bots.answerCallback(queryId)).rejects.toMatchObject({ code: 'QUERY_ID_INVALID' })
})

test('inline queries', async () => {
  const { bot, ann } = await botAndUser()
  const asked = query(bot, 'inline')
  const results = ann.bots.query('@robo_bot', 'cats', { chat: 'me' })
  const { queryId, query: words } = await asked
  expect(words).toBe('cats')
  await bot.bots.answerInline(queryId, [
    { id: '1', title: 'One', text: 'a **cat**', parseMode: 'markdown' },
    { id: '2', title: 'Two', text: 'two cats' },
  ])
  const found = await results
  expect(found.results.map(({ id }) => id)).toEqual(['1', '2'])
  const sent = await ann.bots.sendResult('me', found, '1', { randomId: 77n })
  expect(sent).toMatchObject({
    message: 'a cat',
    entities: [{ _: 'messageEntityBold' }],
    viaBotId: bot.userId,
  })
  expect((await ann.bots.sendResult('me', found, '1', { randomId: 77n })).id).toBe(sent.id)
})

test('files by their Bot API ids', async () => {
  const { bot, ann } = await botAndUser()
  const toBot = new Inbox(bot)
  const bytes = crypto.getRandomValues(new Uint8Array(5000))
  await ann.media.sendDocument('@robo_bot', bytes, { caption: 'for you' })
  const { message, chatId } = await toBot.text('for you')
  if (message._ !== 'message') throw new Error('no message')
  const { fileId } = botFileIds(message)
  expect(await bot.media.download(fileAtBotId(fileId))).toEqual(bytes)
  const again = await bot.media.send(chatId, { fileId }, { caption: 'back to you' })
  expect(await bot.media.download(again)).toEqual(bytes)
})
