import { describe, expect, it } from 'vitest'
import { Backoff } from './backoff.ts'

describe('Backoff', () => {
  it('waits a random part of 1, 2, 4, 8, 16, 16 … s', () => {
    const most = new Backoff(() => 0.999999)
    expect(Array.from({ length: 7 }, () => most.next())).toEqual([999, 1999, 3999, 7999, 15999, 15999, 15999])
    const least = new Backoff(() => 0)
    expect(Array.from({ length: 3 }, () => least.next())).toEqual([0, 0, 0])
  })

  it('starts again after a reset', () => {
    const backoff = new Backoff(() => 0.5)
    backoff.next()
    backoff.next()
    expect(backoff.failures).toBe(2)
    backoff.reset()
    expect(backoff.next()).toBe(500)
  })

  it('spreads those who failed together evenly', () => {
    let state = 1
    const random = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    const perTenth = new Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) {
      const tenth = Math.floor(new Backoff(random).next() / 100)
      perTenth[tenth] = (perTenth[tenth] ?? 0) + 1
    }
    for (const count of perTenth) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
