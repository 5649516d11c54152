import { expect, test } from 'vitest'
import type { tl } from '../layer.ts'
import type { SessionContext } from '../session/context.ts'
import { LoginUnsupportedError } from './errors.ts'
import { passwordProof } from './password.ts'

const settings = (currentAlgo: tl.PasswordKdfAlgo): tl.account.password => ({
  _: 'account.password',
  hasPassword: true,
  currentAlgo,
  srpB: new Uint8Array(256).fill(7),
  srpId: 1n,
  newAlgo: { _: 'passwordKdfAlgoUnknown' },
  newSecureAlgo: { _: 'securePasswordKdfAlgoUnknown' },
  secureRandom: new Uint8Array(16),
})

const nothingMayBeAsked = new Proxy({} as SessionContext, {
  get: (_, name) => {
    throw new Error(`${String(name)} was used for an algorithm that is not known`)
  },
})

test('S3: an algorithm that is not known is a clear error, and nothing is computed or sent', async () => {
  const proof = passwordProof(nothingMayBeAsked, settings({ _: 'passwordKdfAlgoUnknown' }), 'secret')
  await expect(proof).rejects.toBeInstanceOf(LoginUnsupportedError)
  await expect(proof).rejects.toThrow(/newer password algorithm/)
})
