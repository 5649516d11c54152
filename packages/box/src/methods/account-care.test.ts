import { passwordVerifier, srpProof } from '@telegram-mt/crypto'
import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { setPassword } from '../world/passwords.ts'
import { type Device, refusal, TestBox } from './box-world.testing.ts'

const PHONE = '9996621234'

function sendCode(device: Device, phoneNumber = PHONE): tl.auth.sentCode {
  const settings = { _: 'codeSettings' } as const
  const sent = device.call({ _: 'auth.sendCode', phoneNumber, apiId: 6, apiHash: 'hash', settings })
  if (sent._ !== 'auth.sentCode') throw new Error(sent._)
  return sent
}

/** The codes that the world sends, newest last. */
function mailbox(box: TestBox) {
  const codes: { code: string; email?: string | undefined }[] = []
  box.world.onLoginCode(({ code, email }) => codes.push({ code, email }))
  return codes
}

describe('login codes by mail', () => {
  it('go to the address of the account, and to the phone if that is asked for', () => {
    const box = new TestBox()
    const codes = mailbox(box)
    box.user({ firstName: 'Ann', phone: PHONE }).loginEmail = 'annie@example.org'
    const device = box.device()
    const { type, phoneCodeHash } = sendCode(device)
    expect(type).toEqual({ _: 'auth.sentCodeTypeEmailCode', emailPattern: 'a***@example.org', length: 5 })
    expect(codes).toEqual([{ code: '22222', email: 'annie@example.org' }])
    const resent = device.call({ _: 'auth.resendCode', phoneNumber: PHONE, phoneCodeHash })
    expect(resent).toMatchObject({ type: { _: 'auth.sentCodeTypeSms' } })
    const emailVerification = { _: 'emailVerificationCode', code: '22222' } as const
    expect(
      device.call({ _: 'auth.signIn', phoneNumber: PHONE, phoneCodeHash, emailVerification }),
    ).toMatchObject({
      _: 'auth.authorization',
    })
  })

  it('need an address first, where new accounts must have one', () => {
    const box = new TestBox({ requireLoginEmail: true })
    const codes = mailbox(box)
    const device = box.device()
    const { type, phoneCodeHash } = sendCode(device)
    expect(type._).toBe('auth.sentCodeTypeSetUpEmailRequired')
    expect(codes).toEqual([])
    const purpose = { _: 'emailVerifyPurposeLoginSetup', phoneNumber: PHONE, phoneCodeHash } as const
    const ask = (email: string) => device.call({ _: 'account.sendVerifyEmailCode', purpose, email })
    expect(refusal(() => ask('nowhere'))).toBe('400 EMAIL_INVALID')
    ask('new@example.org')
    const verify = (code: string) =>
      device.call({ _: 'account.verifyEmail', purpose, verification: { _: 'emailVerificationCode', code } })
    expect(refusal(() => verify('0'))).toBe('400 CODE_INVALID')
    expect(verify(codes.at(-1)!.code)).toMatchObject({
      _: 'account.emailVerifiedLogin',
      sentCode: { type: { _: 'auth.sentCodeTypeEmailCode' }, phoneCodeHash },
    })
    const emailVerification = { _: 'emailVerificationCode', code: '22222' } as const
    expect(device.call({ _: 'auth.signIn', phoneNumber: PHONE, phoneCodeHash, emailVerification })._).toBe(
      'auth.authorizationSignUpRequired',
    )
    device.call({ _: 'auth.signUp', phoneNumber: PHONE, phoneCodeHash, firstName: 'New', lastName: '' })
    expect(device.me.loginEmail).toBe('new@example.org')
  })
})

