/** Other datacenters: where they are, how an account is known there, connections for files, redirects. */
import type { Box } from '@telegram-mt/box'
import type { Session, TelegramOptions, tl } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { account, dcsOf, event, newBox, newHost } from '../fixture.ts'

/** The box's calls of one datacenter, without those that keep sessions up to date. */
const callsAt = (box: Box, dc: number) =>
  box.calls.methods(({ dc: at, method }) => at === dc && !method.startsWith('updates.'))

const part = (n: number): tl.upload.saveFilePart & { _: 'upload.saveFilePart' } => ({
  _: 'upload.saveFilePart',
  fileId: 7n,
  filePart: n,
  bytes: new Uint8Array(1024).fill(n),
})

/** Connections of a session's account that are open now, by datacenter. */
const open = (box: Box, { userId }: Session) =>
  box
    .connectionReports()
    .filter(({ sessions }) => sessions.some((one) => one.userId === userId))
    .map(({ dc }) => dc)

describe('the configuration', () => {
  test('is asked for once for all sessions of the host', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    expect(telegram.config).toBeUndefined()
    const sessions = await Promise.all([1, 2, 3].map((dc) => telegram.connect({ dc })))
    await box.waitFor('help.getConfig')
    for (const session of sessions) await session.invoke({ _: 'help.getNearestDc' })
    expect(box.calls.methods('help.getConfig')).toHaveLength(1)
    expect(telegram.config).toMatchObject({ _: 'config', dcOptions: expect.any(Array) })
  })

  test('does not lead away from datacenters that the program has named, unless it wants that', async () => {
    // It listens on 127.0.0.1, and says that it is elsewhere.
    const box = await newBox({ advertisedHost: 'localhost' })
    const named = newHost(box)
    const following = newHost(box, { updateDcs: true })
    for (const telegram of [named, following]) {
      const session = await telegram.connect({ dc: 2 })
      await session.invoke({ _: 'help.getNearestDc' })
      while (telegram.config === undefined) await session.invoke({ _: 'help.getNearestDc' })
    }
    expect(named.dcs.getAll()).toEqual(dcsOf(box))
    const { port } = box.dcs[1]!
    expect(following.dcs.get(2).addresses).toEqual([{ host: 'localhost', port }])
    // And the new address is used from the next connection on.
    const later = await following.connect({ dc: 2 })
    expect(later.state.name).toBe('authorizing')
  })
})

describe('another datacenter', () => {
  test('is shown the account’s authorization when first needed, once for calls made together', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    const results = await Promise.all([1, 2, 3].map(() => session.invoke(part(0), { dc: 3 })))
    expect(results).toEqual([true, true, true])
    expect(callsAt(box, 3)).toEqual(['auth.importAuthorization', ...Array(3).fill('upload.saveFilePart')])
    expect(box.calls.methods('auth.exportAuthorization')).toHaveLength(1)
    // The home connection is the only one that gets updates.
    expect(open(box, session).sort()).toEqual([1, 3])
    expect(session.dc).toBe(1)
  })

  test('is not shown it again after a restart', async () => {
    const box = await newBox()
    const { tempDir } = await import('../fixture.ts')
    const storage = `${tempDir()}/accounts.db`
    const first = newHost(box, { storage })
    const session = await account(first, 'Bob', 1)
    await session.invoke(part(0), { dc: 2 })
    await first.close()
    box.calls.clear()
    const second = newHost(box, { storage })
    const [restored] = await second.start()
    await restored!.invoke(part(1), { dc: 2 })
    expect(callsAt(box, 2)).toEqual(['upload.saveFilePart'])
  })

  test('that no longer knows the account is shown it again, and the account stays alive', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Cid', 1)
    await session.invoke(part(0), { dc: 2 })
    for (const { authKeyId, dc } of box.sessions({ userId: session.userId })) {
      if (dc === 2) box.world.state.authorizations.delete(authKeyId)
    }
    box.calls.clear()
    await session.invoke(part(1), { dc: 2 })
    expect(callsAt(box, 2)).toEqual([
      'upload.saveFilePart',
      'auth.importAuthorization',
      'upload.saveFilePart',
    ])
    expect(session.state.name).toBe('online')
  })

  test('that has lost the auth key gets a new one', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Dan', 1)
    await session.invoke(part(0), { dc: 2 })
    box.faults.add({ fault: { kind: 'forgetKey' }, when: { dc: 2, times: 1 } })
    box.calls.clear()
    await session.invoke(part(1), { dc: 2 })
    expect(callsAt(box, 2)).toContain('auth.importAuthorization')
    expect(session.state.name).toBe('online')
    expect(await session.invoke(part(2), { dc: 2 })).toBe(true)
  })

  test('can be asked before anybody has signed in', async () => {
    const box = await newBox()
    const session = await newHost(box).connect({ dc: 1 })
    expect(await session.invoke({ _: 'help.getConfig' }, { dc: 4 })).toMatchObject({ thisDc: 4 })
    await expect(session.invoke(part(0), { dc: 4 })).rejects.toMatchObject({ code: 'AUTH_KEY_UNREGISTERED' })
    expect(session.state.name).toBe('authorizing')
  })

  test('that does not exist is an error that says so', async () => {
    const session = await account(newHost(await newBox()), 'Eve', 1)
    await expect(session.invoke({ _: 'help.getConfig' }, { dc: 9 })).rejects.toMatchObject({
      code: 'DC_UNKNOWN',
    })
  })
})

