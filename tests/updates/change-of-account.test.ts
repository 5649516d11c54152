/**
 * A session that loses its account, and whoever signs in on it next. Sends, positions, peers, messages, parked updates and the
 * log belong to an account: they wait for it, over restarts, and another account finds nothing of them.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Box } from '@telegram-mt/box'
import {
  MemoryStorage,
  openStorage,
  type Session,
  type SessionBatch,
  type Storage,
  type Telegram,
  type TelegramOptions,
} from 'telegram-mt'
import { describe, expect, test, vi } from 'vitest'
import {
  account,
  codeOf,
  Inbox,
  later,
  login,
  newBox,
  newHost,
  newPhone,
  tempDir,
  usernameOf,
} from '../fixture.ts'

const server = process.env.TELEGRAM_MT_TEST_POSTGRES

const storages: [string, (() => Storage) | undefined][] = [
  ['memory', () => new MemoryStorage()],
  ['SQLite', () => openStorage(join(tempDir(), 'accounts.db'))],
  ['PostgreSQL', server === undefined ? undefined : () => openStorage(inSchema(server))],
]

function inSchema(url: string): string {
  const place = new URL(url)
  place.searchParams.set('schema', `account_${randomBytes(6).toString('hex')}`)
  return place.href
}

/** A storage that outlives the programs that use it. */
class Store {
  readonly storage: Storage
  /** Called with each batch before it is written. */
  onBatch: ((batch: SessionBatch) => void) | undefined

  constructor(storage: Storage) {
    this.storage = storage
  }

  static async open(make: () => Storage): Promise<Store> {
    const storage = make()
    await storage.open()
    later(() => storage.close())
    return new Store(storage)
  }

