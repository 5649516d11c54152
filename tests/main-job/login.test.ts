/** `send_code`, `sign_in`, `sign_up`, `sign_out`: login by code, with all that may come in between. */
import { PasswordNeededError, RpcError, SessionStateError, SignUpNeededError } from 'telegram-mt'
import { expect, test } from 'vitest'
import { calls, codeOf, event, login, newBox, newHost, newPhone, protectedAccount } from '../fixture.ts'

test('a new number signs up, an old one signs in, and the session knows its account', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const phone = newPhone(1)
  const first = await telegram.connect({ dc: 1 })
  const sent = await first.sendCode(`+${phone.slice(0, 5)} ${phone.slice(5)}`)
  expect(sent).toMatchObject({ length: 5, phoneCodeHash: expect.stringMatching(/./) })
  await expect(first.signIn(phone, codeOf(phone))).rejects.toBeInstanceOf(SignUpNeededError)
  const user = await first.signUp(phone, { firstName: 'Ann', lastName: 'B.' })
  expect(user).toMatchObject({ firstName: 'Ann', lastName: 'B.', phone, self: true })
  expect(first).toMatchObject({ userId: user.id, phone })
  expect(first.state.name).toBe('online')

  const second = await telegram.connect({ dc: 1 })
  await second.sendCode(phone)
  expect((await second.signIn(phone, codeOf(phone))).id).toBe(user.id)
})

test('a number of another datacenter moves the session there', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const session = await telegram.connect({ dc: 1 })
  await login(session, newPhone(4), 'Ann')
  expect(session.dc).toBe(4)
  expect(calls.get(box)).toContain('auth.sendCode 303 PHONE_MIGRATE_4')
  expect(await session.api.help.getNearestDc()).toMatchObject({ thisDc: 4 })
})

test('wrong, empty and stale codes are told apart', async () => {
  const session = await newHost(await newBox()).connect({ dc: 1 })
  const phone = newPhone(1)
  await expect(session.signIn(phone, '11111')).rejects.toMatchObject({ code: 'CODE_NOT_SENT' })
  await session.sendCode(phone)
  await expect(session.signIn(phone, '99999')).rejects.toMatchObject({ code: 'PHONE_CODE_INVALID' })
  await expect(session.signIn(phone, '')).rejects.toMatchObject({ code: 'PHONE_CODE_EMPTY' })
  await expect(session.signIn(newPhone(1), '11111')).rejects.toThrow(SessionStateError)
  const stale = session.signIn(phone, codeOf(phone), { phoneCodeHash: 'another' })
  await expect(stale).rejects.toMatchObject({
    code: expect.stringMatching(/^PHONE_CODE_(EXPIRED|HASH_EMPTY|INVALID)$/),
  })
  await expect(session.sendCode('12')).rejects.toMatchObject({ code: 'PHONE_INVALID' })
})

test('a code that has expired is refused as that, and a resent one is good', async () => {
  let now = Date.now()
  const { World } = await import('@telegram-mt/box')
  const box = await newBox({ world: new World({ now: () => now }) })
  const session = await newHost(box).connect({ dc: 1 })
  const phone = newPhone(1)
  await session.sendCode(phone)
  now += 3_600_000
  await expect(session.signIn(phone, codeOf(phone))).rejects.toMatchObject({ code: 'PHONE_CODE_EXPIRED' })
  await session.sendCode(phone)
  await session.resendCode()
  await expect(session.signIn(phone, codeOf(phone))).rejects.toBeInstanceOf(SignUpNeededError)
})

test('a second factor: asked for, refused when wrong, accepted when right, or given ahead', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const phone = await protectedAccount(box, 2, 'Bob', 'correct horse')
  const session = await telegram.connect({ dc: 2 })
  await session.sendCode(phone)
  await expect(session.signIn(phone, codeOf(phone))).rejects.toBeInstanceOf(PasswordNeededError)
  expect(session.userId).toBeUndefined()
  await expect(session.checkPassword('wrong horse')).rejects.toMatchObject({ code: 'PASSWORD_HASH_INVALID' })
  expect(await session.checkPassword('correct horse')).toMatchObject({ firstName: 'Bob' })
  // Once more is a mistake of the program's, and does the session no harm.
  await expect(session.checkPassword('correct horse')).rejects.toMatchObject({ code: 'ALREADY_SIGNED_IN' })
  expect(session.state.name).toBe('online')

  const ahead = await telegram.connect({ dc: 2 })
  await ahead.sendCode(phone)
  expect(await ahead.signIn(phone, codeOf(phone), { password: () => 'correct horse' })).toMatchObject({
    firstName: 'Bob',
  })
})

test('the login goes on after a restart of the program between its steps', async () => {
  const { MemoryStorage } = await import('../../packages/client/src/storage/memory.ts')
  const box = await newBox()
  const phone = newPhone(3)
  const storage = new MemoryStorage()
  const keep = new Proxy(storage, {
    // A memory storage forgets when it is closed; here it outlives the first host, as a file would.
    get: (target, name) => {
      if (name === 'close' || name === 'open') return async () => {}
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  await storage.open()
  const before = newHost(box, { storage: keep })
  await (await before.connect({ dc: 3, id: 'ann' })).sendCode(phone)
  await before.close()
  const after = newHost(box, { storage: keep })
  await after.start()
  const session = await after.session('ann').connect()
  await expect(session.signIn(phone, codeOf(phone))).rejects.toBeInstanceOf(SignUpNeededError)
  expect(await session.signUp(phone, { firstName: 'Ann' })).toMatchObject({ firstName: 'Ann' })
})

test('signing out ends the key, here and there, and says so', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const session = await login(await telegram.connect({ dc: 1 }), newPhone(1), 'Ann')
  const told = event((listener) => session.once('loggedOut', listener))
  await session.signOut()
  expect(await told).toBe('signedOut')
  expect(session.state).toMatchObject({ name: 'loggedOut', reason: 'signedOut' })
  await expect(session.api.help.getConfig()).rejects.toMatchObject({ code: 'SESSION_DEAD' })

  const phone = newPhone(1)
  await session.connect()
  expect(await login(session, phone, 'Cleo')).toMatchObject({ phone })
})

test('too many wrong codes: a typed wait with its seconds', async () => {
  const session = await newHost(await newBox(), { floodWaitLimit: 0 }).connect({ dc: 1 })
  const phone = newPhone(1)
  await session.sendCode(phone)
  let error: unknown
  for (let n = 0; n < 10 && !RpcError.is(error, 'FLOOD_WAIT_%d'); n++) {
    error = await session.signIn(phone, '00000').catch((thrown: unknown) => thrown)
  }
  expect(error).toMatchObject({ name: 'FloodWaitError', seconds: expect.any(Number), status: 420 })
})
