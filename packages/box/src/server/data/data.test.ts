/** A box that is started again: what its clients had is still there; what is damaged is refused, and left as it is. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { worldFromDescription } from '../../world/described-world.ts'
import { World } from '../../world/world.ts'
import { type Box, startBox } from '../box.ts'
import type { BoxOptions } from '../box-options.ts'
import { bindingCall, bytesOf, WireClient } from '../wire-client.testing.ts'
import { BoxDataError } from './data-error.ts'

let data: string
const boxes: Box[] = []
const clients: WireClient[] = []

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'telegram-mt-box-'))
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  for (const box of boxes.splice(0)) await box.close()
  rmSync(data, { recursive: true, force: true })
})

async function start(options: BoxOptions = {}): Promise<Box> {
  const box = await startBox({ data, datacenters: 2, ...options })
  boxes.push(box)
  return box
}

async function connected(
  box: Box,
  options: Parameters<typeof WireClient.connect>[1] = {},
): Promise<WireClient> {
  const client = await WireClient.connect(box, options)
  clients.push(client)
  return client
}

const self = (client: WireClient) => client.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })

describe('after a restart', () => {
  test('clients go on with their keys, permanent and temporary, and with what was said', async () => {
    const first = await start()
    await first.user({ phone: '9996620001', firstName: 'Ann' })
    const ann = await connected(first)
    await ann.signIn('9996620001')
    await ann.call({
      _: 'messages.sendMessage',
      peer: { _: 'inputPeerSelf' },
      message: 'remember',
      randomId: 1n,
    })
    const temporary = await connected(first, { expiresIn: 86_400 })
    const until = Math.floor(Date.now() / 1000) + 3600
    await temporary.send(bindingCall(temporary, ann.key, until), 'auth.bindTempAuthKey')
    await first.close()

    const second = await start()
    expect(second.publicKey).toBe(first.publicKey)
    for (const { key } of [ann, temporary]) {
      const back = await connected(second, { key })
      expect((await self(back))[0]).toMatchObject({ firstName: 'Ann', self: true })
    }
    const back = await connected(second, { key: ann.key })
    const history = await back.call({
      _: 'messages.getHistory',
      peer: { _: 'inputPeerSelf' },
      offsetId: 0,
      offsetDate: 0,
      addOffset: 0,
      limit: 1,
      maxId: 0,
      minId: 0,
      hash: 0n,
    })
    expect(history).toMatchObject({ messages: [{ message: 'remember' }] })
  })

  test('each client is answered in its layer, and a ruined key stays so', async () => {
    const first = await start()
    const withLayer = (body: Uint8Array) =>
      bytesOf((w) => {
        w.uint(0xda9b0d0d)
        w.int(200)
        w.raw(body)
      })
    const old = await connected(first)
    await old.call({ _: 'help.getNearestDc' }, { wrap: withLayer })
    const ruined = await connected(first)
    first.faults.add({ when: { method: 'help.getConfig' }, fault: { kind: 'duplicateKey' } })
    await ruined.call({ _: 'help.getConfig' }).catch(() => {})
    await first.close()

    const second = await start()
    const back = await connected(second, { key: old.key })
    await back.call({ _: 'help.getNearestDc' })
    expect(second.sessions({ authKeyId: old.key.id })).toMatchObject([{ layer: 200 }])
    const dead = await connected(second, { key: ruined.key })
    await expect(dead.call({ _: 'help.getNearestDc' })).rejects.toMatchObject({ code: 406 })
  })

  test('a moved clock is still moved', async () => {
    const first = await start()
    first.advance(86_400_000)
    await first.close()
    const second = await start()
    expect(second.world.ahead).toBe(86_400_000)
    expect(second.world.now() - Date.now()).toBeGreaterThan(86_300_000)
  })

  test('what was saved counts for more than the world that is given', async () => {
    const describe = (firstName: string) => () =>
      worldFromDescription({ users: [{ phone: '9996620001', firstName }] })
    await (await start({ world: describe('Ann') })).close()
    const second = await start({ world: describe('Somebody else') })
    expect([...second.world.state.users.values()].map(({ firstName }) => firstName)).toEqual(['Ann'])
  })

  test('files are there', async () => {
    const first = await start()
    await first.user({ phone: '9996620001', firstName: 'Ann' })
    const ann = await connected(first)
    await ann.signIn('9996620001')
    const bytes = new Uint8Array(2048).fill(5)
    await ann.call({ _: 'upload.saveFilePart', fileId: 7n, filePart: 0, bytes })
    const sent = await ann.call({
      _: 'messages.sendMedia',
      peer: { _: 'inputPeerSelf' },
      media: {
        _: 'inputMediaUploadedDocument',
        file: { _: 'inputFile', id: 7n, parts: 1, name: 'a.bin', md5Checksum: '' },
        mimeType: 'application/octet-stream',
        attributes: [],
      },
      message: '',
      randomId: 3n,
    })
    const found = JSON.stringify(sent, (_, v) => (typeof v === 'bigint' ? `${v}` : v)).match(
      /"document":\{"_":"document","id":"(\d+)","accessHash":"(-?\d+)"/,
    )
    await first.close()
    const second = await start()
    const back = await connected(second, { key: ann.key })
    const file = await back.call({
      _: 'upload.getFile',
      location: {
        _: 'inputDocumentFileLocation',
        id: BigInt(found?.[1] ?? 0),
        accessHash: BigInt(found?.[2] ?? 0),
        fileReference: fileReferenceIn(sent),
        thumbSize: '',
      },
      offset: 0,
      limit: 4096,
    })
    expect(file).toMatchObject({ _: 'upload.file', bytes })
  })
})

/** The file reference somewhere in an answer. */
function fileReferenceIn(value: unknown): Uint8Array {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return new Uint8Array(0)
  for (const [name, field] of Object.entries(value)) {
    if (name === 'fileReference' && field instanceof Uint8Array) return field
    const inner = fileReferenceIn(field)
    if (inner.length > 0) return inner
  }
  return new Uint8Array(0)
}

