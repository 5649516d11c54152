import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert as assertProperty, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { Telegram } from '../../telegram.ts'
import { sampleKey, tdataFolders } from '../fixtures.testing.ts'
import { type ReadTdataFile, readTdata, type TdataOptions } from './tdata.ts'
import { TdataError } from './tdata-error.ts'
import { importTdata } from './tdata-folder.node.ts'

type Folder = Record<string, string>

const reader =
  (
    folder: Folder,
    change: (name: string, file: Uint8Array) => Uint8Array | undefined = (_, file) => file,
  ): ReadTdataFile =>
  async (name) => {
    const content = folder[name]
    return content === undefined ? undefined : change(name, new Uint8Array(Buffer.from(content, 'base64')))
  }

const otherKey = sampleKey.map((byte) => byte ^ 255)
const account = (index: number) => ({
  index,
  session: {
    dc: 2 + index,
    test: false,
    userId: 2 ** 40 + index,
    authKey: sampleKey,
    authKeys: [
      { dc: 2 + index, key: sampleKey },
      { dc: 1, key: otherKey },
    ],
  },
})

it('reads one account, several, and one behind a passcode', async () => {
  expect(await readTdata(reader(tdataFolders.simple))).toEqual([account(0)])
  expect(await readTdata(reader(tdataFolders.three))).toEqual([account(0), account(1), account(2)])
  const passcode = 'correct horse'
  expect(await readTdata(reader(tdataFolders.passcode), { passcode })).toEqual([account(0)])
})

it('names what is missing', async () => {
  const read = (folder: Folder, options?: TdataOptions) => readTdata(reader(folder), options)
  await expect(read({})).rejects.toMatchObject({ code: 'TDATA_NOT_FOUND', message: /key_datas/ })
  await expect(read(tdataFolders.simple, { dataName: 'x' })).rejects.toMatchObject({
    code: 'TDATA_NOT_FOUND',
  })
  await expect(read(tdataFolders.passcode)).rejects.toMatchObject({
    code: 'TDATA_PASSCODE_WRONG',
    message: /needed/,
  })
  const wrong = read(tdataFolders.passcode, { passcode: 'wrong' })
  await expect(wrong).rejects.toMatchObject({ code: 'TDATA_PASSCODE_WRONG', message: /wrong/ })
  const { key_datas } = tdataFolders.simple
  const [alone] = await read({ key_datas })
  expect(alone?.error).toMatchObject({ code: 'TDATA_NOT_FOUND' })
})

it('reads the other accounts when one is damaged', async () => {
  const harm = (name: string, file: Uint8Array) => (name.startsWith('A7') ? file.subarray(0, 100) : file)
  const accounts = await readTdata(reader(tdataFolders.three, harm))
  expect(accounts.map(({ index, error }) => [index, error?.code])).toEqual([
    [0, undefined],
    [1, 'TDATA_INVALID'],
    [2, undefined],
  ])
})

it('answers any damage with a TdataError', async () => {
  const harm = oneof(
    nat().map((at) => (file: Uint8Array) => file.subarray(0, at % file.length)),
    array(record({ at: nat(), bit: nat(7) }), { minLength: 1, maxLength: 5 }).map(
      (flips) => (file: Uint8Array) => {
        const changed = Uint8Array.from(file)
        for (const { at, bit } of flips) changed[at % file.length]! ^= 1 << bit
        return changed
      },
    ),
  )
  // Also with the checksum put right, so that the damage is met further in.
  const summed = (file: Uint8Array): Uint8Array => {
    if (file.length < 24) return file
    const content = file.subarray(8, -16)
    const length = new Uint8Array(Uint32Array.of(content.length).buffer)
    const hash = createHash('md5').update(content).update(length).update(file.subarray(4, 8)).update('TDF$')
    return Buffer.concat([file.subarray(0, -16), hash.digest()])
  }
  const anyHarm = oneof(
    harm,
    harm.map((change) => (file: Uint8Array) => summed(change(file))),
  )
  const run = asyncProperty(
    anyHarm,
    constantFrom('key_datas', 'D877F783D5D3EF8Cs'),
    async (change, victim) => {
      const read = reader(tdataFolders.simple, (name, file) => (name === victim ? change(file) : file))
      try {
        for (const { error, session } of await readTdata(read)) {
          if (session === undefined) expect(error).toBeInstanceOf(TdataError)
          else expect(session.authKey).toEqual(sampleKey)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(TdataError)
      }
    },
  )
  await assertProperty(run, { numRuns: 300 })
})

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-tdata-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('reads a folder', async () => {
  await expect(importTdata(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'TDATA_NOT_FOUND' })
  for (const [name, content] of Object.entries(tdataFolders.simple)) {
    writeFileSync(join(folder, name), Buffer.from(content, 'base64'))
  }
  expect(await importTdata(folder)).toEqual([account(0)])
})

it('gives a host its accounts, and says why one cannot be taken', async () => {
  for (const [name, content] of Object.entries(tdataFolders.three)) {
    writeFileSync(join(folder, name), Buffer.from(content, 'base64'))
  }
  const telegram = new Telegram({ apiId: 1, apiHash: 'x' })
  const imported = await telegram.importTdata(folder, { lazy: true })
  expect(imported.map(({ session }) => [session?.dc, session?.userId])).toEqual([
    [2, 2 ** 40],
    [3, 2 ** 40 + 1],
    [4, 2 ** 40 + 2],
  ])
  const again = await telegram.importTdata(folder, { lazy: true })
  expect(again[0]).toMatchObject({ index: 0, error: { code: 'SESSION_EXISTS' } })
  await telegram.close()
})
