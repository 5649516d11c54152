/** Chapter 1: every way into an account, and what guards it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type LoginState, type Session, Telegram, type TelegramOptions } from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import { type Company, codeOf } from './company.ts'

const ANN = '9996610001'
const BOB = '9996620002'

/** Signs the company in: in one call, with a password, as a bot. */
export async function signInAll(telegram: Telegram): Promise<{ ann: Session; bob: Session; bot: Session }> {
  const ann = await step('phone code: sign in in one call', async () => {
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
  })
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
  await step('sign-up of a new number, a code by the next way', async () => {
    const session = await telegram.connect({ dc: 1 })
    await session.loginFlow.phone('9996610099')
    const resent = await session.loginFlow.resend()
    assert(resent.step === 'code' && resent.sent.type === 'call')
    const state = await session.loginFlow.code(codeOf('9996610099'))
    assert.equal(state.step, 'signUp')
    assert.equal((await session.loginFlow.signUp({ firstName: 'New' })).step, 'done')
    await session.account.delete('only a tour')
    await telegram.forget(session.id)
  })

  await step('a login goes on after a restart between its steps', async () => {
    const own = { ...options, storage: join(company.folder, 'restarts.db') }
    let host = new Telegram(own)
    const begun = await host.connect({ dc: 1, id: 'restarted' })
    const before: LoginState = await begun.loginFlow.phone('9996610098')
    await host.close()
    host = new Telegram(own)
    const [session] = await host.start()
    assert(session)
    await session.connect()
    assert.deepEqual(await session.loginFlow.state(), before)
    assert.equal((await session.loginFlow.code(codeOf('9996610098'))).step, 'signUp')
    await host.close()
  })

  await step('QR code: shown here, accepted there', async () => {
    const session = await telegram.connect({ dc: 3 })
    for await (const { url } of session.qrLogin()) {
      assert.match(url, /^tg:\/\/login\?token=/)
      await ann.account.acceptLogin(url)
    }
    assert.equal(session.userId, ann.userId)
  })

  await step('devices: listed, and one of them signed out', async () => {
    const devices = await ann.account.getAuthorizations()
    assert.equal(devices.length, 2)
    const other = devices.find(({ current }) => !current)
    await ann.account.endAuthorization(other?.hash ?? 0n)
    assert.equal((await ann.account.getAuthorizations()).length, 1)
  })

  await step('two-step verification: set, with a recovery address, changed, removed', async () => {
    const code = nextCode()
    await ann.account.setPassword('one', { email: 'ann@example.org', emailCode: () => code })
    assert.equal(await ann.account.getRecoveryEmail('one'), 'ann@example.org')
    await ann.account.setPassword('two', { current: 'one', hint: 'the second' })
    assert.equal((await ann.account.getPasswordInfo()).hint, 'the second')
    await ann.account.removePassword('two')
    assert.equal((await ann.account.getPasswordInfo()).hasPassword, false)
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
