/** Every way into an account, and what guards it, against a box. */
import { type Box, createBot, createUser, World, worldFromDescription } from '@telegram-mt/box'
import {
  type LoginState,
  PasswordNeededError,
  RpcError,
  type Session,
  SessionStateError,
  type Telegram,
  type tl,
} from 'telegram-mt'
import { describe, expect, test } from 'vitest'
import {
  account,
  calls,
  codeOf,
  later,
  login,
  newBox,
  newHost,
  newPhone,
  protectedAccount,
  tempDir,
} from '../fixture.ts'

/** The next code that the box sends anywhere. */
function nextCode(box: Box): Promise<string> {
  return new Promise((resolve) => {
    const stop = box.world.onLoginCode(({ code }) => {
      stop()
      resolve(code)
    })
  })
}

describe('a session that is signed in', () => {
  test('lets no login put another account in its place', async () => {
    const box = await newBox()
    const session = await account(newHost(box), 'Ann', 1)
    const { userId } = session
    const phone = newPhone(1)
    const before = box.calls.count
    const logins: Promise<unknown>[] = [
      session.sendCode(phone),
      session.signIn(phone, codeOf(phone), { phoneCodeHash: 'x' }),
      session.signUp(phone, { firstName: 'Eve', phoneCodeHash: 'x' }),
      session.signInBot('123456:ABCDEFGHIJKL'),
      session.qrLogin().next(),
      session.checkPassword('secret'),
      session.loginFlow.phone(phone),
      session.loginFlow.botToken('123456:ABCDEFGHIJKL'),
      // Nor is its own number worth a code.
      session.sendCode(session.phone!),
    ]
    for (const login of await Promise.allSettled(logins)) {
      expect(login).toMatchObject({
        status: 'rejected',
        reason: { name: 'SessionStateError', code: 'ALREADY_SIGNED_IN' },
      })
    }
    expect(box.calls.count).toBe(before)
    expect([session.userId, session.state.name]).toEqual([userId, 'online'])
  })

  test('knows it though the answer to its login was lost, and the code is used up', async () => {
    let losing = false
    const box = await newBox({
      onCall: ({ method }) => {
        if (method !== 'auth.signIn' || !losing) return
        losing = false
        box.forgetSessions({})
        box.dropConnections()
      },
    })
    const phone = newPhone(1)
    await login(await newHost(box).connect({ dc: 1 }), phone, 'Ann')
    const session = await newHost(box).connect({ dc: 1 })
    await session.sendCode(phone)
    losing = true
    const user = await session.signIn(phone, codeOf(phone))
    expect(calls.get(box)).toContain('auth.signIn 400 PHONE_CODE_EXPIRED')
    expect(user.phone).toBe(phone)
    expect([session.userId, session.state.name]).toEqual([user.id, 'online'])
    // Who is somebody else gets in by no such way.
    const stranger = await newHost(box).connect({ dc: 1 })
    await stranger.sendCode(phone)
    const wrong = stranger.signIn(phone, codeOf(phone), { phoneCodeHash: 'another' })
    await expect(wrong).rejects.toMatchObject({ code: 'PHONE_CODE_EXPIRED' })
    expect(stranger.userId).toBeUndefined()
  })
})

test('a session whose key is dead takes no step of a login before it is connected, and says so', async () => {
  const box = await newBox()
  const session = await account(newHost(box), 'Ann', 1)
  const { phone } = session
  box.faults.add({ fault: { kind: 'revoke' }, when: { method: 'help.getNearestDc', times: 1 } })
  await session.invoke({ _: 'help.getNearestDc' }).catch(() => {})
  const before = box.calls.count
  const steps = () => [
    session.login({ phone: phone!, code: codeOf(phone!) }),
    session.sendCode(phone!),
    session.signIn(phone!, codeOf(phone!)),
    session.signUp(phone!, { firstName: 'Eve' }),
    session.signInBot('123456:ABCDEFGHIJKL'),
    session.checkPassword('secret'),
    session.qrLogin().next(),
    session.loginFlow.state(),
    session.loginFlow.phone(phone!),
    session.loginFlow.resend(),
    session.loginFlow.code('11111'),
    session.loginFlow.password('secret'),
    session.loginFlow.forgotPassword(),
    session.loginFlow.signUp({ firstName: 'Eve' }),
    session.loginFlow.botToken('123456:ABCDEFGHIJKL'),
    session.loginFlow.restart(),
  ]
  const refused = async (code: string) => {
    for (const step of await Promise.allSettled<unknown>(steps()))
      expect(step).toMatchObject({ reason: { name: 'SessionStateError', code } })
  }
  await refused('SESSION_DEAD')
  await expect(session.sendCode(phone!)).rejects.toThrow(/revoked.*connect it to sign in anew/)
  expect(box.calls.count).toBe(before)
  expect(session.state.name).toBe('loggedOut')
  await session.close()
  await refused('SESSION_CLOSED')
  await session.connect()
  expect(session.state.name).toBe('authorizing')
  expect(await session.loginFlow.state()).toEqual({ step: 'start' })
  expect(await session.login({ phone: phone!, code: codeOf(phone!) })).toMatchObject({ phone })
})

