/** `Session.open / close / get / get_all / export / import`, and sessions that outlive their process. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatSessionString, parseSessionString, SessionStringError, Telegram } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import {
  account,
  calls,
  Inbox,
  later,
  login,
  newBox,
  newHost,
  newPhone,
  tempDir,
  usernameOf,
} from '../fixture.ts'

describe('by hand', () => {
  test('found by id, listed, closed, opened again, forgotten', async () => {
    const telegram = newHost(await newBox())
    const session = await login(await telegram.connect({ dc: 1, id: 'ann' }), newPhone(1), 'Ann')
    expect(telegram.session('ann')).toBe(session)
    expect(telegram.sessions()).toEqual([session])
    expect(() => telegram.session('bob')).toThrow(/no session "bob"/)
    await session.close()
    expect(session.state.name).toBe('closed')
    await session.connect()
    expect(session.state.name).toBe('online')
    expect(await session.getContacts()).toEqual([])
    await telegram.forget('ann')
    expect(telegram.sessions()).toEqual([])
  })

  test('an exported session goes on in another host without a new login', async () => {
    const box = await newBox()
    const first = newHost(box)
    const ann = await account(first, 'Ann', 3)
    const bob = await account(first, 'Bob')
    const exported = ann.export()
    await ann.close()

    const second = newHost(box)
    const codesBefore = calls.get(box)?.filter((call) => call.startsWith('auth.')).length
    const taken = await second.import(exported)
    expect(taken).toMatchObject({ userId: ann.userId, dc: 3 })
    expect(taken.state.name).toBe('online')
    const inbox = new Inbox(bob)
    await taken.sendMessage(await usernameOf(bob), 'from elsewhere')
    await inbox.text('from elsewhere')
    expect(calls.get(box)?.filter((call) => call.startsWith('auth.'))).toHaveLength(codesBefore ?? -1)
    await expect(second.import(exported)).rejects.toMatchObject({ code: 'SESSION_EXISTS' })
  })

  test.each(['telethon', 'pyrogram', 'gramjs', 'mtcute'] as const)(
    'a session goes to %s and comes back, with its account',
    async (format) => {
      const box = await newBox()
      const first = newHost(box)
      const ann = await account(first, 'Ann', 2)
      // GramJS refuses ports of boxes; the address is of no interest to us.
      const address = { host: '127.0.0.1', port: 443 }
      const exported =
        format === 'gramjs'
          ? formatSessionString({ ...parseSessionString(ann.export()), address }, format)
          : ann.export(format)
      await ann.close()
      const taken = await newHost(box).import(exported)
      expect(taken.state.name).toBe('online')
      expect(taken).toMatchObject({ userId: ann.userId, dc: 2 })
      expect(await taken.sendMessage('me', 'here I am')).toMatchObject({ message: 'here I am' })
    },
  )

  test('a key under which nobody is signed in may be signed in', async () => {
    const box = await newBox()
    const first = await newHost(box).connect({ dc: 2 })
    const exported = first.export('telethon')
    await first.close()
    const taken = await newHost(box).import(exported)
    expect(taken.state.name).toBe('authorizing')
    await login(taken, newPhone(2), 'Ann')
    expect(taken.state.name).toBe('online')
  })

  test('a damaged session string is refused without repeating it', async () => {
    const telegram = newHost(await newBox())
    const exported = (await telegram.connect({ dc: 1 })).export()
    const flipped = exported.slice(0, 40) + (exported[40] === 'A' ? 'B' : 'A') + exported.slice(41)
    for (const broken of ['', 'nonsense', exported.slice(0, -5), flipped, `x${exported}`]) {
      const error: unknown = await telegram.import(broken).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(SessionStringError)
      expect(error).toMatchObject({
        code: 'SESSION_STRING_INVALID',
        message: expect.stringMatching(/^this is no session string: .{10,120}$/),
      })
      for (let at = 0; at + 12 < broken.length; at += 12) {
        expect(String(error)).not.toContain(broken.slice(at, at + 12))
      }
    }
    expect(telegram.sessions()).toHaveLength(1)
  })
})

describe('one SQLite file for all sessions', () => {
  test('restored at the next start, with everything that came in between, once', async () => {
    const box = await newBox()
    const file = join(tempDir(), 'accounts.db')
    const before = newHost(box, { storage: file })
    const ann = await account(before, 'Ann', 1)
    const bob = await account(before, 'Bob', 2)
    const [annName, bobName] = [await usernameOf(ann), await usernameOf(bob)]
    const seenBefore = new Inbox(ann)
    await bob.sendMessage(annName, 'before')
    await seenBefore.text('before')
    const group = await ann.createGroup('friends', [bobName])
    await before.close()
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const elsewhere = await account(newHost(box), 'Cleo', 3)
    await elsewhere.sendMessage(annName, 'in between 1')
    await elsewhere.sendMessage(bobName, 'in between 2')
    await elsewhere.sendMessage(annName, 'in between 3')

    const after = newHost(box, { storage: file })
    const inboxes = new Map<number | undefined, Inbox>()
    after.on('session', (session) => inboxes.set(session.userId, new Inbox(session)))
    const restored = await after.start()
    expect(restored.map(({ id }) => id).sort()).toEqual([ann.id, bob.id].sort())
    expect(restored.map(({ userId }) => userId).sort()).toEqual([ann.userId, bob.userId].sort())
    await inboxes.get(ann.userId)?.text('in between 3')
    await inboxes.get(bob.userId)?.text('in between 2')
    await after.session(bob.id).sendMessage(group.id, 'still here')
    await inboxes.get(ann.userId)?.text('still here')
    expect(inboxes.get(ann.userId)?.texts.filter(Boolean)).toEqual([
      'in between 1',
      'in between 3',
      'still here',
    ])
    expect(inboxes.get(bob.userId)?.texts.filter((text) => text.startsWith('in'))).toEqual(['in between 2'])
    expect(calls.get(box)?.filter((call) => call === 'auth.signUp')).toHaveLength(3)
  })

  test('an update whose handler had not finished comes again after a restart', async () => {
    const box = await newBox()
    const file = join(tempDir(), 'accounts.db')
    const before = newHost(box, { storage: file })
    const ann = await account(before, 'Ann', 1)
    const bob = await account(newHost(box), 'Bob', 1)
    const annName = await usernameOf(ann)
    let release = () => {}
    const begun = new Promise<void>((resolve) => {
      ann.onMessage(() => {
        resolve()
        return new Promise<void>((_, reject) => {
          release = () => reject(new Error('the program ends before it is done'))
        })
      })
    })
    await bob.sendMessage(annName, 'not done with this')
    await begun
    const closing = before.close()
    release()
    await closing

    const after = newHost(box, { storage: file })
    const inbox = new Promise<Inbox>((resolve) =>
      after.on('session', (session) => resolve(new Inbox(session))),
    )
    await after.start()
    await (await inbox).text('not done with this')
  })

  test('a file that is none of ours, and one cut short, are refused and left as they are', async () => {
    const box = await newBox()
    const file = join(tempDir(), 'accounts.db')
    const first = newHost(box, { storage: file })
    await account(first, 'Ann')
    await first.close()
    const good = readFileSync(file)
    for (const [bytes, name] of [
      [Buffer.from('this is no database at all, but some text'.repeat(40)), 'text.db'],
      [good.subarray(0, Math.floor(good.length / 2)), 'cut.db'],
    ] as const) {
      const broken = join(tempDir(), name)
      writeFileSync(broken, bytes)
      const telegram = new Telegram({ apiId: 1, apiHash: 'x', storage: broken })
      later(() => telegram.close())
      await expect(telegram.start()).rejects.toMatchObject({
        name: 'StorageError',
        code: expect.stringMatching(/^STORAGE_/),
      })
      expect(readFileSync(broken).equals(bytes)).toBe(true)
    }
    const again = newHost(box, { storage: file })
    expect(await again.start()).toHaveLength(1)
  })
})