  /** What one program sees of it. After `kill` nothing that the program writes arrives. */
  forOneProgram(): { storage: Storage; kill(): void } {
    let killed = false
    const write = async (batch: SessionBatch) => {
      this.onBatch?.(batch)
      if (!killed) await this.storage.write(batch)
    }
    const storage = new Proxy(this.storage, {
      get: (target, name) => {
        if (name === 'open' || name === 'close') return async () => {}
        if (name === 'write') return write
        if (name === 'post') return (batch: SessionBatch) => void write(batch).catch(() => {})
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const kill = () => {
      killed = true
    }
    return { storage, kill }
  }
}

interface Program {
  readonly host: Telegram
  readonly session: Session
  /** What is told of sends that nobody waits for. */
  readonly told: [word: string, id: bigint][]
  readonly faults: unknown[]
  kill(): void
}

async function program(box: Box, store: Store, options: Partial<TelegramOptions> = {}): Promise<Program> {
  const { storage, kill } = store.forOneProgram()
  const host = newHost(box, { reconnect: { first: 1, most: 1, perAddress: [] }, ...options, storage })
  const told: Program['told'] = []
  const faults: unknown[] = []
  host.on('sent', (_, { randomId }) => told.push(['sent', randomId]))
  host.on('sendFailed', (_, { randomId, error }) => told.push([(error as { code: string }).code, randomId]))
  host.on('fault', (_, { error }) => faults.push(error))
  const [known] = await host.start()
  return { host, session: known ?? (await host.connect({ dc: 2, id: 's' })), told, faults, kill }
}

const until = (is: () => boolean | Promise<boolean>) => vi.waitUntil(is, { timeout: 15_000 })

const toldOf = ({ told }: Program) => new Map(told.map(([word, id]) => [id, word]))

/** Ends the session's key at the server, and waits until the session knows. */
async function revoke(box: Box, session: Session): Promise<void> {
  const { userId } = session
  box.faults.add({ fault: { kind: 'revoke' }, when: { userId, method: 'help.getNearestDc', times: 1 } })
  await session.invoke({ _: 'help.getNearestDc' }).catch(() => {})
  expect(session.state).toMatchObject({ name: 'loggedOut', reason: 'revoked' })
}

/** Ann, who has written to Bob, and whose key dies while three sends are under way; the first was executed. */
async function annDies(box: Box, { session }: Program) {
  const phone = newPhone(2)
  await login(session, phone, 'Ann')
  const bob = await account(newHost(box), 'Bob', 2)
  const inbox = new Inbox(bob)
  const name = await usernameOf(bob)
  await session.sendMessage(name, 'before')
  const { userId } = session
  box.faults.add({
    fault: { kind: 'hang', executed: true },
    when: { userId, method: 'messages.sendMessage', times: 1 },
  })
  box.faults.add({ fault: { kind: 'hang' }, when: { userId, method: 'messages.sendMessage' } })
  const first = session.sendMessage(name, 'one').catch((error: unknown) => error)
  await inbox.text('one')
  const others = [session.sendMessage(name, 'two'), session.sendMessage('me', 'a secret')]
  const ends = Promise.all([first, ...others.map((send) => send.catch((error: unknown) => error))])
  await until(async () => (await session.outbox()).length === 3)
  await revoke(box, session)
  box.faults.clear()
  const errors = await ends
  const ids = errors.map((error) => (error as { randomId?: bigint }).randomId)
  return { phone, bob, inbox, name, errors, ids }
}

/** Sends to different chats are in no particular order. */
const statesOf = async (session: Session) =>
  new Map((await session.outbox()).map(({ randomId, state }) => [randomId, state.name]))

const allKept = (ids: readonly (bigint | undefined)[]) => new Map(ids.map((id) => [id, 'kept']))

const textsWith = async (session: Session, chat: string) =>
  (await session.getHistory(chat)).map((one) => (one._ === 'message' ? one.message : one._)).reverse()

const signIn = (session: Session, phone: string) => session.login({ phone, code: codeOf(phone) })

for (const [name, make] of storages) {
  describe.skipIf(make === undefined).each([
    ['in one run', false],
    ['over restarts', true],
  ])(`${name}, %s:`, (_, restarts) => {
    const begin = async (options: Partial<TelegramOptions> = {}) => {
      const box = await newBox()
      const store = await Store.open(make!)
      const first = await program(box, store, options)
      const again = async (before: Program): Promise<Program> => {
        if (!restarts) return before
        await before.host.close()
        return await program(box, store, options)
      }
      return { box, store, first, again }
    }

    test('sends under way when the account is lost are kept, and go out when it is back, once', async () => {
      const { box, first, again } = await begin()
      const { phone, inbox, name, errors, ids } = await annDies(box, first)
      for (const error of errors)
        expect(error).toMatchObject({
          name: 'SendKeptError',
          code: 'SEND_KEPT',
          randomId: expect.any(BigInt),
          cause: { code: 'SESSION_DEAD' },
        })
      const kept = allKept(ids)
      expect(await statesOf(first.session)).toEqual(kept)

      let now = await again(first)
      expect(now.session.state).toMatchObject({ name: 'loggedOut', reason: 'revoked' })
      expect(await statesOf(now.session)).toEqual(kept)
      await expect(now.session.sendMessage(name, 'early')).rejects.toMatchObject({ code: 'SESSION_DEAD' })
      await now.session.connect()
      expect(now.session.state.name).toBe('authorizing')
      expect(now.session.userId).toBeUndefined()
      expect(await statesOf(now.session)).toEqual(kept)
      await expect(now.session.sendMessage(name, 'early')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
      await expect(now.session.sendMessage('me', 'early')).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })

      // Nor does an end between this and the login change anything.
      now = await again(now)
      if (restarts) expect(now.session.state).toMatchObject({ name: 'loggedOut', reason: 'revoked' })
      await now.session.connect()
      expect(await statesOf(now.session)).toEqual(kept)
      expect(now.told).toEqual([])

      await signIn(now.session, phone)
      await now.session.sendMessage(name, 'after')
      await inbox.text('after')
      expect(inbox.texts).toEqual(['before', 'one', 'two', 'after'])
      await until(() => now.told.length === 3)
      expect(now.told).toHaveLength(3)
      expect(now.told).toEqual(expect.arrayContaining(ids.map((id) => ['sent', id])))
      expect(await textsWith(now.session, 'me')).toEqual(['a secret'])
      expect(await now.session.outbox()).toEqual([])
    })

    test('another account that signs in sends, sees and inherits nothing', { timeout: 40_000 }, async () => {
      const { box, store, first, again } = await begin({ updates: { log: true, retryDelays: [] } })
      const handled: string[] = []
      const handle = ({ session }: Program) =>
        session.onMessage(({ text, out }) => {
          handled.push(text)
          if (text === 'bad' && !out) throw new Error('no')
        })
      handle(first)
      const reader = first.session.updates({ consumer: 'reader' })
      const read = reader.next()
      const { bob, inbox, ids, phone } = await annDies(box, first)
      await read
      let now = await again(first)
      await now.session.connect()
      await signIn(now.session, phone)
      handle(now)
      const parked = new Promise((resolve) => now.session.once('parked', resolve))
      await now.session.api.account.updateUsername({ username: 'ann_here' })
      await bob.sendMessage('@ann_here', 'bad')
      await parked
      await until(() => now.told.length === 3)
      now.told.length = 0
      const annId = now.session.userId
      const lost = await (async () => {
        box.faults.add({ fault: { kind: 'hang' }, when: { userId: annId, method: 'messages.sendMessage' } })
        const sends = ['@ann_here', bob.userId!].map((to) =>
          now.session.sendMessage(to, 'said by Ann').catch((error: { randomId: bigint }) => error.randomId),
        )
        await until(async () => (await now.session.outbox()).length === 2)
        await revoke(box, now.session)
        box.faults.clear()
        return await Promise.all(sends)
      })()

      now = await again(now)
      const { session } = now
      const { storage } = store
      // Whatever is looked at now is not to be found later.
      expect(await session.outbox()).toHaveLength(2)
      const [letter] = await session.deadLetters()
      expect(letter).toMatchObject({ attempts: 1 })
      const held = session.updates({ from: 'start' })
      const before = await held.next()
      expect(before.done).toBe(false)
      expect(await session.resolvePeer(bob.userId!)).toMatchObject({ userId: bob.userId })
      const { last } = await storage.logRange('s')
      await session.connect()
      expect(await session.outbox()).toHaveLength(2)
      expect(await session.resolvePeer(bob.userId!)).toMatchObject({ userId: bob.userId })

      await login(await newHost(box).connect({ dc: 2 }), newPhone(2), 'Somebody')
      const evesPhone = newPhone(2)
      await login(session, evesPhone, 'Eve')
      handled.length = 0
      handle(now)
      const eveId = session.userId
      expect(eveId).not.toBe(annId)
      expect(now.told).toHaveLength(2)
      expect(new Map(lost.map((id) => [id, 'SEND_OF_OTHER_ACCOUNT']))).toEqual(toldOf(now))
      expect(now.faults.at(-1)).toMatchObject({ code: 'ACCOUNT_CHANGED' })
      expect(await session.outbox()).toEqual([])
      expect(await session.deadLetters()).toEqual([])
      await expect(letter!.retry()).rejects.toMatchObject({ code: 'ACCOUNT_CHANGED' })
      expect(await held.next()).toMatchObject({ done: true })
      await expect(session.resolvePeer(bob.userId!)).rejects.toMatchObject({ code: 'PEER_UNKNOWN' })
      expect(await storage.peer('s', 'user', bob.userId!)).toBeUndefined()
      expect(await storage.outbox('s')).toEqual([])
      expect(await storage.deadLetters('s')).toEqual([])

      // From here on updates are followed.
      await until(async () => (await storage.updatePositions('s')).state?.userId === eveId)
      await storage.write({
        session: 's',
        owner: (await storage.session('s'))!.owner,
        writes: [
          { type: 'deadLetter', id: letter!.id, event: new Uint8Array(1), error: 'no', attempts: 1, at: 1 },
        ],
      })
      await letter!.discard()
      expect((await session.damagedDeadLetters()).map(({ id }) => id)).toEqual([letter!.id])
      await session.api.account.updateUsername({ username: 'eve_here' })
      await bob.sendMessage('@eve_here', 'to Eve')
      await session.sendMessage('me', 'mine')
      await until(() => handled.includes('to Eve') && handled.includes('mine'))
      expect(await textsWith(session, 'me')).toEqual(['mine'])
      expect(inbox.messages.filter(({ out }) => !out).map(({ text }) => text)).toEqual([
        'before',
        'one',
        'two',
      ])
      expect(handled.toSorted()).toEqual(['mine', 'to Eve'])

      // The log goes on under higher numbers, and whoever had read some of Ann's reads Eve's next.
      const logged: { cursor: number; text: string }[] = []
      for await (const { cursor, events, ack } of session.updates({ consumer: 'reader' })) {
        for (const event of events)
          if (event.type === 'message') logged.push({ cursor, text: event.message.message })
        ack()
        if (logged.length === 2) break
      }
      expect(logged.map(({ text }) => text).toSorted()).toEqual(['mine', 'to Eve'])
      expect(logged.every(({ cursor }) => cursor > last)).toBe(true)

      // Ann, elsewhere, has sent nothing more either.
      const ann = await newHost(box).connect({ dc: 2 })
      await signIn(ann, phone)
      expect(await textsWith(ann, 'me')).toEqual(['a secret'])
      expect(ids).toHaveLength(3)
      expect(now.told).toHaveLength(2)
    })
  })
}

describe('a process that dies', () => {
  const beginKilled = async () => {
    const box = await newBox()
    const store = await Store.open(() => openStorage(join(tempDir(), 'accounts.db')))
    const first = await program(box, store)
    return { box, store, first }
  }

  test('before the record says that the key is dead finds that out again, and loses no send', async () => {
    const { box, store, first } = await beginKilled()
    first.session.on('state', ({ name }) => name === 'loggedOut' && first.kill())
    const { phone, inbox, name, ids } = await annDies(box, first)

    const now = await program(box, store)
    expect(now.session.state.name).toBe('idle')
    await new Promise((resolve) => now.session.once('loggedOut', resolve))
    expect(await statesOf(now.session)).toEqual(allKept(ids))
    expect(now.told).toEqual([])
    await now.session.connect()
    await signIn(now.session, phone)
    await now.session.sendMessage(name, 'after')
    await inbox.text('after')
    expect(inbox.texts).toEqual(['before', 'one', 'two', 'after'])
  })

  test('with sends of an account that is lost, and is looked at before another signs in, sends none as the other', async () => {
    const { box, store, first } = await beginKilled()
    const { inbox } = await annDies(box, first)
    first.kill()
    const { session } = await program(box, store)
    await session.outbox()
    await session.connect()
    await session.outbox()
    const eve = newPhone(2)
    await login(await newHost(box).connect({ dc: 2 }), eve, 'Eve')
    await signIn(session, eve)
    await session.sendMessage('me', 'mine')
    await session.sendMessage(await usernameOf(inbox.session), 'to Bob')
    await inbox.text('to Bob')
    expect(await textsWith(session, 'me')).toEqual(['mine'])
    expect(inbox.texts).toEqual(['before', 'one', 'to Bob'])
  })

  test.each(['the same account', 'another'])(
    'with an earlier version, whose dead records name no account: %s signs in',
    async (who) => {
      const { box, store, first } = await beginKilled()
      const { phone, inbox, name, ids } = await annDies(box, first)
      await first.host.close()
      const { storage } = store
      expect((await storage.updatePositions('s')).state?.userId).toBeDefined()
      const nobody: SessionBatch['writes'] = [{ type: 'account', userId: null, username: null, phone: null }]
      await storage.write({ session: 's', owner: await storage.claim('s'), writes: nobody })

      const { session, told } = await program(box, store)
      expect(session.userId).toBeUndefined()
      expect(await statesOf(session)).toEqual(allKept(ids))
      await session.connect()
      if (who === 'another') {
        await login(session, newPhone(2), 'Eve')
        expect(told.map(([word]) => word)).toEqual(ids.map(() => 'SEND_OF_OTHER_ACCOUNT'))
        return
      }
      await signIn(session, phone)
      await session.sendMessage(name, 'after')
      await inbox.text('after')
      expect(inbox.texts).toEqual(['before', 'one', 'two', 'after'])
    },
  )

  test.each(['before', 'after'] as const)('%s another account is stored leaves no mixture', async (when) => {
    const { box, store, first } = await beginKilled()
    const { ids, phone } = await annDies(box, first)
    await first.session.connect()
    store.onBatch = ({ writes }) => {
      if (!writes.some(({ type }) => type === 'accountClear')) return
      if (when === 'before') first.kill()
      else queueMicrotask(() => first.kill())
    }
    const eve = newPhone(2)
    await login(await newHost(box).connect({ dc: 2 }), eve, 'Eve')
    await signIn(first.session, eve)

    const { session, told } = await program(box, store)
    if (when === 'before') {
      expect(session.state).toMatchObject({ name: 'loggedOut', reason: 'revoked' })
      expect(session.phone).toBe(phone)
      expect(await statesOf(session)).toEqual(allKept(ids))
      return
    }
    await session.connect()
    expect(session.phone).toBe(eve)
    expect(await session.outbox()).toEqual([])
    await session.sendMessage('me', 'mine')
    expect(await textsWith(session, 'me')).toEqual(['mine'])
    expect(told).toEqual([])
  })
})

test('a session that cannot store who has signed in is signed in as nobody, and sends nothing of the one before', async () => {
  const box = await newBox()
  const store = await Store.open(() => new MemoryStorage())
  const { session, told, host } = await program(box, store)
  const { phone, ids } = await annDies(box, { session, told, host, faults: [], kill: () => {} })
  await session.connect()
  const eve = newPhone(2)
  await login(await newHost(box).connect({ dc: 2 }), eve, 'Eve')
  store.onBatch = ({ writes }) => {
    if (writes.some(({ type }) => type === 'accountClear')) throw new Error('no room')
  }
  await session.sendCode(eve)
  await expect(session.signIn(eve, codeOf(eve))).rejects.toThrow('no room')
  expect(session.userId).toBeUndefined()
  expect(await statesOf(session)).toEqual(allKept(ids))
  expect(told).toEqual([])
  expect(phone).not.toBe(eve)
})

test('a session that is forgotten keeps no send, and says so', async () => {
  const box = await newBox()
  const host = newHost(box)
  const session = await account(host, 'Ann', 2)
  await session.sendMessage('me', 'before')
  box.faults.add({ fault: { kind: 'hang' }, when: { method: 'messages.sendMessage' } })
  const send = session.sendMessage('me', 'one').catch((error: unknown) => error)
  await until(async () => (await session.outbox()).length === 1)
  await host.forget(session.id)
  expect(await send).toMatchObject({ name: 'SessionStateError', code: 'SESSION_CLOSED' })
  expect(await session.outbox()).toEqual([])
})
