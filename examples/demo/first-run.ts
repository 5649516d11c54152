/** A program with two accounts: signs both in, talks, and ends. What it must keep is in one SQLite file by then. */
import assert from 'node:assert/strict'
import { PasswordNeededError, SignUpNeededError, Telegram } from 'telegram-mt'
import { boxOptions } from '../box-options.ts'
import { Account } from './account.ts'
import { asProgram, codeOnPhone } from './director.ts'
import { show, step } from './transcript.ts'

const [boxFile = '', storage = ''] = process.argv.slice(2)

await asProgram(async () => {
  const telegram = new Telegram({ ...boxOptions(boxFile), storage })

  const [annsSession, bobsSession] = await step(
    'connect two sessions, to DC 2 and DC 4, and exchange keys',
    async () => {
      const sessions = await Promise.all([
        telegram.connect({ dc: 2, id: 'ann' }),
        telegram.connect({ dc: 4, id: 'bob' }),
      ])
      for (const session of sessions) assert(session.hasAuthKey)
      return sessions
    },
  )
  const ann = new Account('ann', annsSession)
  const bob = new Account('bob', bobsSession)

  await step('ann signs up: the number has no account yet', async () => {
    const phone = '9996620001'
    await ann.session.sendCode(phone)
    const code = await codeOnPhone(phone)
    await assert.rejects(ann.session.signIn(phone, code), SignUpNeededError)
    await ann.session.signUp(phone, { firstName: 'Ann' })
    await ann.session.api.account.updateUsername({ username: 'ann_demo' })
    assert.equal(ann.session.state.name, 'online')
  })

  await step('bob signs in: with the code, then with the password of his account', async () => {
    const phone = '9996640002'
    await bob.session.sendCode(phone)
    const code = await codeOnPhone(phone)
    await assert.rejects(bob.session.signIn(phone, code), PasswordNeededError)
    await bob.session.checkPassword('correct horse')
    assert.equal(bob.session.username, 'bob_demo')
  })

  await step('list contacts: ann adds bob by his number, bob has carol already', async () => {
    await ann.session.importContacts([{ phone: '+9996640002', firstName: 'Bob' }])
    const contacts = async ({ name, session }: Account) => {
      const names = (await session.getContacts()).map(({ firstName }) => firstName)
      show(name, `contacts: ${names.join(', ')}`)
      return names
    }
    assert.deepEqual(await contacts(ann), ['Bob'])
    assert.deepEqual(await contacts(bob), ['Carol'])
  })

  const listChats = async ({ name, session }: Account) => {
    const chats = await session.getChats()
    const titles = chats.map(({ title, unreadCount }) =>
      unreadCount > 0 ? `${title} (${unreadCount} new)` : title,
    )
    show(name, `chats: ${titles.join(', ') || 'none'}`)
    return chats
  }
  await step('list chats: bob has one, in which carol wrote before he came', async () => {
    assert.deepEqual(await listChats(ann), [])
    const [chat, ...others] = await listChats(bob)
    assert.equal(chat?.title, 'Carol')
    assert.deepEqual(others, [])
    const [message] = await bob.session.getHistory(chat.peer)
    assert(message?._ === 'message')
    assert.equal(message.message, 'Welcome to the box!')
  })

  await step('ann writes to bob, bob answers', async () => {
    await ann.session.sendMessage('@bob_demo', 'Hello Bob')
    const { chatId, message } = await bob.message('Hello Bob')
    await bob.session.sendMessage(chatId, 'Hello Ann', { replyTo: message.id })
    await ann.message('Hello Ann')
  })

  await step('ann makes a group, and both write in it', async () => {
    const group = await ann.session.createGroup('Weekend', ['@bob_demo', '@carol_demo'])
    await ann.session.sendMessage(group.id, 'Who comes along?')
    const { chatId, chatTitle } = await bob.message('Who comes along?')
    assert.equal(chatTitle, 'Weekend')
    await bob.session.sendMessage(chatId, 'I do')
    await ann.message('I do')
    assert.deepEqual(
      [ann.texts, bob.texts],
      [
        ['Hello Ann', 'I do'],
        ['Hello Bob', 'Who comes along?'],
      ],
    )
  })

  await step('list chats again: the new ones are there', async () => {
    const titles = async (account: Account) => (await listChats(account)).map(({ title }) => title).sort()
    assert.deepEqual(await titles(ann), ['Bob', 'Weekend'])
    assert.deepEqual(await titles(bob), ['Ann', 'Carol', 'Weekend'])
  })

  // Keys, positions and peers were saved as they changed; this waits for the last of it.
  await step('close: both sessions are saved in one SQLite file', () => telegram.close())
})
