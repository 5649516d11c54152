import { expect, test } from 'vitest'
import { messageIdAt, messageIdTime } from './message-id.ts'

test.each([0, 1, 250, 499, 500, 501, 750, 999])(
  'an id of millisecond %i is of that moment',
  (millisecond) => {
    const time = 1_795_355_234_000 + millisecond
    const id = messageIdAt(time)
    expect(id > 0n).toBe(true)
    expect(id & 3n).toBe(0n)
    expect(Math.abs(messageIdTime(id) - time)).toBeLessThan(0.001)
  },
)
