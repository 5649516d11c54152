import { expect, test } from 'vitest'
import { Lifecycle, type SessionState } from './lifecycle.ts'

const through = (...states: SessionState[]) => {
  const lifecycle = new Lifecycle()
  const seen: string[] = []
  lifecycle.on('state', (to, from) => seen.push(`${from.name}>${to.name}`))
  const took = states.map((state) => lifecycle.to(state))
  return { lifecycle, seen, took }
}

test('the usual life', () => {
  const { seen } = through(
    { name: 'connecting' },
    { name: 'authorizing' },
    { name: 'online' },
    { name: 'waiting', until: 1000, reason: 'closed by the server' },
    { name: 'connecting' },
    { name: 'online' },
    { name: 'closed' },
  )
  expect(seen).toEqual([
    'idle>connecting',
    'connecting>authorizing',
    'authorizing>online',
    'online>waiting',
    'waiting>connecting',
    'connecting>online',
    'online>closed',
  ])
})

test('a dead key stays dead until somebody connects anew', () => {
  const { lifecycle, took } = through(
    { name: 'connecting' },
    { name: 'loggedOut', reason: 'revoked', at: 1 },
    { name: 'waiting', until: 0, reason: 'x' },
    { name: 'online' },
  )
  expect(took).toEqual([true, true, false, false])
  expect(lifecycle.state).toEqual({ name: 'loggedOut', reason: 'revoked', at: 1 })
  expect(lifecycle.to({ name: 'connecting' })).toBe(true)
})

test('the same state twice is told once, but each new wait is told', () => {
  const { seen } = through(
    { name: 'connecting' },
    { name: 'connecting' },
    { name: 'waiting', until: 1, reason: 'a' },
    { name: 'waiting', until: 2, reason: 'b' },
  )
  expect(seen).toEqual(['idle>connecting', 'connecting>waiting', 'waiting>waiting'])
})