describe('test datacenters', () => {
  const ways: [string, (box: Box) => Promise<Partial<TelegramOptions>>][] = [
    ['TCP', async () => ({})],
    ['HTTP', async () => ({ transport: 'http' })],
    ['an MTProxy', async (box) => ({ proxy: (await box.proxy()).link })],
  ]
  test.each(ways)('are reached over %s, with others and files', async (_, way) => {
    const box = await newBox()
    const session = await account(newHost(box, { ...(await way(box)), test: true }), 'Liv', 2)
    expect(await session.invoke(part(0), { media: true })).toBe(true)
    expect(await session.invoke(part(0), { dc: 3, media: true })).toBe(true)
  })

  test('are another environment: a session of one is none of the other', async () => {
    const box = await newBox()
    const session = await account(newHost(box, { test: true }), 'Mia', 2)
    const exported = session.export()
    await session.close()
    await expect(newHost(box).import(exported)).rejects.toMatchObject({ code: 'ENVIRONMENT_DIFFERS' })
    const imported = await newHost(box, { test: true }).import(exported)
    expect(imported.userId).toBe(session.userId)
  })
})

describe('redirects', () => {
  test.each(['PHONE', 'USER', 'NETWORK'] as const)(
    '%s_MIGRATE moves the session, and asks again there',
    async (what) => {
      const box = await newBox()
      const telegram = newHost(box)
      const session = await telegram.connect({ dc: 1 })
      const states: string[] = []
      session.on('state', ({ name }) => states.push(name))
      const method = 'auth.exportLoginToken'
      box.faults.add({ fault: { kind: 'migrate', what, dc: 4 }, when: { dc: 1, method } })
      const token = () => session.api.auth.exportLoginToken({ apiId: 1, apiHash: 'test', exceptIds: [] })
      expect(await token()).toMatchObject({ _: 'auth.loginToken' })
      expect(callsAt(box, 4).slice(0, 1)).toEqual([method])
      expect(box.calls.all(method).map(({ dc, error }) => [dc, error])).toEqual([
        [1, `303 ${what}_MIGRATE_4`],
        [4, undefined],
      ])
      expect(session.dc).toBe(4)
      expect(states).not.toContain('loggedOut')
      // For good: it comes back where it went.
      await session.close()
      await session.connect()
      expect(await session.invoke({ _: 'help.getConfig' })).toMatchObject({ thisDc: 4 })
      expect(telegram.metrics()).toMatchObject({ retries: 1, connects: 3, drops: 0, failedConnects: 0 })
    },
  )

  test.each(['PHONE', 'NETWORK'] as const)(
    '%s_MIGRATE is no reason to take an account away that is signed in',
    async (what) => {
      const box = await newBox()
      const session = await account(newHost(box), 'Eva', 1)
      const method = 'help.getNearestDc'
      box.faults.add({ fault: { kind: 'migrate', what, dc: 4 }, when: { method, times: 1 } })
      await expect(session.invoke({ _: method })).rejects.toMatchObject({ code: `${what}_MIGRATE_4` })
      expect([session.dc, session.state.name]).toEqual([1, 'online'])
      expect(await session.invoke({ _: method })).toMatchObject({ thisDc: 1 })
    },
  )

  test('USER_MIGRATE moves an account with its authorization; one that is sent astray comes back', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Eva', 1)
    const states: string[] = []
    session.on('state', ({ name }) => states.push(name))
    box.faults.add({
      fault: { kind: 'migrate', what: 'USER', dc: 4 },
      when: { dc: 1, method: 'users.getUsers', times: 1 },
    })
    const calls = [1, 2, 3].map(() => session.api.users.getUsers({ id: [{ _: 'inputUserSelf' }] }))
    for (const [self] of await Promise.all(calls)) expect(self).toMatchObject({ id: session.userId })
    // It was known there, and there it was said where the account lives.
    expect(callsAt(box, 4)).toContain('auth.importAuthorization')
    expect(box.calls.all('users.getUsers').map(({ error }) => error)).toContain('303 USER_MIGRATE_1')
    expect([session.dc, session.state.name]).toEqual([1, 'online'])
    expect(states).not.toContain('loggedOut')
    await session.sendMessage('me', 'still here')
  })

  test('a move that neither datacenter wants ends the call, and not the account', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Eva', 1)
    box.faults.add({
      fault: { kind: 'migrate', what: 'USER', dc: 4 },
      when: { dc: 1, method: 'users.getUsers' },
    })
    box.faults.add({
      fault: { kind: 'migrate', what: 'USER', dc: 4 },
      when: { method: 'auth.exportAuthorization' },
    })
    const self = () => session.api.users.getUsers({ id: [{ _: 'inputUserSelf' }] })
    await expect(self()).rejects.toMatchObject({ code: 'USER_MIGRATE_4', method: 'auth.exportAuthorization' })
    expect([session.dc, session.state.name]).toEqual([1, 'online'])
    box.faults.clear()
    expect(await self()).toHaveLength(1)
  })

  test('a datacenter that cannot be reached keeps no call past its deadline', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Eva', 1)
    box.faults.add({ fault: { kind: 'migrate', what: 'USER', dc: 4 }, when: { method: 'help.getNearestDc' } })
    box.faults.add({ fault: { kind: 'refuse' }, when: { dc: 4 } })
    const call = session.invoke({ _: 'help.getNearestDc' }, { timeout: 200 })
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMEOUT' })
    expect([session.dc, session.state.name]).toEqual([1, 'online'])
  })

  test('FILE_MIGRATE sends the call, and not the account, to the other datacenter', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Fay', 1)
    const migrate = { kind: 'migrate', what: 'FILE', dc: 4 } as const
    box.faults.add({ fault: migrate, when: { dc: 1, method: 'upload.saveFilePart' } })
    expect(await session.invoke(part(0))).toBe(true)
    expect(callsAt(box, 4)).toEqual(['auth.importAuthorization', 'upload.saveFilePart'])
    expect(session.dc).toBe(1)
    expect(session.state.name).toBe('online')
  })

  test('STATS_MIGRATE likewise', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Gus', 2)
    const migrate = { kind: 'migrate', what: 'STATS', dc: 3 } as const
    box.faults.add({ fault: migrate, when: { dc: 2, method: 'help.getInviteText' } })
    await session.invoke({ _: 'help.getInviteText' })
    expect(callsAt(box, 3)).toEqual(['auth.importAuthorization', 'help.getInviteText'])
    expect(session.dc).toBe(2)
  })

  test('a ring of redirects ends', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Hal', 1)
    for (const dc of [1, 2]) {
      const migrate = { kind: 'migrate', what: 'FILE', dc: 3 - dc } as const
      box.faults.add({ fault: migrate, when: { dc, method: 'upload.saveFilePart' } })
    }
    await expect(session.invoke(part(0))).rejects.toMatchObject({ pattern: 'FILE_MIGRATE_%d' })
  })
})

