// What sealing must hold, for every driver that keeps something at rest.

import { describe, expect, it } from 'vitest'
import { authKey, bytes, logEntry, outboxEntry } from './samples.testing.ts'
import type { SessionWrite, Storage, StorageKey } from './storage.ts'

export interface SealedDriver {
  readonly name: string
  /** An empty store. `raw` reaches behind the store's back, while it is closed. */
  fresh(): Promise<{ open: (key?: StorageKey) => Promise<Storage>; raw: RawAccess }>
}

export interface RawAccess {
  /** The first column of each row. Tables are written as `{name}`. */
  select(query: string): Promise<unknown[]>
  run(statement: string): Promise<void>
  /** Makes every update of the table fail, as if the process died there. */
  block(table: string): Promise<void>
  unblock(table: string): Promise<void>
  setBytes(table: string, column: string, where: string, value: Uint8Array): Promise<void>
}

const key = bytes(32, 1)
const otherKey = bytes(32, 2)
const login = { step: 'code', phone: '4112', phoneCodeHash: 'hash-of-code' }
const call = new TextEncoder().encode('a message to be sent')
const proxy = '{"password":"of-the-proxy"}'
const secrets = [
  bytes(256, 5),
  call,
  bytes(30, 1),
  new TextEncoder().encode('hash-of-code'),
  new TextEncoder().encode('of-the-proxy'),
]

async function fill(storage: Storage, names = ['a', 'b']): Promise<void> {
  for (const session of names) {
    const owner = await storage.claim(session)
    const writes: SessionWrite[] = [
      { type: 'account', dc: 2, login, proxy },
      { type: 'authKey', ...authKey(2, 5) },
      { type: 'outbox', ...outboxEntry(1n, { call }) },
      { type: 'logAppend', ...logEntry(1) },
      { type: 'deadLetter', id: 'x', event: bytes(30, 1), error: 'no', attempts: 1, at: 1 },
    ]
    await storage.write({ session, owner, writes })
  }
}

async function expectAll(storage: Storage, names = ['a', 'b']): Promise<void> {
  for (const id of names) {
    expect(await storage.session(id)).toMatchObject({ authKeys: [authKey(2, 5)], login, proxy })
    expect((await storage.outboxEntry(id, 1n))?.call).toEqual(call)
    expect(await storage.log(id)).toEqual([logEntry(1)])
    expect((await storage.deadLetters(id))[0]?.event).toEqual(bytes(30, 1))
  }
}

const columns = [
  ['session', 'login'],
  ['session', 'proxy'],
  ['auth_key', 'key'],
  ['outbox', 'call'],
  ['update_log', 'event'],
  ['dead_letter', 'event'],
] as const

/** One damaged send, or parked update, keeps none of its neighbours in the same session from being read. */
async function expectOthers(storage: Storage, damage: object): Promise<void> {
  const owner = await storage.claim('a')
  const call = bytes(40, 9)
  const writes: SessionWrite[] = [
    { type: 'outbox', ...outboxEntry(2n, { call }) },
    { type: 'deadLetter', id: 'y', event: bytes(30, 2), error: 'no', attempts: 1, at: 2 },
  ]
  await storage.write({ session: 'a', owner, writes })
  const damaged: unknown[] = []
  const ids: string[] = []
  const note = (error: unknown, id: string) => {
    damaged.push(error)
    ids.push(id)
  }
  const sends = await storage.outbox('a', note)
  const letters = await storage.deadLetters('a', 10, note)
  expect(damaged).toMatchObject([damage])
  // Known by name, so that it can be taken away.
  expect([...sends.map(({ randomId }) => String(randomId)), ...letters.map(({ id }) => id)]).not.toContain(
    ids[0],
  )
  expect(sends.some((send) => send.randomId === 2n)).toBe(true)
  expect(letters.some(({ id }) => id === 'y')).toBe(true)
  expect(sends.length + letters.length).toBe(3)
}

