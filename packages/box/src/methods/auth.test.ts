import { passwordVerifier, srpProof } from '@telegram-mt/crypto'
import { describe, expect, it } from 'vitest'
import type { tl } from '../generated/types.ts'
import { setPassword } from '../world/passwords.ts'
import { type Device, refusal, TestBox } from './box-world.testing.ts'

const PHONE = '+99966 2 1234'

function sendCode(device: Device, phoneNumber = PHONE, api = {}): tl.auth.sentCode {
  const sent = device.call({
    _: 'auth.sendCode',
    phoneNumber,
    apiId: 6,
    apiHash: 'hash',
    settings: { _: 'codeSettings' },
    ...api,
  })
  if (sent._ !== 'auth.sentCode') throw new Error(sent._)
  return sent
}

function signIn(device: Device, phoneCodeHash: string, phoneCode: string | undefined, phoneNumber = PHONE) {
  return device.call({ _: 'auth.signIn', phoneNumber, phoneCodeHash, phoneCode })
}

async function proof(device: Device, password: string): Promise<tl.inputCheckPasswordSRP> {
  const { currentAlgo, srpB, srpId } = device.call({ _: 'account.getPassword' })
  if (currentAlgo?._ === 'passwordKdfAlgoUnknown' || !currentAlgo || !srpB || srpId === undefined) {
    throw new Error('no password set')
  }
  const random = (n: number) => Uint8Array.from({ length: n }, (_, i) => (i * 7 + 11) & 255)
  const { A, M1 } = await srpProof({ algo: currentAlgo, srpB, password, random })
  return { _: 'inputCheckPasswordSRP', srpId, A, M1 }
}

describe('signing in', () => {
  it('takes the code of a test number, which is its datacenter five times', () => {
    const box = new TestBox()
    const user = box.user({ firstName: 'Tess', phone: PHONE })
    const device = box.device(2)
    const { phoneCodeHash, type } = sendCode(device)
    expect(type).toEqual({ _: 'auth.sentCodeTypeSms', length: 5 })
    expect(signIn(device, phoneCodeHash, '22222')).toMatchObject({
      _: 'auth.authorization',
      user: { id: user.id, self: true, phone: '9996621234' },
    })
    expect(device.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })).toMatchObject([
      { id: user.id },
    ])
  })

  it('sends other numbers a random code, which the world shows', () => {
    const box = new TestBox()
    const phone = '41790001122'
    box.user({ firstName: 'Ann', phone })
    const codes: string[] = []
    box.world.onLoginCode((code) => codes.push(code.code))
    const device = box.device()
    const { phoneCodeHash } = sendCode(device, phone)
    expect(codes).toEqual([expect.stringMatching(/^\d{5}$/)])
    expect(box.world.loginCodes.get(phone)).toBe(codes[0])
    expect(signIn(device, phoneCodeHash, codes[0], phone)._).toBe('auth.authorization')
    expect(box.world.loginCodes.size).toBe(0)
  })

  it('sends to the home datacenter', () => {
    const box = new TestBox()
    box.user({ firstName: 'Ann', phone: '41790001122', dc: 4 })
    expect(refusal(() => sendCode(box.device(1)))).toBe('303 PHONE_MIGRATE_2')
    expect(refusal(() => sendCode(box.device(1), '41790001122'))).toBe('303 PHONE_MIGRATE_4')
  })

  it.each(['', '12', 'abc', '+1234567890123456', '9996691234'])('refuses the number %j', (phone) => {
    expect(refusal(() => sendCode(new TestBox().device(), phone))).toBe('400 PHONE_NUMBER_INVALID')
  })

  it('refuses an api id or hash that cannot be', () => {
    const device = new TestBox().device()
    expect(refusal(() => sendCode(device, PHONE, { apiId: 0 }))).toBe('400 API_ID_INVALID')
    expect(refusal(() => sendCode(device, PHONE, { apiHash: '' }))).toBe('400 API_ID_INVALID')
  })

  it('refuses wrong, empty and expired codes, each by its name', () => {
    const box = new TestBox()
    const device = box.device()
    const { phoneCodeHash } = sendCode(device)
    expect(refusal(() => signIn(device, phoneCodeHash, '11111'))).toBe('400 PHONE_CODE_INVALID')
    expect(refusal(() => signIn(device, phoneCodeHash, ''))).toBe('400 PHONE_CODE_EMPTY')
    expect(refusal(() => signIn(device, phoneCodeHash, undefined))).toBe('400 PHONE_CODE_EMPTY')
    expect(refusal(() => signIn(device, 'other', '22222'))).toBe('400 PHONE_CODE_EXPIRED')
    box.now += 601_000
    expect(refusal(() => signIn(device, phoneCodeHash, '22222'))).toBe('400 PHONE_CODE_EXPIRED')
  })

  it('makes who guesses wait', () => {
    const box = new TestBox()
    const device = box.device()
    const { phoneCodeHash } = sendCode(device)
    const guesses = ['1', '3', '4', '5', '6'].map((code) =>
      refusal(() => signIn(device, phoneCodeHash, code)),
    )
    expect(guesses.slice(0, 4)).toEqual(Array(4).fill('400 PHONE_CODE_INVALID'))
    expect(guesses[4]).toBe('420 FLOOD_WAIT_300')
    box.now += 100_000
    expect(refusal(() => sendCode(device))).toBe('420 FLOOD_WAIT_200')
    box.now += 201_000
    expect(sendCode(device).phoneCodeHash).not.toBe(phoneCodeHash)
  })

  it('resends the code another way, once, and cancels it', () => {
    const device = new TestBox().device()
    const { phoneCodeHash, nextType } = sendCode(device)
    expect(nextType).toEqual({ _: 'auth.codeTypeCall' })
    const again = { _: 'auth.resendCode', phoneNumber: PHONE, phoneCodeHash } as const
    expect(device.call(again)).toMatchObject({ type: { _: 'auth.sentCodeTypeCall' }, phoneCodeHash })
    expect(refusal(() => device.call(again))).toBe('406 SEND_CODE_UNAVAILABLE')
    expect(device.call({ ...again, _: 'auth.cancelCode' })).toBe(true)
    expect(refusal(() => signIn(device, phoneCodeHash, '22222'))).toBe('400 PHONE_CODE_EXPIRED')
  })
})

