/**
 * Two hundred accounts in one process and one SQLite file. One's handler never returns, one's always throws, one's record is
 * damaged: the other 197 get every message, in order.
 */
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { createUser } from '@telegram-mt/box'
import { openStorage, type Session, type SessionFault } from 'telegram-mt'
import { expect, test } from 'vitest'
import { account, event, newBox, newHost, tempDir } from '../fixture.ts'

const COUNT = 200
const MESSAGES = 3
const [STUCK, THROWING, CORRUPT] = ['account 7', 'account 77', 'account 177']

test('of 200 accounts 197 miss nothing while one hangs, one throws and one is damaged', async () => {
  const box = await newBox()
  const file = join(tempDir(), 'accounts.db')
  const names = await signedInAccounts(box, file)
  damageKey(file, CORRUPT)

  const host = newHost(box, { storage: file, updates: { stuckAfter: 3000, retryDelays: [1, 1] } })
  const corrupt: string[] = []
  host.on('corrupt', (id, error) => corrupt.push(`${id} ${'code' in error ? error.code : ''}`))
  const told = { stuck: new Set<string>(), parked: new Map<string, number>(), faults: new Set<string>() }
  host.on('stuck', ({ id }) => told.stuck.add(id))
  const allParked = new Promise<void>((resolve) =>
    host.on('parked', ({ id }) => {
      told.parked.set(id, (told.parked.get(id) ?? 0) + 1)
      if (told.parked.get(id) === MESSAGES) resolve()
    }),
  )
  const isStuck = event((listener) => host.on('stuck', listener))
  host.on('fault', ({ id }, _: SessionFault) => told.faults.add(id))
  const sessions = await host.start()
  expect(sessions).toHaveLength(COUNT - 1)
  expect(corrupt).toEqual([`${CORRUPT} STORAGE_RECORD_CORRUPT`])
  expect([...host.corruptSessions().keys()]).toEqual([CORRUPT])

  const texts = new Map<string, string[]>()
  const sound = sessions.filter(({ id }) => id !== STUCK && id !== THROWING)
  const complete = Promise.all(sound.map((session) => collected(session, texts)))
  host.session(STUCK).onMessage(() => new Promise(() => {}))
  host.session(THROWING).onMessage(() => {
    throw new Error('always')
  })

  const writer = await account(newHost(box), 'Writer')
  const expected = Array.from({ length: MESSAGES }, (_, n) => `message ${n}`)
  const sent = Promise.all(
    [...names.values()].map(async (name) => {
      for (const text of expected) await writer.sendMessage(name, text)
    }),
  )
  await Promise.all([sent, complete])
  expect(sound).toHaveLength(COUNT - 3)
  for (const { id } of sound) expect(texts.get(id)).toEqual(expected)

  // The others say what is the matter with them, and nobody else does.
  await Promise.all([allParked, isStuck])
  expect([...told.stuck]).toEqual([STUCK])
  expect([...told.parked]).toEqual([[THROWING, MESSAGES]])
  expect([...told.faults]).toEqual([THROWING])
  expect(await host.session(THROWING).deadLetters()).toHaveLength(MESSAGES)
  expect(host.session(STUCK).updateStatus().delivery).toMatchObject({ handled: 0, running: [{ attempt: 1 }] })

  // The end of the host waits for the one that hangs, but not for ever; its message comes again.
  const before = performance.now()
  await host.close()
  expect(performance.now() - before).toBeLessThan(8_000)
  const again = newHost(box, { storage: file })
  await again.start({ connect: false })
  const restored = again.session(STUCK)
  const first = collected(restored, texts)
  await restored.connect()
  await first
  expect(texts.get(STUCK)).toEqual(expected)
}, 60_000)

/** Accounts that are signed in, in a file as an earlier run has left it; gives their usernames by session. */
async function signedInAccounts(box: Awaited<ReturnType<typeof newBox>>, file: string) {
  const storage = openStorage(file)
  await storage.open()
  const names = new Map<string, string>()
  for (let n = 1; n <= COUNT; n++) {
    const [id, username] = [`account ${n}`, `account_${n}`]
    const user = createUser(box.world, { phone: `4179${1_000_000 + n}`, firstName: `A${n}`, username, dc: 2 })
    const { dc, authKey, serverSalt } = box.signedInKey(user)
    const owner = await storage.claim(id)
    const salts = [{ salt: serverSalt, validSince: 0, validUntil: 0x7fffffff }]
    void storage.write({
      session: id,
      owner,
      writes: [
        { type: 'account', dc, test: false, userId: user.id },
        { type: 'authKey', dc, kind: 'permanent', key: authKey },
        { type: 'salts', dc, kind: 'permanent', salts },
        { type: 'updateState', pts: 1, qts: 0, seq: 0, date: 1, userId: user.id },
      ],
    })
    if (id !== CORRUPT) names.set(id, `@${username}`)
  }
  await storage.close()
  return names
}

function damageKey(file: string, session: string): void {
  const database = new DatabaseSync(file)
  const { key } = database.prepare('select key from auth_key where session = ?').get(session) as {
    key: Uint8Array
  }
  key[100] = (key[100] ?? 0) ^ 1
  database.prepare('update auth_key set key = ? where session = ?').run(key, session)
  database.close()
}

/** Resolves when as many messages have come as are sent. */
function collected(session: Session, texts: Map<string, string[]>): Promise<void> {
  const own: string[] = []
  texts.set(session.id, own)
  return new Promise((resolve) =>
    session.onMessage(({ text }) => {
      own.push(text)
      if (own.length >= MESSAGES) resolve()
    }),
  )
}
