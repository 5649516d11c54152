import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  array,
  assert as assertProperty,
  asyncProperty,
  constant,
  integer,
  nat,
  oneof,
  record,
} from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { StorageError } from '../error.ts'
import { authKey, bytes, logEntry, outboxEntry } from '../samples.testing.ts'
import type { SessionWrite } from '../storage.ts'
import { sqliteStorage } from './sqlite.node.ts'

const folder = mkdtempSync(join(tmpdir(), 'telegram-mt-fuzz-'))
afterAll(() => rmSync(folder, { recursive: true }))

const names = Array.from({ length: 12 }, (_, n) => `session ${n}`)

async function makeFile(storageKey: Uint8Array | undefined): Promise<Uint8Array> {
  const file = join(folder, 'whole.db')
  rmSync(file, { force: true })
  const storage = sqliteStorage({ file, storageKey })
  await storage.open()
  for (const session of names) {
    const owner = await storage.claim(session)
    const writes: SessionWrite[] = [
      { type: 'account', dc: 2, userId: 5, login: { step: 'code' } },
      { type: 'authKey', ...authKey(2, 5) },
      { type: 'salts', dc: 2, kind: 'permanent', salts: [{ salt: 5n, validSince: 1, validUntil: 2 }] },
      { type: 'updateState', pts: 1, qts: 1, seq: 1, date: 1 },
      { type: 'channelPts', channelId: 1, pts: 1 },
      {
        type: 'peer',
        kind: 'user',
        id: 7,
        accessHash: 7n,
        min: false,
        usernames: ['seven'],
        phone: '7',
        updatedAt: 1,
      },
      { type: 'message', messageId: 1, peer: { kind: 'user', id: 7 } },
      { type: 'outbox', ...outboxEntry(1n) },
      { type: 'logAppend', ...logEntry(1) },
      { type: 'logConsumer', name: 'main', cursor: 1 },
      { type: 'deadLetter', id: 'x', event: bytes(30, 1), error: 'no', attempts: 1, at: 1 },
    ]
    await storage.write({ session, owner, writes })
  }
  await storage.close()
  return readFileSync(file)
}

type Damage = (file: Uint8Array) => Uint8Array

const damage = oneof(
  nat().map(
    (at): Damage =>
      (file) =>
        file.subarray(0, at % file.length),
  ),
  array(record({ at: nat(), bit: nat(7) }), { minLength: 1, maxLength: 40 }).map(
    (flips): Damage =>
      (file) => {
        const damaged = Uint8Array.from(file)
        for (const { at, bit } of flips) damaged[at % file.length]! ^= 1 << bit
        return damaged
      },
  ),
  record({ at: nat(), length: integer({ min: 1, max: 9000 }), fill: nat(255) }).map(
    ({ at, length, fill }): Damage =>
      (file) => {
        const damaged = Uint8Array.from(file)
        const start = at % file.length
        damaged.fill(fill, start, Math.min(file.length, start + length))
        return damaged
      },
  ),
  constant<Damage>((file) => file.subarray(4096)),
)

it.each([
  ['an unsealed', undefined],
  ['a sealed', bytes(32, 1)],
])('meets any damage to %s file with a typed error', async (_, storageKey) => {
  const whole = await makeFile(storageKey)
  let file = 0
  await assertProperty(
    asyncProperty(damage, async (harm) => {
      const path = join(folder, `damaged ${file++}.db`)
      writeFileSync(path, harm(whole))
      const storage = sqliteStorage({ file: path, storageKey, lockWait: 0 })
      const attempt = async <T>(action: () => Promise<T>): Promise<T | undefined> => {
        try {
          return await action()
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError)
          return undefined
        }
      }
      try {
        await storage.open()
      } catch (error) {
        expect(error).toBeInstanceOf(StorageError)
        return
      }
      for (const { id } of (await attempt(() => storage.sessions())) ?? []) {
        const owner = (await attempt(() => storage.claim(id))) ?? 1
        await attempt(() => storage.updatePositions(id))
        await attempt(() => storage.peer(id, 'user', 7))
        await attempt(() => storage.peerByUsername(id, 'seven'))
        await attempt(() => storage.peerByPhone(id, '7'))
        await attempt(() => storage.messages(id, [1]))
        await attempt(() => storage.outbox(id))
        await attempt(() => storage.log(id))
        await attempt(() => storage.logRange(id))
        await attempt(() => storage.logConsumers(id))
        await attempt(() => storage.deadLetters(id))
        const writes: SessionWrite[] = [
          { type: 'logAppend', ...logEntry(2) },
          { type: 'outboxRemove', randomId: 1n },
        ]
        await attempt(() => storage.write({ session: id, owner, writes }))
      }
      await attempt(() => storage.forget(names[0]!, 5))
      await attempt(() => storage.close())
      rmSync(path, { force: true })
    }),
    { numRuns: 60 },
  )
})
