/** `start`, `connect`, `request_authkey`, `DC.*`, plain messages: the host and its datacenters. */
import { ConfigurationError, SessionStateError, Telegram, TelegramError } from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import { calls, dcsOf, newBox, newHost } from '../fixture.ts'

describe('options', () => {
  const complete = { apiId: 1, apiHash: 'x' }

  test.each([
    [{ apiHash: 'x' }, 'API_ID_MISSING', /my.telegram.org/],
    [{ ...complete, apiId: 0 }, 'API_ID_MISSING', /apiId is 0/],
    [{ ...complete, apiId: 1.5 }, 'API_ID_MISSING', /apiId is 1.5/],
    [{ apiId: 1 }, 'API_HASH_MISSING', /my.telegram.org/],
    [{ ...complete, apiHash: ' ' }, 'API_HASH_MISSING', /empty/],
    [{ ...complete, publicKeys: ['nonsense'] }, 'PUBLIC_KEY_INVALID', /publicKeys\[0\]/],
    [{ ...complete, floodWaitLimit: -1 }, 'OPTION_INVALID', /floodWaitLimit/],
    [
      { ...complete, temporaryKeyLife: 5 },
      'OPTION_INVALID',
      /temporaryKeyLife is 5: expected seconds, from 6/,
    ],
    [
      { ...complete, transport: 'http', proxy: `tg://proxy?server=host&port=443&secret=${'00'.repeat(16)}` },
      'OPTION_INVALID',
      /MTProxy, which carries TCP only, and transport is 'http'/,
    ],
    [{ ...complete, msgMaxRetryCount: 1.5 }, 'OPTION_INVALID', /msgMaxRetryCount/],
    [
      { ...complete, dcs: [{ id: 1, addresses: [{ host: '', port: 1 }] }] },
      'DC_INVALID',
      /addresses\[0\].host/,
    ],
  ])('%j is refused with %s', (options, code, message) => {
    let thrown: unknown
    try {
      new Telegram(options as never)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(ConfigurationError)
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) })
  })
})

describe('connect', () => {
  test('many sessions per datacenter, each with an auth key of its own', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const sessions = await Promise.all([1, 1, 1, 2].map((dc) => telegram.connect({ dc })))
    expect(sessions.map(({ dc }) => dc)).toEqual([1, 1, 1, 2])
    expect(sessions.every(({ hasAuthKey, state }) => hasAuthKey && state.name === 'authorizing')).toBe(true)
    expect(new Set(sessions.map((session) => session.export())).size).toBe(4)
    expect(box.connections).toBe(4)
    expect(telegram.sessions()).toEqual(sessions)
  })

  test('without a datacenter a random one of those known', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const seen = new Set<number>()
    for (let n = 0; n < 40 && seen.size < 3; n++) seen.add((await telegram.connect({ lazy: true })).dc)
    expect(seen.size).toBeGreaterThanOrEqual(3)
  })

  test('an unknown datacenter, and a name that is taken, are refused', async () => {
    const telegram = newHost(await newBox())
    await expect(telegram.connect({ dc: 9 })).rejects.toMatchObject({ code: 'DC_UNKNOWN' })
    await telegram.connect({ dc: 1, id: 'alice', lazy: true })
    await expect(telegram.connect({ dc: 1, id: 'alice' })).rejects.toMatchObject({ code: 'SESSION_EXISTS' })
  })

  test('nobody there: an error that says where and why, and nothing left behind', async () => {
    const box = await newBox()
    const dcs = dcsOf(box)
    await box.close()
    const telegram = newHost(box, { dcs })
    const connecting = telegram.connect({ dc: 3, timeout: 300 })
    await expect(connecting).rejects.toThrow(/no connection to datacenter 3 in 300 ms: .*ECONNREFUSED/)
    await expect(connecting).rejects.toBeInstanceOf(TelegramError)
    expect(telegram.sessions()).toEqual([])
  })

  test('the caller may give up', async () => {
    const box = await newBox()
    const dcs = dcsOf(box)
    await box.close()
    const telegram = newHost(box, { dcs })
    await expect(telegram.connect({ dc: 1, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    )
  })
})