describe('connections for files', () => {
  test('several in parallel under one auth key, apart from the main one, and no more than allowed', async () => {
    const box = await newBox()
    const session = await account(newHost(box, { mediaConnections: 3 }), 'Ida', 2)
    const hang = { kind: 'slow', ms: 200 } as const
    box.faults.add({ fault: hang, when: { method: 'upload.saveFilePart' } })
    const parts = Array.from({ length: 12 }, (_, n) => session.invoke(part(n), { media: true }))
    await Promise.all(parts)
    const calls = box.calls.all('upload.saveFilePart')
    expect(new Set(calls.map(({ sessionId }) => sessionId)).size).toBe(3)
    expect(new Set(calls.map(({ authKeyId }) => authKeyId)).size).toBe(1)
    expect(open(box, session)).toEqual([2, 2, 2, 2])
    const main = box.calls.all('account.updateUsername')[0]!.sessionId
    expect(calls.some(({ sessionId }) => sessionId === main)).toBe(false)
  })

  test('survive drops like the main one', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Jon', 2)
    box.faults.add({
      fault: { kind: 'dropAfter' },
      when: { method: 'upload.saveFilePart', times: 1, after: 2 },
    })
    for (let n = 0; n < 6; n++) expect(await session.invoke(part(n), { media: true })).toBe(true)
  })

  test('close with the session', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Kay', 2)
    await session.invoke(part(0), { media: true })
    await session.invoke(part(0), { dc: 4, media: true })
    await session.close()
    while (box.connections > 0) await event((done) => setImmediate(done))
    await session.connect()
    expect(await session.invoke(part(1), { dc: 4, media: true })).toBe(true)
  })
})
