import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStorage } from './storage/open.ts'
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
const host = () =>
  new Telegram({
    apiId: 1,
    apiHash: 'x',
    storage,
    dcs: [{ id: 1, addresses: [{ host: '127.0.0.1', port: 1 }] }],
  })

test.each([
  [true, 'connecting'],
  [undefined, 'connecting'],
  [false, 'idle'],
] as const)('start({ connect: %s }) leaves a stored account %s', async (connect, state) => {
  const telegram = host()
  const [session] = await telegram.start({ connect })
  expect(session).toMatchObject({ id: 'ann', userId: 42, state: { name: state } })
  await telegram.close()
})