describe('login in one call', () => {
  test('asks for what is needed, again after a wrong answer, and signs up', async () => {
    const telegram = newHost(await newBox())
    const session = await telegram.connect({ dc: 2 })
    const phone = newPhone(2)
    const asked: string[] = []
    const codes = ['99999', codeOf(phone)]
    const me = await session.login({
      phone,
      code: ({ type, length, error }) => {
        asked.push(`${type} ${length} ${error?.code ?? ''}`)
        return codes.shift() ?? ''
      },
      signUp: () => ({ firstName: 'Zoe' }),
    })
    expect(me.firstName).toBe('Zoe')
    expect(asked).toEqual(['sms 5 ', 'sms 5 PHONE_CODE_INVALID'])
    expect(await session.login({})).toMatchObject({ id: me.id })
    expect(await session.login({ phone })).toMatchObject({ id: me.id })
    // Nobody is to take one account for another.
    const other = { phone: newPhone(2), code: '22222' }
    await expect(session.login(other)).rejects.toMatchObject({ code: 'ALREADY_SIGNED_IN' })
  })

  test('the password is asked for with its hint; a wrong value ends it', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const phone = await protectedAccount(box, 1, 'Ann', 'right')
    const session = await telegram.connect({ dc: 1 })
    await expect(session.login({ phone, code: codeOf(phone), password: 'wrong' })).rejects.toMatchObject({
      code: 'PASSWORD_HASH_INVALID',
    })
    // It goes on from there: no phone, no code.
    const passwords = ['wrong again', 'right']
    const me = await session.login({ password: () => passwords.shift() ?? '' })
    expect(me.firstName).toBe('Ann')
    const other = await telegram.connect({ dc: 1 })
    await expect(other.login({ phone })).rejects.toMatchObject({ code: 'LOGIN_ANSWER_MISSING' })
    await expect(other.login({ code: '1' })).rejects.toBeInstanceOf(RpcError)
  })

  test('another number, or a bot token, begins anew: no code of the one signs in the other', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const session = await telegram.connect({ dc: 1 })
    const [mistyped, right] = [newPhone(1), newPhone(3)]
    const wrongCode = session.login({ phone: mistyped, code: '99999' })
    await expect(wrongCode).rejects.toMatchObject({ code: 'PHONE_CODE_INVALID' })
    const signUp = { firstName: 'Ann' }
    // The old number's code would fit the old number.
    const taken = session.login({ phone: right, code: codeOf(mistyped), signUp })
    await expect(taken).rejects.toMatchObject({ code: 'PHONE_CODE_INVALID' })
    expect(await session.loginFlow.state()).toMatchObject({ step: 'code', phone: right })
    // The same number, written in another way, goes on: no second code is sent.
    const sent = () => calls.get(box)?.filter((call) => call.startsWith('auth.sendCode')).length
    const before = sent()
    const spaced = `+${right.slice(0, 5)} (${right.slice(5)})`
    expect(await session.login({ phone: spaced, code: codeOf(right), signUp })).toMatchObject({
      phone: right,
    })
    expect(sent()).toBe(before)

    // A login that waits for a password, or for a name, is left in the same way.
    const locked = await protectedAccount(box, 1, 'Eve', 'secret')
    for (const begun of [locked, newPhone(1)]) {
      const other = await telegram.connect({ dc: 1 })
      await expect(other.login({ phone: begun, code: codeOf(begun) })).rejects.toMatchObject({
        code: 'LOGIN_ANSWER_MISSING',
      })
      const phone = newPhone(1)
      expect(await other.login({ phone, code: codeOf(phone), signUp })).toMatchObject({ phone })
    }
    const { bot } = createBot(box.world, { firstName: 'Robo', username: 'anew_bot', dc: 1 })
    const third = await telegram.connect({ dc: 1 })
    await expect(third.login({ phone: locked })).rejects.toMatchObject({ code: 'LOGIN_ANSWER_MISSING' })
    expect(await third.login({ botToken: bot?.token })).toMatchObject({ bot: true })
  })

  test('a bot, wherever it lives', async () => {
    const box = await newBox()
    const { bot } = createBot(box.world, { firstName: 'Robo', username: 'robo_bot', dc: 4 })
    const session = await newHost(box).connect({ dc: 1 })
    const me = await session.login({ botToken: bot?.token })
    expect(me).toMatchObject({ bot: true, firstName: 'Robo' })
    expect(session.dc).toBe(4)
    await expect(
      newHost(box)
        .connect({ dc: 1 })
        .then((s) => s.signInBot('nonsense')),
    ).rejects.toMatchObject({
      code: 'BOT_TOKEN_INVALID',
    })
  })
})

