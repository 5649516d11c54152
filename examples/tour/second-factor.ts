/** Chapter 1, continued: the password, and what becomes of a forgotten one. */
import assert from 'node:assert/strict'
import { step } from '../demo/transcript.ts'
import { ANN, type Company, codeOf } from './company.ts'

export async function secondFactor({ telegram, ann, nextCode }: Company): Promise<void> {
  await step('two-step verification: set, with a recovery address, and changed', async () => {
    const code = nextCode()
    await ann.account.setPassword('one', { email: 'ann@example.org', emailCode: () => code })
    assert.equal(await ann.account.getRecoveryEmail('one'), 'ann@example.org')
    await ann.account.setPassword('two', { current: 'one', hint: 'the second' })
    assert.equal((await ann.account.getPasswordInfo()).hint, 'the second')
  })

  await step('two-step verification: a forgotten password recovered by mail', async () => {
    const session = await telegram.connect({ dc: 1 })
    await session.loginFlow.phone(ANN)
    const state = await session.loginFlow.code(codeOf(ANN))
    assert(state.step === 'password' && state.hasRecovery)
    const mailed = nextCode()
    assert.equal(await session.loginFlow.forgotPassword(), 'a***@example.org')
    const done = await session.loginFlow.recover(await mailed, { newPassword: 'three' })
    assert.equal(done.step, 'done')
    await session.signOut()
  })

  await step('two-step verification: a reset without any proof, asked for and declined', async () => {
    assert(((await ann.account.resetPassword()) ?? 0) > Date.now() / 1000)
    await ann.account.declinePasswordReset()
    assert.equal((await ann.account.getPasswordInfo()).resetDate, undefined)
  })

  await step('two-step verification: removed', async () => {
    await ann.account.removePassword('three')
    assert.equal((await ann.account.getPasswordInfo()).hasPassword, false)
  })
}