describe('signing up', () => {
  it('follows a right code for a free number', () => {
    const box = new TestBox()
    const friend = box.user({ firstName: 'Friend' })
    const waiting = box.signedIn(friend)
    waiting.call({
      _: 'contacts.importContacts',
      contacts: [{ _: 'inputPhoneContact', clientId: 1n, phone: PHONE, firstName: 'New', lastName: 'One' }],
    })
    const device = box.device()
    const { phoneCodeHash } = sendCode(device)
    const signUp = (firstName: string) =>
      device.call({ _: 'auth.signUp', phoneNumber: PHONE, phoneCodeHash, firstName, lastName: '' })
    expect(refusal(() => signUp('Early'))).toBe('400 PHONE_CODE_EMPTY')
    expect(signIn(device, phoneCodeHash, '22222')).toEqual({ _: 'auth.authorizationSignUpRequired' })
    expect(refusal(() => signUp('  '))).toBe('400 FIRSTNAME_INVALID')
    expect(signUp('Newcomer')).toMatchObject({ user: { firstName: 'Newcomer', self: true } })
    expect(box.world.phones.get('9996621234')).toMatchObject({ dc: 2 })
    expect(waiting.call({ _: 'contacts.getContacts', hash: 0n })).toMatchObject({
      users: [{ firstName: 'New', lastName: 'One', contact: true }],
    })
  })
})

