/** Chapter 1, continued: logins by QR code. */
import assert from 'node:assert/strict'
import { RpcError, type Session } from 'telegram-mt'
import { step } from '../demo/transcript.ts'
import type { Company } from './company.ts'

/** Scans the code. One that has run out meanwhile is no harm: the next is shown. */
async function scan(by: Session, url: string): Promise<void> {
  await by.account.acceptLogin(url).catch((error) => {
    if (!RpcError.is(error, 'AUTH_TOKEN_EXPIRED') && !RpcError.is(error, 'AUTH_TOKEN_INVALID')) throw error
  })
}

export async function qrLogins({ telegram, ann, bob }: Company): Promise<void> {
  await step('QR code: shown here, accepted there, signed in on the datacenter of the account', async () => {
    const session = await telegram.connect({ dc: 3 })
    for await (const { url } of session.qrLogin()) {
      assert.match(url, /^tg:\/\/login\?token=/)
      await scan(ann, url)
    }
    assert.equal(session.userId, ann.userId)
    assert.equal(session.dc, 1)
    await session.signOut()
  })

  await step('QR code: a token that nobody scans is replaced', async () => {
    const session = await telegram.connect({ dc: 1 })
    const urls = new Set<string>()
    for await (const { url } of session.qrLogin()) {
      urls.add(url)
      if (urls.size > 1) await scan(ann, url)
    }
    assert(urls.size > 1)
    assert.equal(session.userId, ann.userId)
    await session.signOut()
  })

  await step('QR code: the password is asked for after it', async () => {
    const session = await telegram.connect({ dc: 2 })
    for await (const { url } of session.qrLogin({ password: () => 'correct horse' })) await scan(bob, url)
    assert.equal(session.userId, bob.userId)
    await session.signOut()
  })
}
