import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import { expect, test } from 'vitest'
import { Lifecycle, type SessionState } from './lifecycle.ts'
import { whenConnected } from './when-connected.ts'

test.each<[SessionState, string, RegExp]>([
  [{ name: 'closed' }, 'SESSION_CLOSED', /^session ann was closed while it connected$/],
  [
    { name: 'loggedOut', reason: 'unregistered', at: 1 },
    'SESSION_DEAD',
    /^session ann was logged out \(unregistered\) while it connected$/,
  ],
])('whoever waits for a connection is told that there will be none: %o', async (state, code, message) => {
  const lifecycle = new Lifecycle()
  const wheel = new TimerWheel(new VirtualClock())
  lifecycle.to({ name: 'connecting' })
  const options = { session: 'ann', dc: 1, timeout: 1000, signal: undefined }
  const error = whenConnected(lifecycle, { wheel, limiter: { waiting: 0 } }, options).catch(
    (thrown: unknown) => thrown,
  )
  lifecycle.to(state)
  expect(await error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(wheel.size).toBe(0)
  expect(lifecycle.listenerCount('state')).toBe(0)
})
