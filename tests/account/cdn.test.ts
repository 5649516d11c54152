/** Files that a content delivery network has: fetched there, decrypted, and checked against what their home says of them. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type Box, type BoxOptions, emptyCdn, expireCdnTokens, serveByCdn } from '@telegram-mt/box'
import type { TelegramOptions, tl } from 'telegram-mt'
import { expect, test, vi } from 'vitest'
import { account, calls, Inbox, newBox, newHost, tempDir, usernameOf } from '../fixture.ts'

vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const size = 3 * MIB + 12_345
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

async function fileOnCdn(
  options: BoxOptions = {},
  host: (box: Box) => Partial<TelegramOptions> = () => ({}),
) {
  const box = await newBox({ cdn: 'all', ...options })
  const telegram = newHost(box, host(box))
  const ann = await account(telegram, 'Ann', 2)
  const bob = await account(telegram, 'Bobby', 1)
  const inbox = new Inbox(bob)
  const bytes = randomBytes(size)
  await ann.media.sendDocument(await usernameOf(bob), bytes, { caption: 'file' })
  const { message } = await inbox.text('file')
  if (message._ !== 'message') throw new Error('no message')
  const asked = (method: string) => (calls.get(box) ?? []).filter((call) => call === method).length
  return { box, bob, bytes, message, asked }
}

const documentIn = ({ media }: tl.message): bigint =>
  media?._ === 'messageMediaDocument' && media.document?._ === 'document' ? media.document.id : 0n

test('a file is fetched from the CDN as a whole, and in ranges of any place and length', async () => {
  const { box, bob, bytes, message, asked } = await fileOnCdn()
  expect(md5(await bob.media.download(message))).toBe(md5(bytes))
  expect(asked('upload.getCdnFile')).toBe(7)
  // Nobody signs in there, and nothing is said of the device.
  const there = box.calls.all().filter(({ dc }) => dc === box.cdn?.id)
  expect(new Set(there.map(({ method }) => method))).toEqual(new Set(['upload.getCdnFile']))
  expect(there.every(({ userId }) => userId === undefined)).toBe(true)
  for (const [offset, length] of [
    [0, 1],
    [5, 4096],
    [128 * 1024 - 1, 2],
    [MIB - 3, 7],
    [size - 5, 100],
  ] as const) {
    const part = await bob.media.download(message, { offset, length })
    expect(md5(part), `${offset}+${length}`).toBe(md5(bytes.subarray(offset, offset + length)))
  }
})

test('the CDN has its own RSA key: the home datacenters know none of it, and sessions with forward secrecy get it too', async () => {
  const { box, bob, bytes, message, asked } = await fileOnCdn({}, () => ({ perfectForwardSecrecy: true }))
  const { publicKeys } = await bob.api.help.getCdnConfig()
  expect(publicKeys).toMatchObject([{ dcId: box.cdn?.id }])
  expect(publicKeys[0]?.publicKey).not.toBe(box.publicKey)
  expect(md5(await bob.media.download(message))).toBe(md5(bytes))
  expect(asked('upload.getCdnFile')).toBe(7)
})

test('a byte that the CDN changes is noticed, and the file refused', async () => {
  const { box, bob, message } = await fileOnCdn()
  box.faults.add({ when: { method: 'upload.getCdnFile', after: 2, times: 1 }, fault: { kind: 'tamper' } })
  const path = join(tempDir(), 'file')
  const refused = { code: 'FILE_HASH_MISMATCH' }
  await expect(bob.media.downloadTo(message, path)).rejects.toMatchObject(refused)
  // What was refused is not in the part that is gone on with: an honest CDN completes it.
  expect(await bob.media.downloadTo(message, path)).toBe(size)
  box.faults.add({ when: { method: 'upload.getCdnFile' }, fault: { kind: 'tamper' } })
  await expect(bob.media.download(message, { offset: MIB, length: 10 })).rejects.toMatchObject(refused)
})

test('a CDN that has let go of the file is given it again', async () => {
  const { box, bob, bytes, message, asked } = await fileOnCdn()
  const got: Uint8Array[] = []
  for await (const part of bob.media.stream(message, { parallel: 1 })) {
    if (got.length === 2) emptyCdn(box.world)
    got.push(part)
  }
  expect(md5(Buffer.concat(got))).toBe(md5(bytes))
  expect(asked('upload.reuploadCdnFile')).toBe(1)
})

test('a token that has expired is exchanged for another at the home of the file', async () => {
  const { box, bob, bytes, message, asked } = await fileOnCdn()
  const got: Uint8Array[] = []
  for await (const part of bob.media.stream(message, { parallel: 1 })) {
    if (got.length === 2) expireCdnTokens(box.world)
    got.push(part)
  }
  expect(md5(Buffer.concat(got))).toBe(md5(bytes))
  expect(asked('upload.getCdnFile 400 FILE_TOKEN_INVALID')).toBe(1)
  expect(asked('upload.getFile')).toBe(2)
})

test.each([
  ['nobody knows where the CDN is', () => undefined],
  // Its RSA key is not the one that proves the CDN.
  ['somebody else answers in its place', (box: Box) => box.dcs[0]],
])('where %s, the home of the file gives it', async (_, where) => {
  const { bob, bytes, message, asked } = await fileOnCdn({}, (box) => {
    const there = where(box)
    const dcs = box.dcs.map(({ id, host, port }) => ({ id, addresses: [{ host, port }] }))
    if (box.cdn === undefined || there === undefined) return { dcs }
    const { host, port } = there
    return { dcs: [...dcs, { id: box.cdn.id, addresses: [{ host, port, cdn: true }] }] }
  })
  expect(md5(await bob.media.download(message))).toBe(md5(bytes))
  expect(asked('upload.getCdnFile')).toBe(0)
})

test('only what is meant for the CDN is fetched there, and it answers nothing else', async () => {
  const { box, bob, bytes, message, asked } = await fileOnCdn({ cdn: 'marked' })
  expect(md5(await bob.media.download(message))).toBe(md5(bytes))
  expect(asked('upload.getCdnFile')).toBe(0)
  serveByCdn(box.world, documentIn(message))
  expect(md5(await bob.media.download(message))).toBe(md5(bytes))
  expect(asked('upload.getCdnFile')).toBe(7)
  await expect(bob.invoke({ _: 'help.getConfig' }, { dc: box.cdn?.id, cdn: true })).rejects.toMatchObject({
    code: 'CDN_METHOD_INVALID',
  })
})

test('a box that is kept over restarts keeps the key of its CDN, too', async () => {
  const data = join(tempDir(), 'box')
  const first = await newBox({ data, cdn: 'all' })
  const ann = await account(newHost(first), 'Ann')
  const before = await ann.api.help.getCdnConfig()
  await first.close()
  const second = await newBox({ data, cdn: 'all' })
  const bob = await account(newHost(second), 'Bobby')
  expect(await bob.api.help.getCdnConfig()).toEqual(before)
})
