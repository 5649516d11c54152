import { authKeyId } from '@telegram-mt/crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Box, startBox } from '../box.ts'
import { WireClient } from '../wire-client.testing.ts'

let box: Box
const clients: WireClient[] = []

beforeAll(async () => {
  box = await startBox()
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await box.close()
})

async function signedIn(phone: string, firstName: string) {
  const account = await box.user({ phone, firstName })
  const { dc, authKey, serverSalt } = box.signedInKey(account)
  const key = { authKey, id: authKeyId(authKey), salt: serverSalt, timeOffset: 0 }
  const client = await WireClient.connect(box, { dc, key })
  clients.push(client)
  return { account, client }
}

test('a client with such a key calls as the account, and is told of its updates', async () => {
  const ann = await signedIn('9996630001', 'Ann')
  const bob = await signedIn('9996610002', 'Bob')
  const [me] = await ann.client.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
  expect(me).toMatchObject({ id: ann.account.id, firstName: 'Ann', self: true })
  const { users } = await bob.client.call({
    _: 'contacts.importContacts',
    contacts: [
      { _: 'inputPhoneContact', clientId: 1n, phone: ann.account.phone, firstName: 'Ann', lastName: '' },
    ],
  })
  const [user] = users
  if (user?._ !== 'user') throw new Error('no user was found')
  await bob.client.call({
    _: 'messages.sendMessage',
    peer: { _: 'inputPeerUser', userId: user.id, accessHash: user.accessHash ?? 0n },
    message: 'hello',
    randomId: 1n,
  })
  await ann.client.until(() => ann.client.updates.length > 0)
  expect(JSON.stringify(ann.client.updates, (_, v) => (typeof v === 'bigint' ? String(v) : v))).toContain(
    'hello',
  )
})
