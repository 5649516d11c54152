/** Chapter 1: every way into an account, and what guards it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type LoginState, type Session, Telegram, type TelegramOptions } from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { ANN, BOB, type Company, codeOf } from './company.ts'
import { qrLogins } from './qr-login.ts'
import { secondFactor } from './second-factor.ts'

/** Signs the company in: in one call, with a password, as a bot. */
export async function signInAll(telegram: Telegram): Promise<{ ann: Session; bob: Session; bot: Session }> {
  const ann = await step(
    'phone code: sign in in one call, with prompts that are asked again after a wrong answer',
    async () => {
      const session = await telegram.connect({ dc: 1, id: 'ann' })
      const asked: string[] = []
      await session.login({
        phone: ANN,
        code: ({ type, error }) => {
          asked.push(error?.code ?? type)
          return asked.length === 1 ? '00000' : codeOf(ANN)
        },
      })
      assert.deepEqual(asked, ['sms', 'PHONE_CODE_INVALID'])
      return session
    },
  )
  const bob = await step('two-step verification: the password is proven, never sent', async () => {
    const session = await telegram.connect({ dc: 5, id: 'bob' })
    const hints: (string | undefined)[] = []
    await session.login({
      phone: BOB,
      code: codeOf(BOB),
      password: ({ hint }) => {
        hints.push(hint)
        return 'correct horse'
      },
    })
    assert.deepEqual(hints, ['battery staple'])
    assert.equal(session.dc, 2, 'the session has moved to the datacenter of its account')
    return session
  })
  const bot = await step('a bot by its token', async () => {
    const session = await telegram.connect({ dc: 1, id: 'bot' })
    const me = await session.signInBot('777000777:a-token-for-the-tour')
    assert.equal(me.bot, true)
    return session
  })
  return { ann, bob, bot }
}

export async function login(company: Company, options: TelegramOptions): Promise<void> {
  const { telegram, ann, nextCode } = company
  await step(
    'every way of a phone code: app, SMS, call, … each shown, each asked for by a resend',
    async () => {
      const session = await telegram.connect({ dc: 1 })
      const allowed = { allowFlashCall: true, allowMissedCall: true, allowFirebase: true }
      let state = await session.loginFlow.phone('9996610096', allowed)
      const ways: string[] = []
      while (state.step === 'code') {
        ways.push(state.sent.type)
        if (state.sent.nextType === undefined) break
        state = await session.loginFlow.resend()
      }
      assert.equal(ways.join(), 'app,sms,call,flashCall,missedCall,fragmentSms,smsWord,smsPhrase,firebaseSms')
      await telegram.forget(session.id)
    },
  )

  await step('the time to wait before a resend, and the code by the next way', async () => {
    const session = await telegram.connect({ dc: 1 })
    const before = Date.now()
    const state = await session.loginFlow.phone('9996610099')
    assert(state.step === 'code' && state.sent.timeout === 60 && state.sent.nextType === 'call')
    assert((state.sent.resendAt ?? 0) >= before + 60_000)
    const resent = await session.loginFlow.resend()
    assert(resent.step === 'code' && resent.sent.type === 'call' && resent.sent.nextType === undefined)
    await telegram.forget(session.id)
  })

  await step('sign-up of a new number, with the terms it agrees to', async () => {
    const session = await telegram.connect({ dc: 1 })
    const me = await session.login({
      phone: '9996610099',
      code: codeOf('9996610099'),
      signUp: ({ terms }) => {
        assert.equal(terms, 'Stay with the group.')
        return { firstName: 'New' }
      },
    })
    assert.equal(me.firstName, 'New')
    await session.account.delete('only a tour')
    await telegram.forget(session.id)
  })

  await step('codes by mail: an address set up, a code to it, and given up again', async () => {
    const { loginFlow } = await telegram.connect({ dc: 1, id: 'by-mail' })
    assert.equal((await loginFlow.phone('9996610097')).step, 'setUpEmail')
    const proof = nextCode()
    const proving = await loginFlow.email('new@example.org')
    assert(proving.step === 'emailCode' && proving.emailPattern === 'n***@example.org')
    const proven = await proof
    const mailed = nextCode()
    const state = await loginFlow.emailCode(proven)
    assert(state.step === 'code' && state.sent.type === 'emailCode')
    assert.equal((await loginFlow.code(await mailed)).step, 'signUp')
    assert.equal((await loginFlow.signUp({ firstName: 'Mail' })).step, 'done')

    const again = await telegram.connect({ dc: 1 })
    const byMail = await again.loginFlow.phone('9996610097')
    assert(byMail.step === 'code' && byMail.sent.type === 'emailCode')
    const byPhone = await again.loginFlow.resetEmail()
    assert(byPhone.step === 'code' && byPhone.sent.type === 'sms')
    assert.equal((await again.loginFlow.code(codeOf('9996610097'))).step, 'done')
  })

  await step('a login goes on after a restart between its steps', async () => {
    const own = { ...options, storage: join(company.folder, 'restarts.db') }
    let host = new Telegram(own)
    const restart = async () => {
      await host.close()
      host = new Telegram(own)
      const [session] = await host.start()
      assert(session)
      return (await session.connect()).loginFlow
    }
    const begun = await host.connect({ dc: 1, id: 'restarted' })
    const codeSent: LoginState = await begun.loginFlow.phone('9996610098')
    let flow = await restart()
    assert.deepEqual(await flow.state(), codeSent)
    const signUp = await flow.code(codeOf('9996610098'))
    assert(signUp.step === 'signUp' && signUp.terms === 'Stay with the group.')
    flow = await restart()
    assert.deepEqual(await flow.state(), signUp)
    await host.close()
  })

  await qrLogins(company)
  await secondFactor(company)

  await step('devices: listed, one of them signed out, then all others', async () => {
    const signIn = async () => {
      const session = await telegram.connect({ dc: 1 })
      await session.login({ phone: ANN, code: codeOf(ANN) })
    }
    for (const _ of [1, 2]) await signIn()
    const devices = await ann.account.getAuthorizations()
    assert(devices.length > 2)
    const other = devices.find(({ current }) => !current)
    await ann.account.endAuthorization(other?.hash ?? 0n)
    assert.equal((await ann.account.getAuthorizations()).length, devices.length - 1)
    await ann.account.endOtherAuthorizations()
    assert.equal((await ann.account.getAuthorizations()).length, 1)
  })

  await step('a session as a string, taken to another host, and signed out there', async () => {
    const session = await telegram.connect({ dc: 1 })
    await session.login({ phone: ANN, code: codeOf(ANN) })
    const saved = session.export()
    await telegram.forget(session.id)
    const host = new Telegram({ ...options, storage: 'memory' })
    const taken = await host.import(saved)
    assert.equal(taken.userId, ann.userId)
    await taken.signOut()
    await host.close()
  })
}
