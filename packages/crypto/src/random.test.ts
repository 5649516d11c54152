import { describe, expect, it } from 'vitest'
import { randomBytes } from './random.node.ts'

describe('random bytes', () => {
  it('have the length asked for and never repeat, across many blocks and sizes', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 2000; i++) {
      const length = 16 + (i % 600)
      const bytes = randomBytes(length)
      expect(bytes.length).toBe(length)
      seen.add(Buffer.from(bytes.subarray(0, 16)).toString('hex'))
    }
    expect(seen.size).toBe(2000)
  })

  it('are in memory of their own', () => {
    const first = randomBytes(16)
    const copy = first.slice()
    for (let i = 0; i < 1000; i++) randomBytes(16).fill(0)
    expect(first).toEqual(copy)
    expect(first.buffer.byteLength).toBe(16)
    expect(randomBytes(0)).toEqual(new Uint8Array())
  })
})
