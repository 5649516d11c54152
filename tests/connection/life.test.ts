/** The life of a session: what ends it, what is said of that, and that nothing is tried with a dead key. */
import { join } from 'node:path'
import type { Box } from '@telegram-mt/box'
import type { LogoutReason, Session, SessionState } from 'telegram-mt'
import { describe, expect, test, vi } from 'vitest'
import { account, event, newBox, newHost, newPhone, tempDir } from '../fixture.ts'

const dies = (session: Session) => new Promise<LogoutReason>((resolve) => session.once('loggedOut', resolve))

const refused = (box: Box, code: number, message: string) =>
  box.faults.add({ fault: { kind: 'error', code, message }, when: { method: 'help.getNearestDc' } })

describe('a session', () => {
  test('says where it is, to its own listeners and to the host’s', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const told: string[] = []
    telegram.on('state', (session, state, before) =>
      told.push(`${session.id}: ${before.name} > ${state.name}`),
    )
    const session = await telegram.connect({ id: 'ann', dc: 1 })
    expect(session.state).toEqual({ name: 'authorizing' })
    await session.close()
    expect(told).toEqual([
      'ann: idle > connecting',
      'ann: connecting > authorizing',
      'ann: authorizing > closed',
    ])
    await session.connect()
    expect(told.slice(3)).toEqual(['ann: closed > connecting', 'ann: connecting > authorizing'])
  })

  test('that waits says until when, and why', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    box.faults.add({ fault: { kind: 'refuse' } })
    const waiting = new Promise<SessionState>((resolve) =>
      session.on('state', (state) => state.name === 'waiting' && resolve(state)),
    )
    const from = Date.now()
    box.dropConnections()
    const state = await waiting
    expect(state).toMatchObject({ name: 'waiting', reason: expect.stringMatching(/127\.0\.0\.1:\d+/) })
    if (state.name !== 'waiting') throw new Error('unreachable')
    expect(state.until).toBeGreaterThanOrEqual(from)
    expect(state.until % 1).toBe(0)
    expect(state.until).toBeLessThan(from + 20_000)
    box.faults.clear()
    session.networkChanged()
    await session.connect()
    expect(session.state.name).toBe('online')
  })

  test('that is connected anew while it still ends begins after its end', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    const handled: string[] = []
    const begun = event<void>((listener) =>
      session.onMessage(async ({ text }) => {
        handled.push(text)
        listener()
        // Longer than anybody waits for it.
        if (text === 'one') await new Promise(() => {})
      }),
    )
    await session.sendMessage('me', 'one')
    await begun
    const ended = session.close()
    const connected = session.connect()
    await ended
    await connected
    expect(session.state.name).toBe('online')
    // The handler of the life before has kept nothing: its message comes again, and what is handled now is saved.
    session.onMessage(({ text }) => void handled.push(`again ${text}`))
    await session.sendMessage('me', 'two')
    await vi.waitUntil(() => handled.includes('again two'), { timeout: 15_000 })
    expect(handled).toEqual(['one', 'again one', 'again two'])
    await session.close()
    expect(session.updateStatus().delivery).toBeUndefined()
  })

  test('that is closed while it is being connected anew stays closed', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    const connectAndClose = async () => {
      const connecting = session.connect().catch((error: unknown) => error)
      await session.close()
      expect(await connecting).toMatchObject({ code: 'SESSION_CLOSED' })
      expect(session.state.name).toBe('closed')
    }
    await session.close()
    await connectAndClose()
    await session.connect()
    const dead = dies(session)
    refused(box, 401, 'SESSION_REVOKED')
    await session.invoke({ _: 'help.getNearestDc' }).catch(() => {})
    await dead
    await connectAndClose()
    await expect.poll(() => box.connections).toBe(0)
    box.faults.clear()
    await session.connect()
    expect(session.state.name).toBe('authorizing')
  })

  test('that is connected by who hears of its end begins after it', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    const connected = new Promise((resolve) => session.once('state', () => resolve(session.connect())))
    await session.close()
    await connected
    await session.sendMessage('me', 'still here')
    expect(session.state.name).toBe('online')
    expect(box.connections).toBe(1)
  })

  test('of a host that is closed never begins again', async () => {
    const box = await newBox()
    const storage = join(tempDir(), 'accounts.db')
    const telegram = newHost(box, { storage, updates: { log: true } })
    const session = await account(telegram, 'Ann', 1)
    const idle = await telegram.connect({ id: 'idle', lazy: true })
    const exported = session.export()
    // As watchdogs do.
    const tries: Promise<unknown>[] = []
    telegram.on('state', (one, { name }) => {
      if (name === 'closed') tries.push(one.connect().catch((error: unknown) => error))
    })
    const joining = telegram.connect({ id: 'late' }).catch((error: unknown) => error)
    const closed = telegram.close()
    const refused = { name: 'SessionStateError', code: 'HOST_CLOSED' }
    const nothingBegins = async () => {
      for (const one of [session, idle]) {
        await expect(one.connect()).rejects.toMatchObject(refused)
        await expect(one.requestAuthKey()).rejects.toMatchObject(refused)
        await expect(one.sendMessage('me', 'x')).rejects.toMatchObject(refused)
        await expect(one.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject(refused)
        await expect(one.sendCode(newPhone(1))).rejects.toMatchObject(refused)
        await expect(one.login({ phone: newPhone(1), code: '11111' })).rejects.toMatchObject(refused)
        await expect(one.sendPlain(new Uint8Array(8))).rejects.toMatchObject(refused)
        await expect(one.outbox()).rejects.toMatchObject(refused)
        await expect(one.deadLetters()).rejects.toMatchObject(refused)
        await expect(one.damagedDeadLetters()).rejects.toMatchObject(refused)
        await expect(one.forgetConsumer('reader')).rejects.toMatchObject(refused)
        await expect(one.resolvePeer('@nobody')).rejects.toMatchObject(refused)
        expect(() => one.updates({ consumer: 'reader' })).toThrow(expect.objectContaining(refused))
        expect(() => one.setProxy(null)).toThrow(expect.objectContaining(refused))
        one.networkChanged()
      }
      await expect(telegram.start()).rejects.toMatchObject(refused)
      await expect(telegram.connect()).rejects.toMatchObject(refused)
      await expect(telegram.import(exported)).rejects.toMatchObject(refused)
      await expect(telegram.forget(session.id)).rejects.toMatchObject(refused)
      await expect(telegram.changeStorageKey(null)).rejects.toMatchObject(refused)
    }
    await nothingBegins()
    await closed
    expect(await joining).toMatchObject(refused)
    await nothingBegins()
    expect(tries.length).toBeGreaterThan(1)
    for (const tried of tries) expect(await tried).toMatchObject(refused)
    await session.close()
    await telegram.close()
    expect([session.state.name, idle.state.name]).toEqual(['closed', 'closed'])
    await expect.poll(() => box.connections).toBe(0)

    const next = newHost(box, { storage })
    expect((await next.start()).map(({ id }) => id).sort()).toEqual([session.id, 'idle'].sort())
    const restored = next.session(session.id)
    await restored.connect()
    expect(await session.connect().catch((error: unknown) => error)).toMatchObject(refused)
    await restored.sendMessage('me', 'still mine')
  })

  test('is closed by its handler, which does not await that: what it handled is handled', async () => {
    const box = await newBox()
    const storage = join(tempDir(), 'accounts.db')
    const telegram = newHost(box, { storage })
    const session = await account(telegram, 'Ann', 1)
    let ended: Promise<void> | undefined
    const handled = event<void>((listener) =>
      session.onMessage(() => {
        ended = session.close()
        listener()
      }),
    )
    await session.sendMessage('me', 'end').catch(() => {})
    await handled
    await ended
    await telegram.close()
    const next = newHost(box, { storage })
    const texts: string[] = []
    for (const one of await next.start()) one.onMessage(({ text }) => void texts.push(text))
    const restored = next.session(session.id)
    await restored.connect()
    await restored.sendMessage('me', 'later')
    await vi.waitUntil(() => texts.includes('later'), { timeout: 15_000 })
    expect(texts).toEqual(['later'])
  })

  test('has its name alone, from the moment that somebody asks for it', async () => {
    const box = await newBox()
    const telegram = newHost(box, { storage: join(tempDir(), 'accounts.db') })
    const [first, second] = await Promise.allSettled([
      telegram.connect({ id: 'ann', dc: 1 }),
      telegram.connect({ id: 'ann', dc: 1 }),
    ])
    expect(first).toMatchObject({ value: telegram.session('ann') })
    expect(second).toMatchObject({ reason: { name: 'SessionStateError', code: 'SESSION_EXISTS' } })
    expect(telegram.session('ann').state.name).toBe('authorizing')
    const forgotten = telegram.forget('ann')
    await expect(telegram.connect({ id: 'ann' })).rejects.toMatchObject({ code: 'SESSION_EXISTS' })
    await forgotten
    await telegram.connect({ id: 'ann' })
  })

  test('is taken over once, however often that is asked for at once', async () => {
    const box = await newBox()
    const before = newHost(box)
    const session = await account(before, 'Ann', 1)
    const exported = session.export()
    await before.close()
    const telegram = newHost(box, { storage: join(tempDir(), 'accounts.db') })
    const [first, second] = await Promise.allSettled([telegram.import(exported), telegram.import(exported)])
    expect(first).toMatchObject({ status: 'fulfilled' })
    expect(second).toMatchObject({ reason: { name: 'SessionStateError', code: 'SESSION_EXISTS' } })
    expect(telegram.sessions().map(({ state }) => state.name)).toEqual(['online'])
    await telegram.forget(telegram.sessions()[0]!.id)
    await telegram.import(exported)
  })

  test('that was forgotten is unknown to its host', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const session = await account(telegram, 'Ann', 1)
    const refused = { name: 'SessionStateError', code: 'SESSION_UNKNOWN' }
    const tried = new Promise((resolve) =>
      session.once('state', () => resolve(session.connect().catch((error: unknown) => error))),
    )
    await telegram.forget(session.id)
    expect(await tried).toMatchObject(refused)
    await expect(session.connect()).rejects.toMatchObject(refused)
    await expect.poll(() => box.connections).toBe(0)
  })

  test('before a login survives the loss of its key: it makes another', async () => {
    const box = await newBox()
    const session = await newHost(box).connect({ dc: 1 })
    box.faults.add({ fault: { kind: 'forgetKey' }, when: { method: 'help.getNearestDc', times: 1 } })
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ thisDc: 1 })
    expect(session.state.name).toBe('authorizing')
  })
})

