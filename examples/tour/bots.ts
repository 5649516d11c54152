/** Chapter 6: bots. */
import assert from 'node:assert/strict'
import {
  type BotQuery,
  botFileIds,
  buttonsOf,
  fileAtBotId,
  hideKeyboard,
  inlineKeyboard,
  readBotQuery,
  readCommand,
  replyKeyboard,
  type Session,
} from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { arrivalsOf, type Company } from './company.ts'

/** The next query of this type that comes to the bot. */
function query<T extends BotQuery['type']>(bot: Session, type: T): Promise<BotQuery & { type: T }> {
  return new Promise((resolve) =>
    bot.onUpdate((update) => {
      const found = update.type === 'update' ? readBotQuery(update.update) : undefined
      if (found?.type === type) resolve(found as BotQuery & { type: T })
    }),
  )
}

export async function bots(company: Company): Promise<void> {
  const { ann, bot } = company
  const toBot = arrivalsOf(company, bot)
  const toAnn = arrivalsOf(company, ann)

  await step('commands: listed, sent, read', async () => {
    await bot.bots.setCommands([{ command: 'start', description: 'Begin' }])
    assert.equal((await bot.bots.getCommands()).length, 1)
    await ann.bots.start('@guide_tour_bot', { parameter: 'from-the-tour' })
    const { text } = await toBot.text('/start from-the-tour')
    assert.equal(readCommand(text)?.argument, 'from-the-tour')
    await bot.bots.deleteCommands()
    assert.deepEqual(await bot.bots.getCommands(), [])
  })

  await step('buttons: shown, pressed, answered', async () => {
    const keyboard = inlineKeyboard([
      [
        { text: 'Yes', data: 'y' },
        { text: 'No', data: 'n' },
      ],
    ])
    await bot.sendMessage(ann.userId ?? 0, 'Go on?', { replyMarkup: keyboard })
    const { message } = await toAnn.text('Go on?')
    const pressed = query(bot, 'callback')
    const result = ann.messages.press('@guide_tour_bot', message, 'Yes')
    const { queryId, text } = await pressed
    assert.equal(text, 'y')
    await bot.bots.answerCallback(queryId, { text: 'This way' })
    assert.deepEqual(await result, { type: 'answer', text: 'This way', url: undefined, alert: false })
  })

  await step(
    'keyboards: keys in the place of the phone’s own, one of them used, taken away again',
    async () => {
      const keys = replyKeyboard([['Left', 'Right']], { once: true, placeholder: 'Which way?' })
      await bot.sendMessage(ann.userId ?? 0, 'Choose', { replyMarkup: keys })
      const { message } = await toAnn.text('Choose')
      assert.deepEqual(
        buttonsOf(message)
          .flat()
          .map(({ text }) => text),
        ['Left', 'Right'],
      )
      assert.equal((await ann.messages.press('@guide_tour_bot', message, 'Right')).type, 'sent')
      await toBot.text('Right')
      await bot.sendMessage(ann.userId ?? 0, 'Right it is', { replyMarkup: hideKeyboard() })
      assert.equal((await toAnn.text('Right it is')).message.replyMarkup?._, 'replyKeyboardHide')
    },
  )

  await step('inline queries: asked, answered, a result sent', async () => {
    const asked = query(bot, 'inline')
    const results = ann.bots.query('@guide_tour_bot', 'castles')
    const { queryId } = await asked
    await bot.bots.answerInline(queryId, [
      { id: '1', title: 'A castle', text: 'a __castle__', parseMode: 'markdown' },
    ])
    const sent = await ann.bots.sendResult('me', await results, '1')
    assert.deepEqual([sent.message, sent.viaBotId], ['a castle', bot.userId])
  })

  await step('files by their Bot API ids', async () => {
    const bytes = new TextEncoder().encode('a file for a bot')
    await ann.media.sendDocument('@guide_tour_bot', bytes, { caption: 'for the guide' })
    const { message } = await toBot.text('for the guide')
    const { fileId } = botFileIds(message)
    assert.deepEqual(await bot.media.download(fileAtBotId(fileId)), bytes)
    await bot.media.send(message.peerId, { fileId }, { caption: 'back' })
  })
}