describe('requestAuthKey', () => {
  test('exchanges keys on a session that has none, and is automatic when first needed', async () => {
    const telegram = newHost(await newBox())
    const lazy = await telegram.connect({ dc: 1, lazy: true })
    expect(lazy.hasAuthKey).toBe(false)
    expect(() => lazy.export()).toThrow(SessionStateError)
    await lazy.requestAuthKey()
    expect(lazy.hasAuthKey).toBe(true)

    const automatic = await telegram.connect({ dc: 1, lazy: true })
    await automatic.api.help.getNearestDc()
    expect(automatic.hasAuthKey).toBe(true)
  })
})

describe('calls', () => {
  test('every method of the layer, typed, by name or as an object', async () => {
    const box = await newBox()
    const session = await newHost(box).connect({ dc: 2 })
    const config = await session.api.help.getConfig()
    expect(config).toMatchObject({ _: 'config', thisDc: 2 })
    expect(config.dcOptions.map(({ port }) => port)).toEqual(
      expect.arrayContaining(box.dcs.map(({ port }) => port)),
    )
    expect(await session.invoke({ _: 'help.getNearestDc' })).toMatchObject({ _: 'nearestDc', thisDc: 2 })
  })

  test('what Telegram refuses, what the box does not have, and wrong parameters are errors that say so', async () => {
    const session = await newHost(await newBox()).connect({ dc: 1 })
    await expect(session.api.users.getUsers({ id: [{ _: 'inputUserSelf' }] })).rejects.toMatchObject({
      code: 'AUTH_KEY_UNREGISTERED',
      status: 401,
      method: 'users.getUsers',
    })
    await expect(session.invoke({ _: 'auth.sendCode', phoneNumber: 12 } as never)).rejects.toThrow(
      /auth.sendCode.*phoneNumber/,
    )
    expect(session.state.name).toBe('authorizing')
  })

  test('calls end when their caller gives up or their time is over', async () => {
    const session = await newHost(await newBox()).connect({ dc: 1 })
    const aborted = session.invoke(
      { _: 'help.getConfig' },
      { signal: AbortSignal.abort(new Error('never mind')) },
    )
    await expect(aborted).rejects.toThrow('never mind')
    await session.close()
    await expect(session.api.help.getConfig()).rejects.toMatchObject({ code: 'SESSION_CLOSED' })
  })
})

describe('datacenters', () => {
  test('registered, replaced and updated at run time: the next connection uses them', async () => {
    const box = await newBox()
    const telegram = newHost(box, { dcs: [] })
    await expect(telegram.connect()).rejects.toMatchObject({ code: 'DC_UNKNOWN' })
    const [first, second] = dcsOf(box)
    telegram.dcs.register(1, first!.addresses[0]!)
    expect((await telegram.connect()).dc).toBe(1)
    telegram.dcs.set(2, second!.addresses)
    expect((await telegram.connect({ dc: 2 })).state.name).toBe('authorizing')
    expect(telegram.dcs.getAll().map(({ id }) => id)).toEqual([1, 2])
    const config = await telegram.sessions()[0]!.api.help.getConfig()
    telegram.dcs.update(config.dcOptions.filter((option) => option._ === 'dcOption'))
    expect(telegram.dcs.getAll().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5])
    expect((await telegram.connect({ dc: 5 })).dc).toBe(5)
  })
})

describe('plain messages', () => {
  test('req_pq_multi is answered by resPQ with the same nonce', async () => {
    const box = await newBox()
    const session = await newHost(box).connect({ dc: 1, lazy: true })
    const nonce = Uint8Array.from({ length: 16 }, (_, index) => index)
    const answer = await session.sendPlain(Uint8Array.of(0xf1, 0x8e, 0x7e, 0xbe, ...nonce))
    expect([...answer.subarray(0, 20)]).toEqual([0x63, 0x24, 0x16, 0x05, ...nonce])
    expect(calls.get(box)).toEqual([])
  })
})
