import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStorage } from './storage/open.ts'
import type { StorageKey } from './storage/storage.ts'
import { Telegram } from './telegram.ts'

let folder: string
let storage: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telegram-mt-'))
  storage = join(folder, 'accounts.db')
  const prepared = openStorage(storage)
  await prepared.open()
  const owner = await prepared.claim('ann')
  const account = { type: 'account', dc: 1, test: false, userId: 42 } as const
  await prepared.write({ session: 'ann', owner, writes: [account] })
  await prepared.close()
})
afterEach(() => rmSync(folder, { recursive: true }))

// Nothing listens on port 1: the sessions can try as long as they like.
const host = (storageKey?: StorageKey) =>
  new Telegram({
    apiId: 1,
    apiHash: 'x',
    storage,
    storageKey,
    dcs: [{ id: 1, addresses: [{ host: '127.0.0.1', port: 1 }] }],
  })

test('a stored account connects by itself', async () => {
  const telegram = host()
  const [session] = await telegram.start()
  expect(session).toMatchObject({ id: 'ann', userId: 42 })
  await new Promise<void>((resolve) => session!.once('state', () => resolve()))
  expect(session!.state.name).toBe('connecting')
  await telegram.close()
})

test('or only when its connect is called', async () => {
  const telegram = host()
  const [session] = await telegram.start({ connect: false })
  // Longer than what start leaves a program to set its handlers.
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect(session!.state.name).toBe('idle')
  await expect(session!.connect({ timeout: 20 })).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' })
  await telegram.close()
})

test('a host that is closed leaves nothing that keeps the process alive', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  const telegram = host()
  await telegram.start({ connect: false })
  await telegram.close()
  // Timers of the tests before this one may have ended meanwhile.
  expect(timers()).toBeLessThanOrEqual(before)
})

test('the storage key is changed, and taken away, by the host', async () => {
  const opens = async (storageKey?: StorageKey) => {
    const telegram = host(storageKey)
    try {
      return (await telegram.start({ connect: false })).map(({ id }) => id)
    } finally {
      await telegram.close()
    }
  }
  const change = async (from: StorageKey | undefined, to: StorageKey | null | undefined) => {
    const telegram = host(from)
    try {
      // @ts-expect-error: in plain JavaScript it may be undefined, which takes no sealing away
      await telegram.changeStorageKey(to)
      expect(telegram.session('ann').state.name).toBe('idle')
    } finally {
      await telegram.close()
    }
  }
  const bytes = new Uint8Array(32).fill(7)
  await change(undefined, bytes)
  await expect(opens()).rejects.toMatchObject({ code: 'STORAGE_KEY_MISSING' })
  expect(await opens(bytes)).toEqual(['ann'])
  await expect(change(bytes, undefined)).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' })
  await expect(change(bytes, '')).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' })
  await change(bytes, 'a passphrase')
  await expect(opens(bytes)).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
  await change('a passphrase', null)
  expect(await opens()).toEqual(['ann'])
})

test('a session whose record is damaged says so by name, blocks its name and can be forgotten', async () => {
  const database = new DatabaseSync(storage)
  database.exec("update session set login = x'0102030405060708' where id = 'ann'")
  database.close()
  const telegram = host()
  try {
    expect(await telegram.start({ connect: false })).toEqual([])
    const damage = { code: 'STORAGE_RECORD_CORRUPT', session: 'ann' }
    expect([...telegram.corruptSessions()]).toMatchObject([['ann', damage]])
    expect(() => telegram.session('ann')).toThrow(expect.objectContaining(damage))
    await expect(telegram.connect({ id: 'ann', lazy: true })).rejects.toMatchObject({
      code: 'SESSION_EXISTS',
    })
    await telegram.forget('ann')
    expect(telegram.corruptSessions().size).toBe(0)
    expect(await telegram.connect({ id: 'ann', lazy: true })).toMatchObject({ id: 'ann' })
  } finally {
    await telegram.close()
  }
})
