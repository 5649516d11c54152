import { expect, test } from 'vitest'
import { nextStep, type PolicyContext } from './policy.ts'
import { rpcErrorFrom } from './rpc-error.ts'

const context: PolicyContext = { faults: 0, signedIn: true, elsewhere: false, random: 0.5 }
const step = (status: number, text: string, more: Partial<PolicyContext> = {}) =>
  nextStep(rpcErrorFrom(status, text, 'm'), { ...context, ...more })

test('every kind of flood wait goes to the lines', () => {
  for (const text of ['FLOOD_WAIT_60', 'SLOWMODE_WAIT_5', 'FLOOD_PREMIUM_WAIT_3', 'TAKEOUT_INIT_DELAY_86400'])
    expect(step(420, text)).toMatchObject({ type: 'flood', error: { code: text } })
})

test('redirects move the account, or only the call, each by its kind', () => {
  const before = { signedIn: false }
  expect(step(303, 'PHONE_MIGRATE_4', before)).toEqual({ type: 'move', dc: 4 })
  expect(step(303, 'USER_MIGRATE_1', before)).toEqual({ type: 'move', dc: 1 })
  expect(step(303, 'NETWORK_MIGRATE_3', before)).toEqual({ type: 'move', dc: 3 })
  // An account that is signed in is not taken away from where its key is known for the sake of a number.
  expect(step(303, 'PHONE_MIGRATE_4')).toEqual({ type: 'throw' })
  expect(step(303, 'NETWORK_MIGRATE_3')).toEqual({ type: 'throw' })
  expect(step(303, 'USER_MIGRATE_1')).toEqual({ type: 'move', dc: 1 })
  // What would ask itself for the move.
  const refusal = rpcErrorFrom(303, 'USER_MIGRATE_1', 'auth.exportAuthorization')
  expect(nextStep(refusal, context)).toEqual({ type: 'throw' })
  expect(step(303, 'FILE_MIGRATE_2')).toEqual({ type: 'redirect', where: { dc: 2, media: true } })
  expect(step(303, 'STATS_MIGRATE_2')).toEqual({ type: 'redirect', where: { dc: 2 } })
  // Another datacenter cannot send the account away from its home.
  expect(step(303, 'USER_MIGRATE_1', { elsewhere: true })).toEqual({ type: 'throw' })
})

test('another datacenter that does not know the account says nothing about the key at home', () => {
  const elsewhere = { elsewhere: true }
  expect(step(401, 'AUTH_KEY_UNREGISTERED', elsewhere)).toEqual({ type: 'authorize' })
  expect(step(401, 'SESSION_REVOKED', elsewhere)).toEqual({ type: 'authorize' })
  expect(step(401, 'AUTH_KEY_UNREGISTERED', { ...elsewhere, signedIn: false })).toEqual({ type: 'throw' })
})

test('server faults are retried with growing waits, a bounded number of times', () => {
  const waits = [0, 1, 2, 3, 4].map((faults) => step(500, 'INTERNAL', { faults }))
  expect(waits).toEqual([375, 750, 1500, 3000, 6000].map((milliseconds) => ({ type: 'retry', milliseconds })))
  expect(step(500, 'INTERNAL', { faults: 5 })).toEqual({ type: 'throw' })
  expect(step(-503, 'Timeout')).toMatchObject({ type: 'retry' })
  expect(step(500, 'RANDOM_ID_DUPLICATE')).toEqual({ type: 'throw' })
})

test('a dead key is told from a key that nobody has signed in on', () => {
  expect(step(401, 'AUTH_KEY_UNREGISTERED')).toEqual({ type: 'dead', reason: 'unregistered' })
  expect(step(401, 'AUTH_KEY_UNREGISTERED', { signedIn: false })).toEqual({ type: 'throw' })
  expect(step(406, 'AUTH_KEY_DUPLICATED', { signedIn: false })).toEqual({
    type: 'dead',
    reason: 'duplicated',
  })
  expect(step(401, 'SESSION_PASSWORD_NEEDED')).toEqual({ type: 'throw' })
})

test('an uninitialized connection is initialized, whatever else is thrown', () => {
  expect(step(400, 'CONNECTION_NOT_INITED')).toEqual({ type: 'initialize' })
  expect(step(400, 'PEER_ID_INVALID')).toEqual({ type: 'throw' })
  expect(nextStep(new Error('x'), context)).toEqual({ type: 'throw' })
})
