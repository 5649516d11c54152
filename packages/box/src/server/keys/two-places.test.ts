/** One auth key in two hands, and what only looks like it. */
import type { TlWriter } from '@telegram-mt/tl'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Box, startBox } from '../box.ts'
import { bindingCall, bytesOf, encoded, WireClient } from '../wire-client.testing.ts'

let box: Box
let ann: WireClient
const clients: WireClient[] = []

const start = async (options: Parameters<typeof startBox>[0] = {}) => {
  box = await startBox(options)
  await box.user({ phone: '9996620001', firstName: 'Ann' })
  ann = await connected()
  await ann.signIn('9996620001')
}

beforeEach(() => start())

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  await box.close()
})

async function connected(options: Parameters<typeof WireClient.connect>[1] = {}): Promise<WireClient> {
  const client = await WireClient.connect(box, options)
  clients.push(client)
  return client
}

/** Asks something that only the one connection of a client asks that wants its updates. */
const ask = (client: WireClient) => client.call({ _: 'updates.getState' })
const duplicated = expect.objectContaining({ code: 406, message: 'AUTH_KEY_DUPLICATED' })

test('a key that two programs use in turns is of no use to either any more', async () => {
  await ask(ann)
  const thief = await connected({ key: ann.key })
  await ask(thief)
  await expect(ask(ann)).rejects.toThrow(duplicated)
  await expect(ask(ann)).rejects.toThrow(duplicated)
  await expect(ask(thief)).rejects.toThrow(duplicated)
  // Whoever comes after them, too.
  await expect(ask(await connected({ key: ann.key }))).rejects.toThrow(duplicated)
})

test.each([-20_000, 20_000])("so is one whose users' clocks are %d ms apart", async (apart) => {
  await ask(ann)
  const thief = await connected({ key: { ...ann.key, timeOffset: ann.key.timeOffset + apart } })
  await ask(thief)
  await expect(ask(ann)).rejects.toThrow(duplicated)
})

test('a client may go on with its calls under a temporary key while it begins others under the next', async () => {
  const bound = async () => {
    const client = await connected({ expiresIn: 3600 })
    const expiresAt = Math.floor(box.world.now() / 1000) + 3600
    await client.send(bindingCall(client, ann.key, expiresAt), 'auth.bindTempAuthKey')
    return client
  }
  const [old, next] = [await bound(), await bound()]
  for (const client of [old, next, old, next]) await ask(client)
})

test('other keys of the account are none of it', async () => {
  const phone = await connected()
  await phone.signIn('9996620001')
  for (const client of [ann, phone, ann, phone]) await ask(client)
})

test('connections for files are lawful, as many as there are, and so is what they ask of the server itself', async () => {
  await ask(ann)
  const bytes = new Uint8Array(8)
  const withoutUpdates = (body: Uint8Array) =>
    bytesOf((writer: TlWriter) => {
      writer.uint(0xbf9459b7)
      writer.raw(body)
    })
  for (let n = 0; n < 3; n++) {
    const files = await connected({ key: ann.key })
    await files.call({ _: 'help.getConfig' })
    await files.call({ _: 'upload.saveFilePart', fileId: 1n, filePart: n, bytes })
    await files.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }, { wrap: withoutUpdates })
    await ask(ann)
  }
})

test('a client may begin a new session on a new connection, and what was still on its way does not betray it', async () => {
  await ask(ann)
  // Made before the other session is, and delayed by the network.
  const madeAt = Date.now()
  const late = ann.session.call(encoded({ _: 'updates.getState' }), madeAt)
  const { packets } = ann.session.poll(madeAt + 1)
  const anew = await connected({ key: ann.key })
  // Longer than a msg_id's moment is exact.
  await expect.poll(() => Date.now()).toBeGreaterThan(madeAt + 10)
  await ask(anew)
  ann.link.send(packets)
  const ended = ({ type, ...event }: { type: string; call?: number }) =>
    event.call === late && (type === 'result' || type === 'error')
  await ann.until(() => ann.events.some(ended))
  expect(ann.events.find(ended)?.type).toBe('result')
  await ask(anew)
})

test('a key may come back to where it was when the other place is left', async () => {
  await ask(ann)
  const elsewhere = await connected({ key: ann.key })
  await ask(elsewhere)
  elsewhere.disconnect()
  await expect
    .poll(() => box.sessions({ authKeyId: ann.key.id }).filter(({ connection }) => connection !== undefined))
    .toHaveLength(1)
  await ask(ann)
})

test('a box may let keys be shared', async () => {
  await box.close()
  await start({ sharedKeys: true })
  const other = await connected({ key: ann.key })
  for (const client of [ann, other, ann, other]) await ask(client)
})
