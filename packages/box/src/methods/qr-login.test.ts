import { describe, expect, it } from 'vitest'
import { setPassword } from '../world/passwords.ts'
import { type Device, refusal, TestBox } from './box-world.testing.ts'

function setting(dc = 2) {
  const box = new TestBox()
  const user = box.user({ firstName: 'Ann', dc })
  return { box, user, phone: box.signedIn(user), tv: box.device(2) }
}

const show = (device: Device) =>
  device.call({ _: 'auth.exportLoginToken', apiId: 6, apiHash: 'hash', exceptIds: [] })

function token(device: Device): Uint8Array {
  const shown = show(device)
  if (shown._ !== 'auth.loginToken') throw new Error(shown._)
  return shown.token
}

describe('login by QR code', () => {
  it('signs in the device that showed what another accepted', () => {
    const { phone, tv, user } = setting()
    const shown = token(tv)
    phone.call({ _: 'auth.acceptLoginToken', token: shown })
    expect(tv.taken()).toEqual([{ _: 'updateLoginToken' }])
    expect(show(tv)).toMatchObject({ _: 'auth.loginTokenSuccess', authorization: { user: { id: user.id } } })
    expect(tv.call({ _: 'updates.getState' })._).toBe('updates.state')
    expect(refusal(() => phone.call({ _: 'auth.acceptLoginToken', token: shown }))).toBe(
      '400 AUTH_TOKEN_INVALID',
    )
  })

  it('goes on at the datacenter where the account lives', () => {
    const { phone, tv, box, user } = setting(4)
    phone.call({ _: 'auth.acceptLoginToken', token: token(tv) })
    const moved = show(tv)
    if (moved._ !== 'auth.loginTokenMigrateTo') throw new Error(moved._)
    expect(moved.dcId).toBe(4)
    expect(box.device(4).call({ _: 'auth.importLoginToken', token: moved.token })).toMatchObject({
      _: 'auth.loginTokenSuccess',
      authorization: { user: { id: user.id } },
    })
  })

  it('still asks for the password', async () => {
    const { phone, tv, box, user } = setting()
    await setPassword(box.world, user, 'secret')
    phone.call({ _: 'auth.acceptLoginToken', token: token(tv) })
    expect(refusal(() => show(tv))).toBe('401 SESSION_PASSWORD_NEEDED')
    expect(tv.call({ _: 'account.getPassword' }).hasPassword).toBe(true)
  })

  it('shows a new token each time, and an old one is worth nothing', () => {
    const { phone, tv, box } = setting()
    const [first, second] = [token(tv), token(tv)]
    expect(refusal(() => phone.call({ _: 'auth.acceptLoginToken', token: first }))).toBe(
      '400 AUTH_TOKEN_INVALID',
    )
    box.now += 31_000
    expect(refusal(() => phone.call({ _: 'auth.acceptLoginToken', token: second }))).toBe(
      '400 AUTH_TOKEN_EXPIRED',
    )
    expect(refusal(() => tv.call({ _: 'auth.importLoginToken', token: second }))).toBe(
      '400 AUTH_TOKEN_INVALID',
    )
  })
})