describe('recovery addresses', () => {
  async function withEmail() {
    const box = new TestBox()
    const codes = mailbox(box)
    const user = box.user({ firstName: 'Ann', phone: PHONE })
    const device = box.signedIn(user)
    const { newAlgo } = device.call({ _: 'account.getPassword' })
    if (newAlgo._ === 'passwordKdfAlgoUnknown') throw new Error('no algorithm')
    const algo = { ...newAlgo, salt1: Buffer.concat([newAlgo.salt1, Buffer.alloc(32, 7)]) }
    const newSettings: tl.account.passwordInputSettings = {
      _: 'account.passwordInputSettings',
      newAlgo: algo,
      newPasswordHash: await passwordVerifier('secret', algo),
      hint: '',
      email: 'annie@example.org',
    }
    const set = () =>
      device.call({
        _: 'account.updatePasswordSettings',
        password: { _: 'inputCheckPasswordEmpty' },
        newSettings,
      })
    expect(refusal(set)).toBe('400 EMAIL_UNCONFIRMED_5')
    return { box, codes, user, device }
  }

  it('hold a password back until the code is shown', async () => {
    const { codes, device, user } = await withEmail()
    expect(device.call({ _: 'account.getPassword' })).toMatchObject({
      hasPassword: undefined,
      emailUnconfirmedPattern: 'a***@example.org',
    })
    const confirm = (code: string) => device.call({ _: 'account.confirmPasswordEmail', code })
    expect(refusal(() => confirm('x'))).toBe('400 CODE_INVALID')
    confirm(codes.at(-1)!.code)
    expect(user.password).toMatchObject({ email: 'annie@example.org' })
    expect(refusal(() => confirm('x'))).toBe('400 EMAIL_HASH_EXPIRED')
  })

  it('let a forgotten password be replaced', async () => {
    const { codes, device, box, user } = await withEmail()
    device.call({ _: 'account.confirmPasswordEmail', code: codes.at(-1)!.code })
    const other = box.device()
    const { phoneCodeHash } = sendCode(other)
    expect(
      refusal(() => other.call({ _: 'auth.signIn', phoneNumber: PHONE, phoneCodeHash, phoneCode: '22222' })),
    ).toBe('401 SESSION_PASSWORD_NEEDED')
    expect(other.call({ _: 'auth.requestPasswordRecovery' })).toMatchObject({
      emailPattern: 'a***@example.org',
    })
    const recover = (code: string) => other.call({ _: 'auth.recoverPassword', code })
    expect(refusal(() => recover('x'))).toBe('400 CODE_INVALID')
    expect(recover(codes.at(-1)!.code)).toMatchObject({ user: { id: user.id } })
    expect(user.password).toBeUndefined()
  })

  it('are missing where none was set', async () => {
    const box = new TestBox()
    const user = box.user({ firstName: 'Ann' })
    const device = box.signedIn(user)
    const ask = () => device.call({ _: 'auth.requestPasswordRecovery' })
    expect(refusal(ask)).toBe('400 PASSWORD_EMPTY')
    await setPassword(box.world, user, 'secret')
    expect(refusal(ask)).toBe('400 PASSWORD_RECOVERY_NA')
  })
})

describe('accounts', () => {
  it('can change their number', () => {
    const box = new TestBox()
    const [ann, bob] = [box.user({ firstName: 'Ann', phone: PHONE }), box.user({ firstName: 'Bob' })]
    const [a, b] = [box.signedIn(ann), box.signedIn(bob)]
    a.send(bob, 'hi')
    b.taken()
    const settings = { _: 'codeSettings' } as const
    const send = (phoneNumber: string) => a.call({ _: 'account.sendChangePhoneCode', phoneNumber, settings })
    expect(refusal(() => send(bob.phone))).toBe('400 PHONE_NUMBER_OCCUPIED')
    const sent = send('9996625555')
    const phoneCodeHash = sent._ === 'auth.sentCode' ? sent.phoneCodeHash : ''
    const change = (phoneCode: string) =>
      a.call({ _: 'account.changePhone', phoneNumber: '9996625555', phoneCodeHash, phoneCode })
    expect(refusal(() => change('1'))).toBe('400 PHONE_CODE_INVALID')
    expect(change('22222')).toMatchObject({ phone: '9996625555' })
    expect(b.taken()).toMatchObject([{ _: 'updateUserPhone', userId: ann.id }])
    expect(box.world.phones.has(PHONE)).toBe(false)
  })

  it('can be deleted, with the password if there is one', async () => {
    const box = new TestBox()
    const [ann, bob] = [box.user({ firstName: 'Ann' }), box.user({ firstName: 'Bob' })]
    const [a, b] = [box.signedIn(ann), box.signedIn(bob)]
    b.send(ann, 'hi')
    const peer = b.inputPeer(ann)
    await setPassword(box.world, ann, 'secret')
    expect(refusal(() => a.call({ _: 'account.deleteAccount', reason: '' }))).toBe(
      '420 2FA_CONFIRM_WAIT_604800',
    )
    const { currentAlgo, srpB, srpId } = a.call({ _: 'account.getPassword' })
    if (currentAlgo?._ === 'passwordKdfAlgoUnknown' || !currentAlgo || !srpB || srpId === undefined)
      throw new Error()
    const random = (n: number) => new Uint8Array(n).fill(9)
    const { A, M1 } = await srpProof({ algo: currentAlgo, srpB, password: 'secret', random })
    const password = { _: 'inputCheckPasswordSRP', srpId, A, M1 } as const
    a.call({ _: 'account.deleteAccount', reason: '', password })
    expect(refusal(() => a.call({ _: 'updates.getState' }))).toBe('401 USER_DEACTIVATED')
    expect(b.pushes.at(-1)).toMatchObject({ users: [{ id: ann.id, deleted: true }] })
    expect(refusal(() => b.send(peer, 'still there?'))).toBe('400 INPUT_USER_DEACTIVATED')
  })
})
