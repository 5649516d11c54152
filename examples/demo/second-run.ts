/** The same program, started again: no login, and first of all what was sent while it was not there. */
import assert from 'node:assert/strict'
import { Telegram } from 'telegram-mt'
import { boxOptions } from '../box-options.ts'
import { Account } from './account.ts'
import { asProgram, tellDirector } from './director.ts'
import { step } from './transcript.ts'

const [boxFile = '', storage = ''] = process.argv.slice(2)

await asProgram(async () => {
  const telegram = new Telegram({ ...boxOptions(boxFile), storage })

  const [ann, bob] = await step('restore both sessions from the file', async () => {
    await telegram.start()
    assert.equal(telegram.sessions().length, 2)
    return [new Account('ann', telegram.session('ann')), new Account('bob', telegram.session('bob'))] as const
  })

  const missedByAnn = ['Are you there, Ann?', 'I come too', 'When do we meet?']
  const missedByBob = ['Are you there, Bob?', 'I come too', 'When do we meet?']
  await step('receive what was sent in between', async () => {
    await Promise.all([ann.messages(missedByAnn.length), bob.messages(missedByBob.length)])
  })

  // Updates come in order: when this message is here, whatever else was sent before it would be, too.
  tellDirector({ reached: 'caught up' })
  await step('receive what is sent now', async () => {
    await Promise.all([ann.message('There you are'), bob.message('There you are')])
  })

  await step('each message came exactly once and in order, none that was seen before', async () => {
    assert.deepEqual(ann.texts, [...missedByAnn, 'There you are'])
    assert.deepEqual(bob.texts, [...missedByBob, 'There you are'])
  })

  await step('ann and bob answer', async () => {
    const fromCarol = await ann.message('Are you there, Ann?')
    await ann.session.sendMessage(fromCarol.chatId, 'I am')
    const inGroup = await bob.message('When do we meet?')
    await bob.session.sendMessage(inGroup.chatId, 'At nine')
  })
  await step('close', () => telegram.close())
})