describe('a stored session', () => {
  test('comes back with the salts it had: nothing is refused, and sent anew, for a wrong one', async () => {
    const box = await newBox()
    const storage = `${tempDir()}/accounts.db`
    const before = newHost(box, { storage })
    const ann = await account(before, 'Ann', 1)
    await ann.sendMessage('me', 'hello')
    await before.close()

    const again = newHost(box, { storage })
    const [restored] = await again.start()
    // Its first packet: whatever is in it, and these.
    const calls = [1, 2, 3].map(() => restored!.invoke({ _: 'help.getNearestDc' }))
    await Promise.all([restored!.connect(), ...calls])
    expect(restored!.metrics()).toMatchObject({ resends: 0, connects: 1, keyExchanges: 0 })
  })

  test('is not tried with servers that cannot know its key, and not taken for dead', async () => {
    const [home, other] = [await newBox({ data: tempDir() }), await newBox()]
    const storage = `${tempDir()}/accounts.db`
    const before = newHost(home, { storage })
    const { id } = await account(before, 'Ann', 1)
    await before.close()

    const faults: unknown[] = []
    const abroad = newHost(other, { storage })
    abroad.on('fault', (session, { error }) => faults.push([session.id, error]))
    const told = event<unknown>((listener) => abroad.once('fault', listener))
    const [session] = await abroad.start()
    const expected = {
      code: 'KEY_OF_OTHER_SERVERS',
      message: expect.stringMatching(`${home.fingerprint}.*${other.fingerprint}`),
    }
    await expect(session!.connect()).rejects.toMatchObject(expected)
    await expect(session!.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject(expected)
    // Of those that connect by themselves, the host tells.
    await told
    expect(faults).toMatchObject([[id, expected]])
    expect(session!.state).toEqual({ name: 'idle' })
    expect([other.connections, other.calls.count]).toEqual([0, 0])
    await abroad.close()

    const again = newHost(home, { storage })
    const [restored] = await again.start()
    await restored!.connect()
    expect(restored!.state.name).toBe('online')
  })
})

describe('a dead key', () => {
  test.each<[number, string, LogoutReason]>([
    [401, 'AUTH_KEY_UNREGISTERED', 'unregistered'],
    [401, 'SESSION_REVOKED', 'revoked'],
    [401, 'SESSION_EXPIRED', 'expired'],
    [401, 'USER_DEACTIVATED', 'deactivated'],
    [401, 'USER_DEACTIVATED_BAN', 'banned'],
    [406, 'AUTH_KEY_DUPLICATED', 'duplicated'],
  ])('%i %s is the end, said once, with the reason', async (code, message, reason) => {
    const box = await newBox()
    const telegram = newHost(box)
    const session = await account(telegram, 'Ann', 1)
    const told: unknown[] = []
    telegram.on('loggedOut', (one, why) => told.push([one.id, why]))
    refused(box, code, message)
    const calls = [1, 2, 3].map(() => session.invoke({ _: 'help.getNearestDc' }))
    const ends = await Promise.allSettled(calls)
    expect(ends[0]).toMatchObject({ status: 'rejected', reason: { code: message } })
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
    expect(told).toEqual([[session.id, reason]])
    expect(session.state).toEqual({ name: 'loggedOut', reason, at: expect.any(Number) })
    await expect(session.invoke({ _: 'help.getNearestDc' })).rejects.toMatchObject({ code: 'SESSION_DEAD' })
  })

  test('is not tried again, now or after a restart; its record stays, marked with why and when', async () => {
    const box = await newBox()
    const storage = `${tempDir()}/accounts.db`
    const first = newHost(box, { storage })
    const session = await account(first, 'Bob', 1)
    const { userId } = session
    const end = dies(session)
    box.faults.add({ fault: { kind: 'duplicateKey' }, when: { method: 'help.getNearestDc' } })
    await session.invoke({ _: 'help.getNearestDc' }).catch(() => {})
    expect(await end).toBe('duplicated')
    const { state } = session
    const at = state.name === 'loggedOut' ? state.at : 0
    // The time of day, give or take the time that this test took.
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000)
    session.networkChanged()
    expect(session.metrics().connections).toBe(0)
    await first.close()

    const second = newHost(box, { storage })
    const [restored] = await second.start()
    expect(restored!.state).toEqual({ name: 'loggedOut', reason: 'duplicated', at })
    expect(restored!.userId).toBe(userId)
    // Others connect; this one does not.
    await account(second, 'Cid', 1)
    expect(restored!.metrics()).toMatchObject({ connects: 0, failedConnects: 0, state: 'loggedOut' })
  })

  test('whose key two programs use at the same time is dead in both, and both know why', async () => {
    const box = await newBox()
    const mine = await account(newHost(box), 'Ann', 1)
    const theirs = await newHost(box).import(mine.export())
    const ends = Promise.all([dies(mine), dies(theirs)])
    await theirs.invoke({ _: 'updates.getState' })
    const refusal = { code: 'AUTH_KEY_DUPLICATED', status: 406 }
    await expect(mine.invoke({ _: 'updates.getState' })).rejects.toMatchObject(refusal)
    await expect(theirs.invoke({ _: 'updates.getState' })).rejects.toMatchObject(refusal)
    expect(await ends).toEqual(['duplicated', 'duplicated'])
    for (const { state } of [mine, theirs])
      expect(state).toMatchObject({ name: 'loggedOut', reason: 'duplicated' })
  })

  test('makes room for a new login when the program connects it anew', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Dan', 1)
    const key = session.export()
    const end = dies(session)
    box.faults.add({ fault: { kind: 'revoke' }, when: { method: 'help.getNearestDc', times: 1 } })
    await session.invoke({ _: 'help.getNearestDc' }).catch(() => {})
    expect(await end).toBe('revoked')
    await session.connect()
    expect(session.state.name).toBe('authorizing')
    expect(session.userId).toBeUndefined()
    expect(session.export()).not.toBe(key)
  })

  test('of an account whose key is said to be unknown by somebody who is not the datacenter lives on', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    const key = session.export()
    // Whoever sits on the way can say -404: it is encrypted by nothing.
    box.faults.add({ fault: { kind: 'transportError', code: -404 }, when: { times: 2 } })
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ thisDc: 1 })
    expect(box.faults.list()).toMatchObject([{ hits: 2 }])
    expect(session.state.name).toBe('online')
    expect(session.export()).toBe(key)
    expect(box.calls.all().some(({ method }) => method === 'auth.bindTempAuthKey')).toBe(true)
    await session.sendMessage('me', 'still here')
  })

  test('of one account is nothing to its neighbours', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const [ann, bob] = [await account(telegram, 'Ann', 1), await account(telegram, 'Bob', 1)]
    box.faults.add({
      fault: { kind: 'forgetKey' },
      when: { userId: ann.userId, method: 'help.getNearestDc' },
    })
    const end = dies(ann)
    await ann.invoke({ _: 'help.getNearestDc' }).catch(() => {})
    expect(await end).toBe('unregistered')
    await bob.sendMessage('me', 'still here')
    expect(telegram.metrics().sessions).toMatchObject({ online: 1, loggedOut: 1 })
  })
})

test('a listener that throws harms neither its session nor the host', async () => {
  const box = await newBox()
  const errors: unknown[] = []
  const nothing = () => {}
  const logger = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (details: object) => void errors.push(details),
  }
  const telegram = newHost(box, { logger })
  telegram.on('state', () => {
    throw new Error('a bug in the host’s listener')
  })
  telegram.on('session', (session) =>
    session.on('state', () => {
      throw new Error('a bug in the session’s listener')
    }),
  )
  const session = await account(telegram, 'Eve', 1)
  expect(session.state.name).toBe('online')
  expect(errors.length).toBeGreaterThan(0)
})
