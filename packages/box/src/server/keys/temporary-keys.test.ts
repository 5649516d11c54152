import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { World } from '../../world/world.ts'
import { type Box, startBox } from '../box.ts'
import { bindingCall, type ClientKey, WireClient } from '../wire-client.testing.ts'

let box: Box
let now = Date.now()
const clients: WireClient[] = []

beforeAll(async () => {
  // The clock goes on as the machine's, but can be moved.
  box = await startBox({ world: new World({ now: () => now + (Date.now() - started) }) })
  await box.user({ phone: '9996620001', firstName: 'Ann' })
  await box.user({ phone: '9996620002', firstName: 'Bob' })
})
const started = now

afterAll(async () => {
  for (const client of clients) client.disconnect()
  await box.close()
})

async function connected(options: Parameters<typeof WireClient.connect>[1] = {}): Promise<WireClient> {
  const client = await WireClient.connect(box, options)
  clients.push(client)
  return client
}

const inAnHour = () => Math.floor(box.world.now() / 1000) + 3600

async function bound(permanent: ClientKey, expiresAt = inAnHour()): Promise<WireClient> {
  const client = await connected({ expiresIn: 86_400 })
  await client.send(bindingCall(client, permanent, expiresAt), 'auth.bindTempAuthKey')
  return client
}

test('P2: to an unbound temporary key the server answers with the configuration, and nothing else', async () => {
  const client = await connected({ expiresIn: 3600 })
  await expect(client.call({ _: 'help.getConfig' })).resolves.toMatchObject({ _: 'config', thisDc: 2 })
  await expect(client.call({ _: 'updates.getState' })).rejects.toMatchObject({
    code: 401,
    message: 'AUTH_KEY_PERM_EMPTY',
  })
})

test('a bound key stands for the permanent one: sign-in, pushes and layer', async () => {
  const permanent = await connected()
  await permanent.signIn('9996620001')
  const temporary = await bound(permanent.key)
  const me = await temporary.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
  expect(me[0]).toMatchObject({ firstName: 'Ann', self: true })
  // Signing in on the temporary key is signing in on the permanent one.
  const other = await connected()
  const second = await bound(other.key)
  await second.signIn('9996620002')
  await expect(other.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })).resolves.toMatchObject([
    { firstName: 'Bob' },
  ])
  const [ann] = await second
    .call({
      _: 'contacts.importContacts',
      contacts: [{ _: 'inputPhoneContact', clientId: 1n, phone: '9996620001', firstName: 'A', lastName: '' }],
    })
    .then(({ users }) => users)
  if (ann?._ !== 'user') throw new Error('no contact')
  await second.call({
    _: 'messages.sendMessage',
    peer: { _: 'inputPeerUser', userId: ann.id, accessHash: ann.accessHash ?? 0n },
    message: 'hello',
    randomId: 1n,
  })
  await temporary.until(() =>
    JSON.stringify(temporary.updates, (_, v) => (typeof v === 'bigint' ? `${v}` : v)).includes('"hello"'),
  )
})

test('a client that takes its session to a new temporary key is pushed every update once', async () => {
  const permanent = await connected()
  await permanent.signIn('9996620001')
  const first = await bound(permanent.key)
  await first.call({ _: 'updates.getState' })
  const second = await connected({ expiresIn: 3600, sessionId: first.session.sessionId })
  await second.send(bindingCall(second, permanent.key, inAnHour()), 'auth.bindTempAuthKey')
  await second.call({ _: 'updates.getState' })
  const sessions = box.sessions({ authKeyId: permanent.key.id })
  expect(sessions).toHaveLength(3)
  first.updates.length = 0
  second.updates.length = 0
  await permanent.call({ _: 'account.updateStatus', offline: true })
  await permanent.call({
    _: 'messages.sendMessage',
    peer: { _: 'inputPeerSelf' },
    message: 'note',
    randomId: 9n,
  })
  await second.until(() => second.updates.length > 0)
  expect(first.updates).toEqual([])
})

