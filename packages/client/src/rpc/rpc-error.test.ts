import { describe, expect, expectTypeOf, test } from 'vitest'
import { FloodWaitError, logoutReason, PasswordNeededError, RpcError, rpcErrorFrom } from './rpc-error.ts'

describe('RpcError', () => {
  test('says which method was refused, and how', () => {
    const error = rpcErrorFrom(400, 'PHONE_CODE_INVALID', 'auth.signIn')
    expect(error).toMatchObject({
      name: 'RpcError',
      code: 'PHONE_CODE_INVALID',
      status: 400,
      pattern: 'PHONE_CODE_INVALID',
      value: undefined,
      message: 'auth.signIn: 400 PHONE_CODE_INVALID',
    })
  })

  test('is() compares the pattern and gives the number its type', () => {
    const error: unknown = rpcErrorFrom(303, 'PHONE_MIGRATE_4', 'auth.sendCode')
    expect(RpcError.is(error, 'PHONE_MIGRATE_%d')).toBe(true)
    expect(RpcError.is(error, 'USER_MIGRATE_%d')).toBe(false)
    expect(RpcError.is(new Error('PHONE_MIGRATE_4'), 'PHONE_MIGRATE_%d')).toBe(false)
    if (RpcError.is(error, 'PHONE_MIGRATE_%d')) {
      expectTypeOf(error.value).toEqualTypeOf<number>()
      expect(error.value).toBe(4)
    }
  })

  test.each([
    ['FLOOD_WAIT_30', 'FLOOD_WAIT_%d', 30],
    ['2FA_CONFIRM_WAIT_604800', '2FA_CONFIRM_WAIT_%d', 604800],
    ['FILE_PART_7_MISSING', 'FILE_PART_%d_MISSING', 7],
    ['SHA256_HASH_INVALID', 'SHA256_HASH_INVALID', undefined],
    ['Timeout', 'Timeout', undefined],
  ])('%s', (text, pattern, value) => {
    expect(rpcErrorFrom(400, text, 'm')).toMatchObject({ pattern, value })
  })

  test('waits carry their seconds', () => {
    const error = rpcErrorFrom(420, 'SLOWMODE_WAIT_12', 'messages.sendMessage')
    expect(error).toBeInstanceOf(FloodWaitError)
    expect(error).toMatchObject({ seconds: 12 })
  })

  test('a wanted password has its own class', () => {
    expect(rpcErrorFrom(401, 'SESSION_PASSWORD_NEEDED', 'auth.signIn')).toBeInstanceOf(PasswordNeededError)
  })

  test('dead keys are told from other refusals', () => {
    expect(logoutReason(rpcErrorFrom(401, 'SESSION_REVOKED', 'm'))).toBe('revoked')
    expect(logoutReason(rpcErrorFrom(406, 'AUTH_KEY_DUPLICATED', 'm'))).toBe('duplicated')
    expect(logoutReason(rpcErrorFrom(401, 'SESSION_PASSWORD_NEEDED', 'm'))).toBeUndefined()
    expect(logoutReason(rpcErrorFrom(400, 'SESSION_REVOKED', 'm'))).toBeUndefined()
  })
})
