import { TimerWheel, VirtualClock } from '@telegram-mt/net'
import { expect, test } from 'vitest'
import { CallOrder } from './call-order.ts'

const clock = new VirtualClock()
const wheel = new TimerWheel(clock)

/** What becomes of a wait, as soon as it is known. */
function watched(wait: Promise<void>): { ended: string | undefined; done: Promise<void> } {
  const watch: { ended: string | undefined; done: Promise<void> } = {
    ended: undefined,
    done: Promise.resolve(),
  }
  const end = (how: string) => {
    watch.ended = how
  }
  watch.done = wait.then(
    () => end('well'),
    (error: Error) => end(error.message),
  )
  return watch
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a call waits for one that is running', async () => {
  const order = new CallOrder()
  order.begin(1n)
  const wait = watched(order.after([1n], wheel))
  await turn()
  expect(wait.ended).toBeUndefined()
  order.end(1n, true)
  await wait.done
  expect(wait.ended).toBe('well')
})

test('a call fails with one that fails, and with one that has failed', async () => {
  const order = new CallOrder()
  order.begin(1n)
  const early = watched(order.after([1n], wheel))
  order.end(1n, false)
  await early.done
  expect(early.ended).toBe('MSG_WAIT_FAILED')
  await expect(order.after([1n], wheel)).rejects.toThrow('MSG_WAIT_FAILED')
})

test('a call waits for all that it names', async () => {
  const order = new CallOrder()
  order.begin(1n)
  order.begin(2n)
  const wait = watched(order.after([1n, 2n], wheel))
  order.end(2n, true)
  await turn()
  expect(wait.ended).toBeUndefined()
  order.end(1n, true)
  await wait.done
  expect(wait.ended).toBe('well')
})

test('a call waits for one that has not come, until it has come and ended', async () => {
  const order = new CallOrder()
  const wait = watched(order.after([5n], wheel))
  await turn()
  order.begin(5n)
  await turn()
  expect(wait.ended).toBeUndefined()
  order.end(5n, true)
  await wait.done
  expect(wait.ended).toBe('well')
})

test('one that never comes is given up', async () => {
  const order = new CallOrder()
  const wait = watched(order.after([5n], wheel))
  await turn()
  await clock.advance(10_100)
  await wait.done
  expect(wait.ended).toBe('MSG_WAIT_TIMEOUT')
  expect(order.size).toBe(0)
})

test('few calls are remembered, and older ones count as done', async () => {
  const order = new CallOrder()
  for (let id = 10n; id < 1010n; id++) {
    order.begin(id)
    order.end(id, id % 2n === 0n)
  }
  expect(order.size).toBeLessThanOrEqual(128)
  await order.after([11n], wheel)
  await expect(order.after([1009n], wheel)).rejects.toThrow('MSG_WAIT_FAILED')
})