describe('P1: the server refuses a binding', () => {
  let permanent: WireClient
  beforeAll(async () => {
    permanent = await connected()
  })

  test.each([
    ['that names another message', { msgId: 4n }],
    ['with another nonce inside', { nonce: 1n }],
    ['encrypted with another key', { key: new Uint8Array(256).fill(7) }],
    ['of another session', { sessionId: 1n }],
    ['of another temporary key', { tempId: 1n }],
  ])('%s', async (_, spoil) => {
    const client = await connected({ expiresIn: 3600 })
    const call = bindingCall(client, permanent.key, inAnHour(), spoil)
    await expect(client.send(call, 'auth.bindTempAuthKey')).rejects.toMatchObject({
      code: 400,
      message: 'ENCRYPTED_MESSAGE_INVALID',
    })
    await expect(client.call({ _: 'updates.getState' })).rejects.toMatchObject({ code: 401 })
  })

  test('that has expired', async () => {
    const client = await connected({ expiresIn: 3600 })
    const call = bindingCall(client, permanent.key, Math.floor(box.world.now() / 1000) - 1)
    await expect(client.send(call, 'auth.bindTempAuthKey')).rejects.toThrow('ENCRYPTED_MESSAGE_INVALID')
  })

  test('to a key that is not known', async () => {
    const client = await connected({ expiresIn: 3600 })
    const call = bindingCall(client, { ...permanent.key, id: 5n }, inAnHour())
    await expect(client.send(call, 'auth.bindTempAuthKey')).rejects.toThrow('ENCRYPTED_MESSAGE_INVALID')
  })

  test('on a permanent key', async () => {
    const call = bindingCall(permanent, permanent.key, inAnHour())
    await expect(permanent.send(call, 'auth.bindTempAuthKey')).rejects.toThrow('TEMP_AUTH_KEY_EMPTY')
  })

  test('to a second permanent key', async () => {
    const client = await bound(permanent.key)
    const other = await connected()
    const call = bindingCall(client, other.key, inAnHour())
    await expect(client.send(call, 'auth.bindTempAuthKey')).rejects.toThrow('TEMP_AUTH_KEY_ALREADY_BOUND')
  })
})

test('dropped temporary keys are unknown from then on, the kept ones are not', async () => {
  const permanent = await connected()
  const [kept, dropped, caller] = await Promise.all([1, 2, 3].map(() => bound(permanent.key)))
  if (!kept || !dropped || !caller) throw new Error('not connected')
  await caller.call({ _: 'auth.dropTempAuthKeys', exceptAuthKeys: [kept.key.id] })
  dropped.call({ _: 'help.getConfig' })
  await dropped.until(() => dropped.closed)
  expect(dropped.transportError).toBe(-404)
  await kept.call({ _: 'help.getConfig' })
  await caller.call({ _: 'help.getConfig' })
})

test('a destroyed key is confirmed, and unknown from then on', async () => {
  const client = await connected()
  await client.call({ _: 'help.getConfig' })
  const destroyKey = new Uint8Array([0x60, 0x51, 0x43, 0xd1])
  client.send(destroyKey, 'destroy_auth_key')
  await client.until(() => client.events.some((event) => event.type === 'update' || event.type === 'refused'))
  client.call({ _: 'help.getConfig' })
  await client.until(() => client.closed)
  expect(client.transportError).toBe(-404)
})

// Last, as it moves the clock of all.
test('P5: the server takes a temporary key until the end that the binding says', async () => {
  const permanent = await connected()
  const temporary = await bound(permanent.key, inAnHour())
  await temporary.call({ _: 'help.getConfig' })
  now += 3_601_000
  temporary.call({ _: 'help.getConfig' })
  await temporary.until(() => temporary.closed)
  expect(temporary.transportError).toBe(-404)
})