/** Which of the secrets can be seen in the tables. */
async function visible(raw: RawAccess): Promise<number> {
  let seen = 0
  for (const [table, column] of columns) {
    for (const value of await raw.select(`select "${column}" from {${table}}`)) {
      const stored = Buffer.from(value as Uint8Array)
      if (secrets.some((secret) => stored.includes(Buffer.from(secret)))) seen++
    }
  }
  return seen
}

export function describeSealing(driver: SealedDriver): void {
  describe(`sealing: ${driver.name}`, () => {
    it.each([
      ['32 bytes', key],
      ['a passphrase', 'correct horse battery staple'],
    ])('gives everything back under %s, and shows nothing without', async (_, given) => {
      const { open, raw } = await driver.fresh()
      const storage = await open(given)
      await fill(storage)
      await storage.close()
      expect(await visible(raw)).toBe(0)
      const again = await open(given)
      await expectAll(again)
      await again.close()
    })

    it('S4: refuses a wrong key, a missing one and one of another sort, and loses nothing', async () => {
      const { open } = await driver.fresh()
      const storage = await open(key)
      await fill(storage)
      await storage.close()
      await expect(open(otherKey)).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
      await expect(open('passphrase')).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
      await expect(open()).rejects.toMatchObject({ code: 'STORAGE_KEY_MISSING' })
      await expect(open('')).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' })
      await expect(open(bytes(31, 1))).rejects.toMatchObject({ code: 'STORAGE_KEY_INVALID' })
      const again = await open(key)
      await expectAll(again)
      await again.close()
    })

    it('S4: refuses a wrong passphrase', async () => {
      const { open } = await driver.fresh()
      await (await open('right')).close()
      await expect(open('wrong')).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
      await expect(open(key)).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
    })

    it.each(columns)('S4: notices a flipped bit anywhere in %s.%s', async (table, column) => {
      const { open, raw } = await driver.fresh()
      const storage = await open(key)
      await fill(storage)
      await storage.close()
      const where = table === 'session' ? `id = 'a'` : `session = 'a'`
      const [stored] = (await raw.select(`select "${column}" from {${table}} where ${where}`)) as [Uint8Array]
      for (const at of [0, 1, 5, 17, 33, stored.length - 1]) {
        const flipped = Uint8Array.from(stored)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
        await raw.setBytes(table, column, where, flipped)
        const again = await open(key)
        const reads = { session: () => again.session('a'), auth_key: () => again.session('a') }
        const others = { outbox: () => again.outbox('a'), update_log: () => again.log('a') }
        const read = { ...reads, ...others, dead_letter: () => again.deadLetters('a') }[table]
        const damage = { code: 'STORAGE_RECORD_CORRUPT', session: 'a' }
        await expect(read()).rejects.toMatchObject(damage)
        if (table === 'outbox' || table === 'dead_letter') await expectOthers(again, damage)
        await expectAll(again, ['b'])
        await again.close()
      }
    })

    it('S4: notices a value that was moved to another session, and one that was put there unsealed', async () => {
      const { open, raw } = await driver.fresh()
      const storage = await open(key)
      await fill(storage)
      await storage.close()
      const [stored] = (await raw.select(`select "key" from {auth_key} where session = 'b'`)) as [Uint8Array]
      await raw.setBytes('auth_key', 'key', `session = 'a'`, stored)
      const again = await open(key)
      expect((await again.sessions()).map(({ error }) => error?.code)).toEqual([
        'STORAGE_RECORD_CORRUPT',
        undefined,
      ])
      await again.close()

      const plain = await driver.fresh()
      const unsealed = await plain.open()
      await fill(unsealed)
      await unsealed.close()
      const [bare] = (await plain.raw.select(`select "key" from {auth_key} where session = 'a'`)) as [
        Uint8Array,
      ]
      await raw.setBytes('auth_key', 'key', `session = 'a'`, bare)
      const third = await open(key)
      await expect(third.session('a')).rejects.toMatchObject({ code: 'STORAGE_RECORD_CORRUPT' })
      await third.close()
    })

    it('seals what was there unsealed when a key is given, and unseals it on request', async () => {
      const { open, raw } = await driver.fresh()
      const storage = await open()
      await fill(storage)
      await storage.close()
      expect(await visible(raw)).toBe(12)
      const sealed = await open(key)
      await expectAll(sealed)
      await sealed.close()
      expect(await visible(raw)).toBe(0)
      const again = await open(key)
      await again.changeKey(null)
      await expectAll(again)
      await again.close()
      expect(await visible(raw)).toBe(12)
      const bare = await open()
      await expectAll(bare)
      await bare.close()
    })

    it('changes the key while it is in use', async () => {
      const { open } = await driver.fresh()
      const storage = await open(key)
      const names = Array.from({ length: 120 }, (_, n) => `session ${n}`)
      await fill(storage, names)
      const owner = await storage.claim('busy')
      const writes: Promise<void>[] = []
      const changing = storage.changeKey(otherKey)
      for (let n = 1; n <= 100; n++) {
        writes.push(
          storage.write({ session: 'busy', owner, writes: [{ type: 'logAppend', ...logEntry(n) }] }),
        )
      }
      await Promise.all([changing, ...writes])
      await expectAll(storage, names)
      await storage.close()
      await expect(open(key)).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
      const again = await open(otherKey)
      await expectAll(again, names)
      expect((await again.log('busy')).length).toBe(100)
      await again.close()
    })

    it('finishes a change of key that was interrupted', async () => {
      const { open, raw } = await driver.fresh()
      const storage = await open(key)
      await fill(storage, ['a', 'b', 'c'])
      await storage.close()
      const [old] = (await raw.select(`select "key" from {auth_key} where session = 'a'`)) as [Uint8Array]
      const oldName = Buffer.from(old.subarray(0, 5)).toString('hex')
      await raw.block('outbox')
      const changing = await open(key)
      await expect(changing.changeKey(otherKey)).rejects.toMatchObject({ name: 'StorageError' })
      // Half of it has the new key, half the old one; all of it can be read.
      await expectAll(changing, ['a', 'b', 'c'])
      await changing.close()
      await raw.unblock('outbox')
      await expect(open(key)).rejects.toMatchObject({ code: 'STORAGE_KEY_WRONG' })
      const again = await open(otherKey)
      await expectAll(again, ['a', 'b', 'c'])
      await again.close()
      // The first bytes say which key: one, and another than before.
      const keyNames = async () => {
        const values = await Promise.all(
          columns.map(([table, column]) => raw.select(`select "${column}" from {${table}}`)),
        )
        return new Set(
          values.flat().map((value) => Buffer.from((value as Uint8Array).subarray(0, 5)).toString('hex')),
        )
      }
      const names = await keyNames()
      expect(names.size).toBe(1)
      expect(names.has(oldName)).toBe(false)
    })

    it('reads the second copy of a damaged keyring, and says so when both are damaged', async () => {
      const { open, raw } = await driver.fresh()
      const storage = await open(key)
      await fill(storage)
      await storage.close()
      await raw.run(`update {meta} set value = '{' where "key" = 'keyring'`)
      const again = await open(key)
      await expectAll(again)
      await again.close()
      await raw.run(`update {meta} set value = 'null'`)
      await expect(open(key)).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
      await expect(open()).rejects.toMatchObject({ code: 'STORAGE_CORRUPT' })
      // A keyring that is gone is not an empty store.
      await raw.run('delete from {meta}')
      for (const given of [undefined, key]) {
        const bare = await open(given)
        expect((await bare.sessions()).map(({ error }) => error?.code)).toEqual([
          'STORAGE_RECORD_CORRUPT',
          'STORAGE_RECORD_CORRUPT',
        ])
        await bare.close()
      }
    })
  })
}