describe('login step by step', () => {
  test.each([
    ['', false],
    [', also in the place of an account that was lost', true],
  ])('every step survives a restart%s', async (_, inPlace) => {
    const box = await newBox()
    const phone = await protectedAccount(box, 3, 'Ann', 'secret')
    const storage = `${tempDir()}/accounts.db`
    if (inPlace) {
      const before = newHost(box, { storage })
      const lost = await login(await before.connect({ dc: 1, id: 'ann' }), newPhone(1), 'Eve')
      await lost.signOut()
      await before.close()
    }
    let telegram: Telegram | undefined
    const restart = async (): Promise<Session> => {
      await telegram?.close()
      telegram = newHost(box, { storage })
      const [restored] = await telegram.start()
      return restored === undefined ? await telegram.connect({ dc: 1, id: 'ann' }) : await restored.connect()
    }
    let session = await restart()
    expect(await session.loginFlow.state()).toEqual({ step: 'start' })
    let state: LoginState = await session.loginFlow.phone(phone)
    expect(state).toMatchObject({ step: 'code', phone, sent: { type: 'sms', length: 5 } })
    session = await restart()
    expect(await session.loginFlow.state()).toEqual(state)
    await expect(session.loginFlow.password('x')).rejects.toMatchObject({ code: 'LOGIN_STEP_WRONG' })
    state = await session.loginFlow.code(codeOf(phone))
    expect(state).toMatchObject({ step: 'password', hasRecovery: false })
    session = await restart()
    expect(await session.loginFlow.state()).toEqual(state)
    await expect(session.loginFlow.password('wrong')).rejects.toMatchObject({ code: 'PASSWORD_HASH_INVALID' })
    expect(await session.loginFlow.password('secret')).toEqual({ step: 'done', userId: session.userId })
    expect(session.dc).toBe(3)
  })

  test('a sign-up, and a code by the next way', async () => {
    const box = await newBox()
    const { loginFlow } = await newHost(box).connect({ dc: 1 })
    const phone = newPhone(1)
    await loginFlow.phone(phone)
    expect(await loginFlow.resend()).toMatchObject({ step: 'code', sent: { type: 'call' } })
    await expect(loginFlow.code('00000')).rejects.toMatchObject({ code: 'PHONE_CODE_INVALID' })
    expect(await loginFlow.code(codeOf(phone))).toMatchObject({ step: 'signUp', phone })
    expect(await loginFlow.signUp({ firstName: 'New' })).toMatchObject({ step: 'done' })
    const other = await newHost(box).connect({ dc: 1 })
    await other.loginFlow.phone(newPhone(1))
    expect(await other.loginFlow.restart()).toEqual({ step: 'start' })
    await expect(other.resendCode()).rejects.toBeInstanceOf(SessionStateError)
  })

  test('codes by mail: an address is set up first, then codes go there', async () => {
    const box = await newBox({ world: new World({ requireLoginEmail: true }) })
    const telegram = newHost(box)
    const { loginFlow } = await telegram.connect({ dc: 1 })
    const phone = newPhone(1)
    expect(await loginFlow.phone(phone)).toMatchObject({ step: 'setUpEmail', phone })
    await expect(loginFlow.email('nonsense')).rejects.toMatchObject({ code: 'EMAIL_INVALID' })
    let code = nextCode(box)
    expect(await loginFlow.email('ann@example.org')).toMatchObject({
      step: 'emailCode',
      emailPattern: 'a***@example.org',
    })
    await expect(loginFlow.emailCode('1')).rejects.toMatchObject({ code: 'CODE_INVALID' })
    const proof = await code
    code = nextCode(box)
    expect(await loginFlow.emailCode(proof)).toMatchObject({
      step: 'code',
      sent: { type: 'emailCode', emailPattern: 'a***@example.org' },
    })
    expect(await loginFlow.code(await code)).toMatchObject({ step: 'signUp' })
    expect(await loginFlow.signUp({ firstName: 'Mail' })).toMatchObject({ step: 'done' })

    const again = await telegram.connect({ dc: 1 })
    expect(await again.loginFlow.phone(phone)).toMatchObject({ step: 'code', sent: { type: 'emailCode' } })
    code = nextCode(box)
    expect(await again.loginFlow.resetEmail()).toMatchObject({ step: 'code', sent: { type: 'sms' } })
    expect(await again.loginFlow.code(await code)).toMatchObject({ step: 'done' })
  })
})

