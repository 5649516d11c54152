import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChannelTable } from './channel-table.ts'
import { SavedPositions } from './saved-positions.ts'
import { SeqWindow } from './seq-window.ts'
import { retryDelay } from './timing.ts'

describe('ChannelTable', () => {
  test('is a map', () => {
    const ids = fc.integer({ min: 1, max: 2 ** 40 })
    const step = fc.record({
      id: fc.oneof(fc.integer({ min: 1, max: 9 }), ids),
      pts: fc.nat(2 ** 31 - 1),
      gone: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const table = new ChannelTable([[3, { pts: 1, top: 9 }]])
        const map = new Map([[3, { pts: 1, top: 9 }]])
        for (const { id, pts, gone } of steps) {
          if (gone) expect(table.delete(id)).toBe(map.delete(id))
          else {
            table.set(id, pts, pts % 7)
            map.set(id, { pts, top: pts % 7 })
          }
          expect(table.pts(id)).toBe(map.get(id)?.pts)
          expect(table.top(id)).toBe(map.get(id)?.top ?? 0)
        }
        expect(new Map(table.entries())).toEqual(map)
        expect(table.size).toBe(map.size)
      }),
    )
  })
})

describe('SeqWindow', () => {
  test('takes each container once, in any order, and sees what is missing', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 }), (order) => {
        const window = new SeqWindow()
        window.add(1, 1)
        for (const seq of order) {
          expect(window.add(seq, seq)).toBe(true)
          expect(window.add(seq, seq)).toBe(false)
        }
        expect(window.gap).toBe(order.length < Math.max(...order) - 1)
      }),
    )
  })

  test('remembers no more ranges than it may', () => {
    const window = new SeqWindow()
    window.add(1, 1)
    for (let seq = 3; seq < 2_000; seq += 2) window.add(seq, seq)
    expect(window.add(1_999, 1_999)).toBe(false)
    expect(window.add(1, 1)).toBe(true)
  })
})

describe('SavedPositions', () => {
  test('keeps the newest of each sequence, and hands out changes once', () => {
    const saved = new SavedPositions(undefined)
    expect(saved.state()).toBeUndefined()
    saved.apply({ type: 'account', pts: 5, qts: 1, seq: 2, top: 3 })
    saved.apply({ type: 'account', pts: 6, qts: 1, seq: 2, top: 4 })
    saved.apply({ type: 'date', date: 77 })
    saved.apply({ type: 'channel', channelId: 7, pts: 8, top: 9, unverified: false, gone: false })
    saved.apply({ type: 'channel', channelId: 8, pts: 8, top: 9, unverified: false, gone: true })
    expect(saved.dirty).toBe(true)
    const account = { pts: 6, qts: 1, seq: 2, top: 4, date: 77 }
    expect(saved.takeChanges()).toEqual({
      account,
      channels: new Map([
        [7, { pts: 8, top: 9, unverified: false }],
        [8, undefined],
      ]),
    })
    expect(saved.dirty).toBe(false)
    expect(saved.takeChanges()).toEqual({ account: undefined, channels: new Map() })
    expect(saved.state()).toEqual({
      ...account,
      channels: new Map([[7, { pts: 8, top: 9, unverified: false }]]),
    })
  })
})

test('retryDelay doubles up to a minute and spreads by a quarter', () => {
  expect([1, 2, 3, 6, 7, 50].map((failures) => retryDelay(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000,
  ])
  expect(retryDelay(1, 1)).toBe(1_250)
})
