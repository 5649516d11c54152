/** Sessions and their connections, with a client in the test's hands on real sockets. */
import { TlWriter } from '@telegram-mt/tl'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { World } from '../../world/world.ts'
import { type Box, startBox } from '../box.ts'
import { bytesOf, encoded, WireClient } from '../wire-client.testing.ts'

let box: Box
let ann: WireClient
const faults: unknown[] = []
const clients: WireClient[] = []

beforeAll(async () => {
  box = await startBox({
    onFault: (error) => faults.push(error),
    onCall: ({ method }) => {
      if (method === 'help.getNearestDc') throw new Error('a listener of the program')
    },
    // A layer in which next to nothing can be said.
    schemas: ['// LAYER 50\nboolTrue#997275b5 = Bool;\n---functions---\nhelp.getConfig#c4f9186b = Config;'],
  })
  await box.user({ phone: '9996620001', firstName: 'Ann' })
})

beforeEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  ann = await connected()
  await ann.signIn('9996620001')
})

afterAll(async () => {
  for (const client of clients) client.disconnect()
  await box.close()
})

async function connected(options: Parameters<typeof WireClient.connect>[1] = {}): Promise<WireClient> {
  const client = await WireClient.connect(box, options)
  clients.push(client)
  return client
}

/** Lets the account have a message, sent from another device. */
async function note(message: string): Promise<void> {
  const other = await connected()
  await other.signIn('9996620001')
  await other.call({
    _: 'messages.sendMessage',
    peer: { _: 'inputPeerSelf' },
    message,
    randomId: BigInt(Date.now()),
  })
  other.disconnect()
}

const has = (client: WireClient, text: string) =>
  JSON.stringify(client.updates, (_, value) => (typeof value === 'bigint' ? String(value) : value)).includes(
    text,
  )

test('a session that comes back on another connection is sent what it did not acknowledge', async () => {
  await ann.call({ _: 'updates.getState' })
  ann.disconnect()
  await expect.poll(() => box.sessions({ authKeyId: ann.key.id })[0]?.connection).toBeUndefined()
  await note('while you were away')
  const back = await connected({ from: ann })
  await back.until(() => has(back, 'while you were away'))
  expect(back.events.some(({ type }) => type === 'newSession')).toBe(false)
})

test('of two connections with the same session the newer carries it', async () => {
  await ann.call({ _: 'updates.getState' })
  const newer = await connected({ from: ann })
  await newer.call({ _: 'updates.getState' })
  await note('to whom')
  await newer.until(() => has(newer, 'to whom'))
  expect(has(ann, 'to whom')).toBe(false)
  // What comes late on the older one is answered on the newer.
  const body = encoded({ _: 'help.getConfig' })
  const call = ann.session.call(body, Date.now())
  ann.poll()
  await newer.until(() => newer.events.some((event) => event.type === 'result' && event.call === call))
})

test('a forgotten session is begun anew, and its client told', async () => {
  await ann.call({ _: 'updates.getState' })
  const before = ann.events.filter(({ type }) => type === 'newSession').length
  expect(box.forgetSessions({ authKeyId: ann.key.id })).toBe(1)
  await ann.call({ _: 'updates.getState' })
  expect(ann.events.filter(({ type }) => type === 'newSession').length).toBe(before + 1)
})

test('a destroyed session is told nothing more', async () => {
  const gone = await connected({ key: ann.key })
  await gone.call({ _: 'updates.getState' })
  gone.disconnect()
  expect(box.sessions({ authKeyId: ann.key.id })).toHaveLength(2)
  const destroy = bytesOf((w) => {
    w.uint(0xe7512126)
    w.long(gone.session.sessionId)
  })
  ann.send(destroy, 'destroy_session')
  await expect.poll(() => box.sessions({ authKeyId: ann.key.id })).toHaveLength(1)
})

test('an unknown key is told -404, and the connection closed', async () => {
  const stranger = await connected({ key: { ...ann.key, authKey: new Uint8Array(256).fill(3), id: 1n } })
  stranger.call({ _: 'help.getConfig' })
  await stranger.until(() => stranger.closed)
  expect(stranger.transportError).toBe(-404)
})

test('a key of another datacenter is an unknown key', async () => {
  const elsewhere = await connected({ key: ann.key, dc: 3 })
  elsewhere.call({ _: 'help.getConfig' })
  await elsewhere.until(() => elsewhere.closed)
  expect(elsewhere.transportError).toBe(-404)
})

test('a client that wants to be cut off when it falls silent is', async () => {
  const ping = bytesOf((w) => {
    w.uint(0xf3427b8c)
    w.long(1n)
    w.int(1)
  })
  ann.send(ping, 'ping_delay_disconnect')
  await ann.until(() => ann.closed)
  expect(box.sessions({ authKeyId: ann.key.id })).toMatchObject([{ connection: undefined }])
})

