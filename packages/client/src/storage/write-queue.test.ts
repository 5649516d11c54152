import { describe, expect, it } from 'vitest'
import { StorageError } from './error.ts'
import type { SessionBatch } from './storage.ts'
import { type Commit, WriteQueue, type WriteQueueOptions } from './write-queue.ts'

const batch = (session: string, writes = 1): SessionBatch => ({
  session,
  owner: 1,
  writes: Array.from({ length: writes }, (_, n) => ({ type: 'channelPts', channelId: n, pts: n })),
})

/** A queue over a commit that is looked at, with virtual time. */
function queueOver(commit: Commit, options: Partial<WriteQueueOptions> = {}) {
  const transactions: string[][] = []
  const pauses: number[] = []
  const queue = new WriteQueue(
    async (batches) => {
      transactions.push(batches.map(({ session }) => session))
      return commit(batches)
    },
    {
      maxWrites: 10,
      retryFor: 1000,
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      sleep: async (ms) => {
        pauses.push(ms)
      },
      ...options,
    },
  )
  return { queue, transactions, pauses }
}

const allWell: Commit = async (batches) => batches.map(() => undefined)

describe('WriteQueue', () => {
  it('puts what is handed in within one turn into one transaction, in order', async () => {
    const { queue, transactions } = queueOver(allWell)
    await Promise.all(['a', 'b', 'a', 'c'].map((session) => queue.write(batch(session))))
    expect(transactions).toEqual([['a', 'b', 'a', 'c']])
    expect(queue.size).toBe(0)
  })

  it('keeps transactions small, and takes a large batch alone', async () => {
    const { queue, transactions } = queueOver(allWell)
    const sizes = [4, 4, 4, 4, 50, 1]
    await Promise.all(sizes.map((size, n) => queue.write(batch(`s${n}`, size))))
    expect(transactions).toEqual([['s0', 's1', 's2'], ['s3', 's4'], ['s5']])
  })

  it('takes what comes in during a transaction into the next', async () => {
    let finish: (() => void) | undefined
    const { queue, transactions } = queueOver(async (batches) => {
      if (transactions.length === 1) await new Promise<void>((resolve) => (finish = resolve))
      return batches.map(() => undefined)
    })
    const first = queue.write(batch('a'))
    while (finish === undefined) await new Promise((resolve) => setImmediate(resolve))
    const rest = [queue.write(batch('b')), queue.write(batch('c'))]
    finish()
    await Promise.all([first, ...rest])
    expect(transactions).toEqual([['a'], ['b', 'c']])
  })

  it('lets a conflicting batch fail alone', async () => {
    const conflict = new StorageError('STORAGE_CONFLICT', 'no')
    const { queue, transactions } = queueOver(async (batches) => {
      if (batches.some(({ session }) => session === 'bad')) throw conflict
      return batches.map(() => undefined)
    })
    const results = await Promise.allSettled(['a', 'bad', 'b'].map((session) => queue.write(batch(session))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(transactions).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']])
  })

  it('fails all of a transaction that the disk refuses, at once', async () => {
    const { queue, transactions } = queueOver(async () => {
      throw new StorageError('STORAGE_FULL', 'no')
    })
    const results = await Promise.allSettled([queue.write(batch('a')), queue.write(batch('b'))])
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual([
      'STORAGE_FULL',
      'STORAGE_FULL',
    ])
    expect(transactions.length).toBe(1)
  })

  it('tries again while the server is away, then gives up', async () => {
    let left = 3
    const { queue, pauses } = queueOver(async (batches) => {
      if (left-- > 0) throw new StorageError('STORAGE_UNAVAILABLE', 'away')
      return batches.map(() => undefined)
    })
    await queue.write(batch('a'))
    expect(pauses).toEqual([50, 100, 200])
    left = Number.POSITIVE_INFINITY
    await expect(queue.write(batch('a'))).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    expect(pauses.slice(3).reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(1000)
  })

  it('settles for one session before the others are through', async () => {
    const { queue, transactions } = queueOver(allWell, { maxWrites: 1 })
    const all = ['a', 'b', 'c'].map((session) => queue.write(batch(session)))
    await queue.settled('b')
    expect(transactions.length).toBe(2)
    await queue.settled('nobody')
    expect(transactions.length).toBe(2)
    await queue.settled()
    expect(transactions.length).toBe(3)
    await Promise.all(all)
  })
})