test('it saves soon after something has happened, and for nobody else to read', async () => {
  const box = await start()
  const client = await connected(box)
  await client.call({ _: 'help.getConfig' })
  const file = join(data, 'box.json')
  await expect.poll(() => readSafely(file), { timeout: 5000 }).toContain('rsaKey')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a box that was killed is taken up where it last saved', async () => {
  const first = await start()
  await first.user({ phone: '9996620001', firstName: 'Ann' })
  await first.save()
  const saved = readFileSync(join(data, 'box.json'))
  await first.close()
  // As a kill leaves it: locked by a process that is no more, half of the next state written.
  writeFileSync(join(data, 'box.json'), saved)
  writeFileSync(join(data, 'box.json.new'), saved.subarray(0, 100))
  // In a container the next process may have the same id.
  for (const killed of ['999999999', String(process.pid), '']) {
    writeFileSync(join(data, 'lock'), killed)
    const second = await start()
    expect(second.world.phones.has('9996620001')).toBe(true)
    await second.close()
  }
})

test('two boxes do not share a directory', async () => {
  const first = await start()
  await expect(start()).rejects.toMatchObject({ code: 'BOX_DATA_IN_USE', path: data })
  await first.close()
  await start()
})

describe('refused, and left as it is', () => {
  const good = async () => {
    await (await start()).close()
    return JSON.parse(readFileSync(join(data, 'box.json'), 'utf8')) as Record<string, unknown>
  }
  test.each<[string, (saved: Record<string, unknown>) => string, string]>([
    ['an empty file', () => '', 'it is empty'],
    ['half a file', (saved) => JSON.stringify(saved).slice(0, -20), 'JSON'],
    ['another file', () => '{"hello":1}', "unknown field 'hello'"],
    [
      'a version of the future',
      (saved) => JSON.stringify({ ...saved, version: 99 }),
      'version 99, expected 1',
    ],
    [
      'a key that is none',
      (saved) => JSON.stringify({ ...saved, keys: [{ key: 'AAAA', dc: 1, layer: 1 }] }),
      'keys[0].key',
    ],
    ['an RSA key that is none', (saved) => JSON.stringify({ ...saved, rsaKey: 'x' }), 'rsaKey'],
    ['a world that is none', (saved) => JSON.stringify({ ...saved, world: { version: 1 } }), 'world.'],
  ])('%s', async (_, damage, why) => {
    const file = join(data, 'box.json')
    const damaged = damage(await good())
    writeFileSync(file, damaged)
    const error: unknown = await start().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BoxDataError)
    expect(error).toMatchObject({ code: 'BOX_DATA_INVALID', path: file })
    expect(String(error)).toContain(why)
    expect(readFileSync(file, 'utf8')).toBe(damaged)
    // The lock is given back: a directory that was repaired can be used.
    rmSync(file)
    await start()
  })

  test('a path that is no directory', async () => {
    const file = join(data, 'file')
    writeFileSync(file, '')
    await expect(startBox({ data: file })).rejects.toMatchObject({ code: 'BOX_DATA_UNUSABLE' })
  })
})

test('without a data directory nothing is saved', async () => {
  const box = await startBox({ world: new World(), datacenters: 1 })
  boxes.push(box)
  await box.save()
})

function readSafely(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
