import { expect, test } from 'vitest'
import { seededRandom } from '../seeded-random.testing.ts'
import { MessageIds, messageIdAt, messageIdTime } from './message-id.ts'

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

/** Ids of a moment of which the client believes that it is 31 s later, and then takes them back. */
function givenUp(): { ids: MessageIds; early: bigint[]; at: number } {
  const ids = new MessageIds(seededRandom('ids'))
  const at = 1_795_355_234_000
  const early = Array.from({ length: 20 }, () => ids.next(at + 31_000, 0))
  ids.restartAfter(messageIdAt(at))
  return { ids, early, at }
}

test('ids that were refused for their time are followed by lower ones', () => {
  const { ids, early, at } = givenUp()
  const next = ids.next(at, 0)
  expect(next > messageIdAt(at) && next < (early[0] ?? 0n)).toBe(true)
})

test('no id is given out twice, though one that was given up turns out to have been accepted', () => {
  const { ids, early, at } = givenUp()
  ids.next(at, 0)
  ids.continueAfter(early[3] ?? 0n)
  const next = Array.from({ length: 20 }, () => ids.next(at + 100, 0))
  expect(next[0] ?? 0n).toBeGreaterThan(early.at(-1) ?? 0n)
})
