import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { createBot } from '../world/accounts.ts'
import { newMessages, refusal, TestBox } from './box-world.testing.ts'

function setting() {
  const box = new TestBox()
  const ann = box.user({ firstName: 'Ann' })
  const bot = createBot(box.world, {
    firstName: 'Helper',
    username: 'helper_bot',
    token: 't0',
    inlinePlaceholder: 'Ask',
  })
  const a = box.signedIn(ann)
  const h = box.device(2)
  h.call({ _: 'auth.importBotAuthorization', flags: 0, apiId: 6, apiHash: 'hash', botAuthToken: 't0' })
  const found = a.call({ _: 'contacts.resolveUsername', username: 'helper_bot' }).users[0]
  if (found?._ !== 'user') throw new Error('no bot')
  const input: tl.inputUser = { _: 'inputUser', userId: bot.id, accessHash: found.accessHash ?? 0n }
  return { box, ann, bot, a, h, input, peer: { ...input, _: 'inputPeerUser' } as const }
}

const keyboard: tl.replyInlineMarkup = {
  _: 'replyInlineMarkup',
  rows: [
    {
      _: 'keyboardButtonRow',
      buttons: [{ _: 'keyboardButtonCallback', text: 'Press', data: Uint8Array.of(1, 2) }],
    },
  ],
}

describe('bots', () => {
  it('sign in by token only', () => {
    const { box, bot } = setting()
    const login = (botAuthToken: string, dc = 2) =>
      box
        .device(dc)
        .call({ _: 'auth.importBotAuthorization', flags: 0, apiId: 6, apiHash: 'h', botAuthToken })
    expect(refusal(() => login('other'))).toBe('400 ACCESS_TOKEN_INVALID')
    expect(refusal(() => login('t0', 1))).toBe('303 USER_MIGRATE_2')
    expect(login('t0')).toMatchObject({ user: { id: bot.id, bot: true } })
  })

  it('are started, and answer who wrote to them without a hash', () => {
    const { a, h, input, ann } = setting()
    a.call({
      _: 'messages.startBot',
      bot: input,
      peer: { _: 'inputPeerEmpty' },
      randomId: 1n,
      startParam: 'x1',
    })
    expect(newMessages(h.taken())).toMatchObject([
      { message: '/start x1', entities: [{ _: 'messageEntityBotCommand' }] },
    ])
    h.send({ _: 'inputPeerUser', userId: ann.id, accessHash: 0n }, 'welcome', { replyMarkup: keyboard })
    expect(newMessages(a.taken())).toMatchObject([{ message: 'welcome', replyMarkup: keyboard }])
  })

  it('are asked when a button is pressed, and answer or time out', async () => {
    const { a, h, ann, peer, box } = setting()
    h.send({ _: 'inputPeerUser', userId: ann.id, accessHash: 0n }, 'press', { replyMarkup: keyboard })
    const { id } = newMessages(a.taken())[0]!
    const press = (data: Uint8Array) => a.later({ _: 'messages.getBotCallbackAnswer', peer, msgId: id, data })
    await expect(async () => press(Uint8Array.of(9))).rejects.toThrow('DATA_INVALID')
    const answered = press(Uint8Array.of(1, 2))
    const [query] = h.taken()
    expect(query).toMatchObject({
      _: 'updateBotCallbackQuery',
      userId: ann.id,
      data: Uint8Array.of(1, 2),
      msgId: 1,
    })
    const { queryId } = query as tl.updateBotCallbackQuery
    h.call({ _: 'messages.setBotCallbackAnswer', queryId, message: 'done', alert: true, cacheTime: 0 })
    expect(await answered).toMatchObject({ message: 'done', alert: true })
    const unanswered = press(Uint8Array.of(1, 2))
    box.now += 15_000
    box.world.tick()
    await expect(unanswered).rejects.toThrow('BOT_RESPONSE_TIMEOUT')
    expect(refusal(() => h.call({ _: 'messages.setBotCallbackAnswer', queryId, cacheTime: 0 }))).toBe(
      '400 QUERY_ID_INVALID',
    )
  })

  it('answer inline queries, and what is chosen is sent by them', async () => {
    const { a, h, input, bot } = setting()
    const asked = a.later({
      _: 'messages.getInlineBotResults',
      bot: input,
      peer: { _: 'inputPeerSelf' },
      query: 'cats',
      offset: '',
    })
    const [query] = h.taken()
    expect(query).toMatchObject({ _: 'updateBotInlineQuery', query: 'cats' })
    h.call({
      _: 'messages.setInlineBotResults',
      queryId: (query as tl.updateBotInlineQuery).queryId,
      results: [
        {
          _: 'inputBotInlineResult',
          id: 'one',
          type: 'article',
          title: 'Cat',
          sendMessage: { _: 'inputBotInlineMessageText', message: 'A cat.' },
        },
      ],
      cacheTime: 0,
    })
    const results = await asked
    expect(results.results).toMatchObject([{ id: 'one', title: 'Cat' }])
    const sent = a.call({
      _: 'messages.sendInlineBotResult',
      peer: { _: 'inputPeerSelf' },
      randomId: 1n,
      queryId: results.queryId,
      id: 'one',
    })
    expect(newMessages(sent)).toMatchObject([{ message: 'A cat.', viaBotId: bot.id }])
  })
})
