import { expect, test } from 'vitest'
import { BoundLine } from './bound-line.ts'
import type { LineOptions } from './dc-line.ts'
import type { TemporaryKey } from './temporary-key.ts'

test('a line that was closed makes no key any more, though it is started or called', async () => {
  const events: string[] = []
  const key = {
    join: () => void events.push('join'),
    leave: () => void events.push('leave'),
    hurry: () => {},
  } as unknown as TemporaryKey
  const wheel = { now: () => 0, cancel: () => {} }
  const options = { dc: 1, host: { connections: { wheel } } } as unknown as LineOptions
  const line = new BoundLine(options, key)
  const closed = new Error('closed on the way to another datacenter')
  line.close(closed)
  line.start()
  await expect(line.call({ _: 'help.getNearestDc' })).rejects.toBe(closed)
  expect(events).toEqual(['leave'])
})