describe('every way of a code', () => {
  const ways = [
    'app',
    'sms',
    'call',
    'flashCall',
    'missedCall',
    'fragmentSms',
    'smsWord',
    'smsPhrase',
    'firebaseSms',
  ] as const
  const allowed = { allowFlashCall: true, allowMissedCall: true, allowFirebase: true }
  const shown = {
    app: { length: 5 },
    sms: { length: 5 },
    call: { length: 5 },
    flashCall: { hint: '+4200*****', length: undefined },
    missedCall: { hint: '+4200', length: 5 },
    fragmentSms: { url: 'https://fragment.com/my/numbers', length: 5 },
    smsWord: { hint: expect.stringMatching(/^[a-z]$/), length: undefined },
    smsPhrase: { hint: expect.stringMatching(/^[a-z]+$/), length: undefined },
    firebaseSms: { length: 5 },
  }

  test('is shown, and asked for in turn, until there is none left', async () => {
    const box = await newBox({ world: new World({ loginCodes: ways, limits: { codeResendWait: 90 } }) })
    const { loginFlow } = await newHost(box).connect({ dc: 1 })
    let state = await loginFlow.phone(newPhone(1), allowed)
    for (const [i, way] of ways.entries()) {
      const next = ways[i + 1]
      const nextType = next?.startsWith('sms') || next === 'firebaseSms' ? 'sms' : next
      const timeout = next && 90
      expect(state).toMatchObject({ step: 'code', sent: { type: way, ...shown[way], nextType, timeout } })
      if (next !== undefined) state = await loginFlow.resend()
    }
    await expect(loginFlow.resend()).rejects.toMatchObject({ code: 'SEND_CODE_UNAVAILABLE' })
  })

  test.each(ways.filter((way) => way !== 'firebaseSms'))('%s: its code signs in', async (way) => {
    const box = await newBox({ world: new World({ loginCodes: [way] }) })
    const { loginFlow } = await newHost(box).connect({ dc: 1 })
    const code = nextCode(box)
    expect(await loginFlow.phone(newPhone(1), allowed)).toMatchObject({
      sent: { type: way, nextType: undefined },
    })
    await expect(loginFlow.code('never')).rejects.toMatchObject({ code: 'PHONE_CODE_INVALID' })
    expect(await loginFlow.code(await code)).toMatchObject({ step: 'signUp' })
  })

  test('firebase: the code comes to an app that proves itself', async () => {
    const box = await newBox({ world: new World({ loginCodes: ['firebaseSms'] }) })
    const session = await newHost(box).connect({ dc: 1 })
    const phone = newPhone(1)
    const code = nextCode(box)
    const { phoneCodeHash, type } = await session.sendCode(phone, allowed)
    expect(type).toBe('firebaseSms')
    const request = { phoneNumber: phone, phoneCodeHash }
    await expect(session.api.auth.requestFirebaseSms(request)).rejects.toBeInstanceOf(RpcError)
    await session.api.auth.requestFirebaseSms({ ...request, playIntegrityToken: 'proof' })
    expect(await session.loginFlow.code(await code)).toMatchObject({ step: 'signUp' })
  })

  test('calls come only to who can see them; a number has ways of its own', async () => {
    const phone = newPhone(1)
    const world = await worldFromDescription(
      { users: [], numbers: [{ phone, codes: ['missedCall', 'call'] }] },
      { loginCodes: ['flashCall'] },
    )
    const { loginFlow } = await newHost(await newBox({ world })).connect({ dc: 1 })
    expect(await loginFlow.phone(phone)).toMatchObject({ sent: { type: 'call' } })
    expect(await loginFlow.phone(phone, { allowMissedCall: true })).toMatchObject({
      sent: { type: 'missedCall', nextType: 'call' },
    })
    expect(await loginFlow.phone(newPhone(1))).toMatchObject({ sent: { type: 'sms' } })
  })

  test('when another may be asked for, and what a new account agrees to, outlast a restart', async () => {
    const termsOfService = 'Be kind to each other.'
    const box = await newBox({ world: new World({ termsOfService }) })
    const storage = `${tempDir()}/accounts.db`
    const phone = newPhone(1)
    let telegram = newHost(box, { storage })
    const begun = await telegram.connect({ dc: 1, id: 'ann' })
    const before = Date.now()
    const sent = await begun.loginFlow.phone(phone)
    const after = Date.now()
    if (sent.step !== 'code') throw new Error(sent.step)
    expect(sent.sent.resendAt).toBeGreaterThanOrEqual(before + 60_000)
    expect(sent.sent.resendAt).toBeLessThanOrEqual(after + 60_000)
    const restart = async () => {
      await telegram.close()
      telegram = newHost(box, { storage })
      const [session] = await telegram.start()
      if (session === undefined) throw new Error('the session is lost')
      return (await session.connect()).loginFlow
    }
    let flow = await restart()
    expect(await flow.state()).toEqual(sent)
    const signUp = { step: 'signUp', phone, terms: termsOfService }
    expect(await flow.code(codeOf(phone))).toEqual(signUp)
    flow = await restart()
    expect(await flow.state()).toEqual(signUp)
    expect(await flow.signUp({ firstName: 'Ann' })).toMatchObject({ step: 'done' })
  })
})