test('a key can be made on a connection that is in use', async () => {
  const { ClientKeyExchange, isPlain } = await import('@telegram-mt/mtproto')
  const { parseRsaPublicKey, randomBytes } = await import('@telegram-mt/crypto')
  const options = {
    publicKeys: [parseRsaPublicKey(box.publicKey)],
    dc: 2,
    expiresIn: 3600,
    random: randomBytes,
  }
  const exchange = new ClientKeyExchange(options)
  const take = ann.onFrame.bind(ann)
  const made = new Promise<void>((resolve, reject) => {
    ann.onFrame = async (frame) => {
      if (frame.type !== 'packet' || !isPlain(frame.data)) {
        take(frame)
        return
      }
      try {
        const step = exchange.receive(frame.data, Date.now())
        // Between two steps there are calls, answered as ever.
        await ann.call({ _: 'help.getNearestDc' })
        if (step.type === 'done') resolve()
        else ann.link.send([step.packet])
      } catch (error) {
        reject(error)
      }
    }
  })
  ann.link.send([exchange.start(Date.now())])
  await made
})

test('a file connection is not pushed updates, nor one that wants none', async () => {
  const files = await connected({ key: ann.key })
  await files
    .call({ _: 'upload.saveFilePart', fileId: 1n, filePart: 0, bytes: new Uint8Array(1024) })
    .catch(() => {})
  const quiet = await connected({ key: ann.key })
  await quiet.call(
    { _: 'updates.getState' },
    {
      wrap: (body) =>
        bytesOf((w) => {
          w.uint(0xbf9459b7)
          w.raw(body)
        }),
    },
  )
  await ann.call({ _: 'updates.getState' })
  await note('for the main connection')
  await ann.until(() => has(ann, 'for the main connection'))
  // Whatever was on its way to them is there before the answer.
  await Promise.all([files, quiet].map((client) => client.call({ _: 'help.getConfig' })))
  expect([files.updates, quiet.updates]).toEqual([[], []])
})

test('a push that cannot be said in one layer reaches the clients of the others', async () => {
  const poor = await connected()
  await poor.signIn('9996620001')
  const withLayer = (body: Uint8Array) =>
    bytesOf((w) => {
      w.uint(0xda9b0d0d)
      w.int(50)
      w.raw(body)
    })
  await poor.call({ _: 'help.getConfig' }, { wrap: withLayer }).catch(() => {})
  faults.length = 0
  await ann.call({ _: 'updates.getState' })
  await note('for those who understand')
  await ann.until(() => has(ann, 'for those who understand'))
  expect(faults.length).toBeGreaterThan(0)
  expect(poor.updates).toEqual([])
  expect(poor.closed).toBe(false)
})

test('a listener of the program that throws is its own problem', async () => {
  faults.length = 0
  await expect(ann.call({ _: 'help.getNearestDc' })).resolves.toMatchObject({ _: 'nearestDc' })
  await expect.poll(() => faults).toMatchObject([{ message: 'a listener of the program' }])
})

test('calls are answered with what is wrong with them', async () => {
  await expect(ann.send(new Uint8Array([1, 2, 3, 4]), 'x')).rejects.toMatchObject({
    code: 400,
    message: 'INPUT_CONSTRUCTOR_INVALID',
  })
  const cut = encoded({ _: 'messages.deleteChat', chatId: 1 }).subarray(0, 8)
  await expect(ann.send(cut, 'x')).rejects.toMatchObject({ code: 400, message: 'INPUT_FETCH_ERROR' })
  await expect(
    ann.call({ _: 'payments.getStarsStatus', peer: { _: 'inputPeerSelf' } }),
  ).rejects.toMatchObject({
    code: 400,
    message: 'METHOD_NOT_IMPLEMENTED: payments.getStarsStatus',
  })
})

test('a call that must come after a failed one fails', async () => {
  const first = ann.send(new Uint8Array([1, 2, 3, 4]), 'x')
  const second = ann.call({ _: 'help.getConfig' }, { after: first.id })
  await expect(second).rejects.toMatchObject({ message: 'MSG_WAIT_FAILED' })
})

test('bytes that are no MTProto end the connection, and no other', async () => {
  const refused: unknown[] = []
  const other = await startBox({ onRefused: (error) => refused.push(error), datacenters: 1 })
  try {
    const client = await WireClient.connect(other, { dc: 1 })
    await client.call({ _: 'help.getConfig' })
    const broken = await WireClient.connect(other, { dc: 1 })
    const garbage = new TlWriter()
    garbage.long(broken.key.id)
    garbage.raw(new Uint8Array(64).fill(9))
    broken.link.send([garbage.finish()])
    await broken.until(() => broken.closed)
    expect(refused).toMatchObject([{ code: 'DECRYPTION_FAILED' }])
    await client.call({ _: 'help.getConfig' })
    client.disconnect()
  } finally {
    await other.close()
  }
})

test('what the world has planned happens when its time has come', async () => {
  let now = 1_800_000_000_000
  const world = new World({ now: () => now })
  const other = await startBox({ world, datacenters: 1 })
  try {
    const happened = new Promise<void>((resolve) => world.at(now + 60_000, resolve))
    now += 1
    other.advance(60_000)
    await happened
    expect(world.now()).toBe(now + 60_000)
  } finally {
    await other.close()
  }
})
