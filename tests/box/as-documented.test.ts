import { type Box, startBox } from '@telegram-mt/box'
import { Telegram } from 'telegram-mt'
import { afterAll, beforeAll, expect, test } from 'vitest'

let box: Box
let telegram: Telegram

beforeAll(async () => {
  box = await startBox()
  await box.user({ phone: '9996620001', firstName: 'Ann', password: 'correct horse' })
  telegram = new Telegram({
    apiId: 1,
    apiHash: 'any',
    dcs: box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] })),
    publicKeys: [box.publicKey],
  })
})

afterAll(async () => {
  await telegram.close()
  await box.close()
})

test('a message is sent once, even if the connection drops', async () => {
  const session = await telegram.connect({ dc: 2 })
  await session.sendCode('9996620001')
  await session.signIn('9996620001', '22222', { password: 'correct horse' })

  box.faults.add({ when: { method: 'messages.sendMessage', times: 1 }, fault: { kind: 'dropAfter' } })
  await session.sendMessage('me', 'hello')

  const sent = await box.waitFor('messages.sendMessage')
  expect(sent.params).toMatchObject({ message: 'hello' })
  expect(box.calls.all('messages.sendMessage')).toHaveLength(1)
})