describe('login by QR code', () => {
  /** Accepts, and cuts the connections: whether or not word of it has come, the next connection asks. */
  async function accept(box: Box, by: Session, url: string): Promise<tl.authorization> {
    const accepted = await by.account.acceptLogin(url)
    box.dropConnections()
    return accepted
  }

  test('tokens are shown until one is accepted, on the datacenter of the account', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const ann = await account(telegram, 'Ann', 4)
    const session = await telegram.connect({ dc: 1 })
    const urls: string[] = []
    const shown = session.qrLogin()
    for (;;) {
      const { value, done } = await shown.next()
      if (done) {
        expect(value).toMatchObject({ id: ann.userId })
        break
      }
      urls.push(value.url)
      expect(value.expiresAt).toBeGreaterThan(Date.now())
      expect(await accept(box, ann, value.url)).toMatchObject({ _: 'authorization' })
    }
    expect(urls).toEqual([expect.stringMatching(/^tg:\/\/login\?token=[\w-]+$/)])
    expect(session.userId).toBe(ann.userId)
    expect(session.dc).toBe(4)
    await expect(ann.account.acceptLogin('not a code!')).rejects.toMatchObject({ code: 'LOGIN_URL_INVALID' })
  })

  test('the second factor comes after it; without one at hand the login goes on later', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const ann = await account(telegram, 'Ann', 2)
    await ann.account.setPassword('secret', { hint: 'not telling' })
    for (const password of [undefined, () => 'secret']) {
      const session = await telegram.connect({ dc: 2 })
      const scan = (async () => {
        for await (const { url } of session.qrLogin({ password })) await accept(box, ann, url)
      })()
      if (password === undefined) {
        await expect(scan).rejects.toBeInstanceOf(PasswordNeededError)
        expect(await session.loginFlow.state()).toMatchObject({ step: 'password', hint: 'not telling' })
        await session.checkPassword('secret')
      } else await scan
      expect(session.userId).toBe(ann.userId)
    }
  })

  test('a token that has run out is replaced, and accepted no more', { timeout: 30_000 }, async () => {
    const box = await newBox({ world: new World({ limits: { loginTokenLifetime: 1 } }) })
    const telegram = newHost(box)
    const ann = await account(telegram, 'Ann', 1)
    const session = await telegram.connect({ dc: 1 })
    const urls: string[] = []
    for await (const { url } of session.qrLogin()) {
      urls.push(url)
      if (urls.length < 2) continue
      await expect(ann.account.acceptLogin(urls[0] ?? '')).rejects.toBeInstanceOf(RpcError)
      // Where all goes slowly this one may have run out by now: then the next is shown.
      await accept(box, ann, url).catch((error) => expect(error).toBeInstanceOf(RpcError))
    }
    expect(new Set(urls).size).toBe(urls.length)
    expect(urls.length).toBeGreaterThanOrEqual(2)
    expect(session.userId).toBe(ann.userId)
  })

  test('whoever stops looking, or aborts, leaves nothing behind', async () => {
    const telegram = newHost(await newBox())
    const session = await telegram.connect({ dc: 1 })
    for await (const { url } of session.qrLogin()) {
      expect(url).toMatch(/^tg:/)
      break
    }
    const stop = new AbortController()
    const shown = session.qrLogin({ signal: stop.signal })
    await shown.next()
    const next = shown.next()
    stop.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })
})