describe('passwords', () => {
  it('are asked for after the code, and proved without being sent', async () => {
    const box = new TestBox()
    const user = box.user({ firstName: 'Ann', phone: PHONE })
    await setPassword(box.world, user, 'secret', 'the usual')
    const device = box.device()
    const { phoneCodeHash } = sendCode(device)
    expect(refusal(() => signIn(device, phoneCodeHash, '22222'))).toBe('401 SESSION_PASSWORD_NEEDED')
    expect(refusal(() => device.call({ _: 'updates.getState' }))).toBe('401 SESSION_PASSWORD_NEEDED')
    expect(device.call({ _: 'account.getPassword' })).toMatchObject({ hasPassword: true, hint: 'the usual' })
    const wrong = await proof(device, 'guess')
    expect(refusal(() => device.call({ _: 'auth.checkPassword', password: wrong }))).toBe(
      '400 PASSWORD_HASH_INVALID',
    )
    const right = await proof(device, 'secret')
    expect(refusal(() => device.call({ _: 'auth.checkPassword', password: { ...right, srpId: 1n } }))).toBe(
      '400 SRP_ID_INVALID',
    )
    expect(device.call({ _: 'auth.checkPassword', password: right })).toMatchObject({ user: { id: user.id } })
    // Once more, signed in: nothing comes of it, and the key stays what it is.
    const again = await proof(device, 'guess')
    expect(refusal(() => device.call({ _: 'auth.checkPassword', password: again }))).toBe(
      '400 PASSWORD_HASH_INVALID',
    )
    const known = await proof(device, 'secret')
    expect(device.call({ _: 'auth.checkPassword', password: known })).toMatchObject({ user: { id: user.id } })
    expect(device.call({ _: 'updates.getState' })).toMatchObject({ _: 'updates.state' })
  })

  it('are set, changed and taken away by the client', async () => {
    const box = new TestBox()
    const device = box.signedIn(box.user({ firstName: 'Ann' }))
    const set = async (password: tl.InputCheckPasswordSRP, next: string, salt?: Uint8Array) => {
      const { newAlgo } = device.call({ _: 'account.getPassword' })
      if (newAlgo._ === 'passwordKdfAlgoUnknown') throw new Error('no algorithm')
      const algo = { ...newAlgo, salt1: salt ?? Buffer.concat([newAlgo.salt1, Buffer.alloc(32, 7)]) }
      const newPasswordHash = next === '' ? new Uint8Array() : await passwordVerifier(next, algo)
      const newSettings: tl.account.passwordInputSettings = {
        _: 'account.passwordInputSettings',
        newAlgo: next === '' ? { _: 'passwordKdfAlgoUnknown' } : algo,
        newPasswordHash,
        hint: 'hint',
      }
      return device.call({ _: 'account.updatePasswordSettings', password, newSettings })
    }
    const none = { _: 'inputCheckPasswordEmpty' } as const
    await expect(set(none, 'first', Buffer.alloc(40))).rejects.toThrow('NEW_SALT_INVALID')
    expect(await set(none, 'first')).toBe(true)
    await expect(set(none, 'second')).rejects.toThrow('PASSWORD_HASH_INVALID')
    expect(await set(await proof(device, 'first'), 'second')).toBe(true)
    expect(await set(await proof(device, 'second'), '')).toBe(true)
    expect(device.call({ _: 'account.getPassword' }).hasPassword).toBeUndefined()
  })
})

describe('authorizations', () => {
  it('are needed for everything but the way in', () => {
    const device = new TestBox().device()
    const self: tl.users.getUsers = { _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }
    expect(refusal(() => device.call(self))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(refusal(() => device.call({ _: 'account.getPassword' }))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(device.call({ _: 'help.getConfig' }).dcOptions).toHaveLength(5)
  })

  it('refuse methods that the box has not, by name', () => {
    const device = new TestBox().device()
    expect(refusal(() => device.call({ _: 'account.getWallPapers', hash: 0n }))).toBe(
      '400 METHOD_NOT_IMPLEMENTED: account.getWallPapers',
    )
  })

  it('end by logging out, and from another session', () => {
    const box = new TestBox()
    const user = box.user({ firstName: 'Ann' })
    const [one, two] = [box.signedIn(user), box.signedIn(user)]
    const revoked: bigint[] = []
    box.world.onRevoked((a) => revoked.push(a.authKeyId))
    const list = one.call({ _: 'account.getAuthorizations' }).authorizations
    expect(list.map((a) => a.current)).toEqual([true, undefined])
    expect(one.call({ _: 'account.resetAuthorization', hash: list[1]!.hash })).toBe(true)
    expect(refusal(() => two.call({ _: 'updates.getState' }))).toBe('401 SESSION_REVOKED')
    expect(one.call({ _: 'auth.logOut' })).toEqual({ _: 'auth.loggedOut' })
    expect(refusal(() => one.call({ _: 'updates.getState' }))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(revoked).toEqual([two.caller.authKeyId, one.caller.authKeyId])
  })

  it('tell the other sessions of a new one', () => {
    const box = new TestBox()
    const old = box.signedIn(box.user({ firstName: 'Ann', phone: PHONE }))
    const device = box.device()
    signIn(device, sendCode(device).phoneCodeHash, '22222')
    expect(old.taken()).toMatchObject([{ _: 'updateNewAuthorization', device: 'Test' }])
    expect(device.taken()).toEqual([])
  })

  it('travel to another datacenter, for files only', () => {
    const box = new TestBox()
    const user = box.user({ firstName: 'Ann' })
    const home = box.signedIn(user)
    const { id, bytes } = home.call({ _: 'auth.exportAuthorization', dcId: 4 })
    const there = box.device(4)
    const load = { _: 'auth.importAuthorization', id, bytes } as const
    expect(refusal(() => box.device(5).call(load))).toBe('400 AUTH_BYTES_INVALID')
    expect(there.call(load)).toMatchObject({ user: { id: user.id } })
    expect(refusal(() => there.call(load))).toBe('400 AUTH_BYTES_INVALID')
    expect(refusal(() => there.call({ _: 'updates.getState' }))).toBe('303 USER_MIGRATE_2')
    expect(refusal(() => home.call({ _: 'auth.exportAuthorization', dcId: 9 }))).toBe('400 DC_ID_INVALID')
  })
})