describe('the second factor', () => {
  test('set, change, remove', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const ann = await account(telegram, 'Ann', 1)
    expect(await ann.account.getPasswordInfo()).toMatchObject({ hasPassword: false })
    await ann.account.setPassword('one', { hint: 'first' })
    expect(await ann.account.getPasswordInfo()).toMatchObject({ hasPassword: true, hint: 'first' })
    await expect(ann.account.setPassword('two')).rejects.toMatchObject({ code: 'PASSWORD_HASH_INVALID' })
    await expect(ann.account.setPassword('two', { current: 'x' })).rejects.toMatchObject({
      code: 'PASSWORD_HASH_INVALID',
    })
    await ann.account.setPassword('two', { current: 'one' })
    const phone = ann.phone ?? ''
    const other = await telegram.connect({ dc: 1 })
    expect(await other.login({ phone, code: codeOf(phone), password: 'two' })).toMatchObject({
      id: ann.userId,
    })
    await ann.account.removePassword('two')
    expect(await ann.account.getPasswordInfo()).toMatchObject({ hasPassword: false })
    await expect(ann.account.setPassword('')).rejects.toMatchObject({ code: 'PASSWORD_EMPTY' })
  })

  test('a recovery address, confirmed by its code, and a login that needs it', async () => {
    const box = await newBox()
    const telegram = newHost(box)
    const ann = await account(telegram, 'Ann', 1)
    const code = nextCode(box)
    const change = await ann.account.setPassword('one', { email: 'ann@example.org', emailCode: () => code })
    expect(change).toEqual({ emailCodeLength: undefined })
    expect(await ann.account.getRecoveryEmail('one')).toBe('ann@example.org')
    const later = await ann.account.setRecoveryEmail('new@example.org', { current: 'one' })
    expect(later.emailCodeLength).toBe(5)
    expect((await ann.account.getPasswordInfo()).unconfirmedEmail).toBe('n***@example.org')
    await ann.account.cancelRecoveryEmail()

    const phone = ann.phone ?? ''
    const other = await telegram.connect({ dc: 1 })
    await other.loginFlow.phone(phone)
    expect(await other.loginFlow.code(codeOf(phone))).toMatchObject({ step: 'password', hasRecovery: true })
    const recovery = nextCode(box)
    expect(await other.loginFlow.forgotPassword()).toBe('a***@example.org')
    await expect(other.loginFlow.recover('0')).rejects.toMatchObject({ code: 'CODE_INVALID' })
    expect(await other.loginFlow.recover(await recovery, { newPassword: 'three' })).toMatchObject({
      step: 'done',
    })
    expect(await ann.account.getRecoveryEmail('three')).toBe('ann@example.org')
  })
})

test('a password that nobody remembers is taken away after a week, unless somebody objects', async () => {
  const box = await newBox()
  const ann = await account(newHost(box), 'Ann', 1)
  await expect(ann.account.resetPassword()).rejects.toMatchObject({ code: 'PASSWORD_EMPTY' })
  await ann.account.setPassword('forgotten')
  await expect(ann.account.declinePasswordReset()).rejects.toMatchObject({ code: 'RESET_REQUEST_MISSING' })
  const due = (await ann.account.resetPassword()) ?? 0
  expect(due - box.world.seconds()).toBeGreaterThan(6 * 86_400)
  expect(await ann.account.resetPassword(), 'asking again changes nothing').toBe(due)
  await ann.account.declinePasswordReset()
  const again = (await ann.account.resetPassword()) ?? 0
  expect(again - box.world.seconds(), 'refused for a day').toBeLessThanOrEqual(86_400)
  expect((await ann.account.getPasswordInfo()).hasPassword).toBe(true)

  const user = box.world.account(ann.userId ?? 0)
  user.resetAgain = undefined
  await ann.account.resetPassword()
  expect((await ann.account.getPasswordInfo()).resetDate).toBeGreaterThan(0)
  user.resetDue = box.world.seconds()
  expect(await ann.account.resetPassword()).toBeUndefined()
  expect((await ann.account.getPasswordInfo()).hasPassword).toBe(false)
})

test('who is not signed in has nothing to sign out of, and is told so without a call', async () => {
  const box = await newBox()
  const session = await newHost(box).connect({ dc: 1 })
  const before = box.calls.count
  const nobody = { name: 'SessionStateError', code: 'NOT_SIGNED_IN' }
  await expect(session.signOut()).rejects.toMatchObject(nobody)
  expect(box.calls.count).toBe(before)
  // Nor is a login that is under way disturbed.
  const phone = newPhone(1)
  await session.sendCode(phone)
  await expect(session.signOut()).rejects.toMatchObject(nobody)
  await login(session, phone, 'Ann')
  await session.signOut()
  await expect(session.signOut()).rejects.toMatchObject({ code: 'SESSION_DEAD' })
})

test('devices are listed, and can be signed out', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann', 1)
  const phone = ann.phone ?? ''
  const other = await login(await telegram.connect({ dc: 1 }), phone, 'Ann')
  const devices = await ann.account.getAuthorizations()
  expect(devices.map(({ current }) => current).toSorted()).toEqual([false, true])
  const lost = new Promise((resolve) => other.once('loggedOut', resolve))
  await ann.account.endAuthorization(devices.find(({ current }) => !current)?.hash ?? 0n)
  await other.api.help.getConfig({}).catch(() => {})
  await other.account.getMe().catch(() => {})
  expect(await lost).toMatch(/revoked|unregistered/)
  expect(await ann.account.getAuthorizations()).toHaveLength(1)

  const second = await login(await telegram.connect({ dc: 1 }), phone, 'Ann')
  const third = await login(await telegram.connect({ dc: 1 }), phone, 'Ann')
  expect(await ann.account.getAuthorizations()).toHaveLength(3)
  const both = [second, third].map((one) => new Promise((resolve) => one.once('loggedOut', resolve)))
  await ann.account.endOtherAuthorizations()
  for (const one of [second, third]) await one.account.getMe().catch(() => {})
  for (const reason of await Promise.all(both)) expect(reason).toMatch(/revoked|unregistered/)
  expect(await ann.account.getAuthorizations()).toHaveLength(1)
})

test('another number, and the end of an account', async () => {
  const box = await newBox()
  const telegram = newHost(box)
  const ann = await account(telegram, 'Ann', 1)
  const phone = newPhone(1)
  const sent = nextCode(box)
  const { phoneCodeHash } = await ann.account.sendChangePhoneCode(phone)
  expect(await ann.account.changePhone(phone, phoneCodeHash, await sent)).toMatchObject({ phone })
  expect(ann.phone).toBe(phone)
  await ann.account.delete('no use for it')
  expect(ann.state.name).toBe('loggedOut')
  later(() => calls.get(box))
  createUser(box.world, { phone: newPhone(1), dc: 1, firstName: 'X' })
})
