import { type Case, contestants, type Item } from '../../runner/item.ts'

/** Bytes, as files are sent. */
export const PART = 524_288
/** How many threads; 0 is the main thread, as it is done. */
export const threadCounts = [0, 1, 2] as const
export const directions = ['encrypt', 'decrypt'] as const
export type Direction = (typeof directions)[number]

const where = (threads: number) =>
  threads === 0 ? 'main thread' : threads === 1 ? 'one thread' : `${threads} threads`

const work = directions.flatMap((direction) =>
  threadCounts.map((threads) => ({
    step: `${direction} ${threads}`,
    name: `${direction}, ${where(threads)}`,
  })),
)

export const threads: Item = {
  name: 'threads',
  title: 'Parts of files in threads',
  about:
    'What worker threads would give, which the library does not use: parts of 512 KiB are hashed, and encrypted or decrypted in place, in the main thread, or in threads that are given the memory and give it back; two parts at a time for every thread.',
  steps: work.map(({ step }) => step),
  cases: work.flatMap(({ step, name }): Case[] => [
    { key: `${step} rate`, name, unit: 'MB/s', better: 'more' },
    { key: `${step} loop`, name: '… time of the event loop for a part', unit: 'ms', better: 'less' },
    { key: `${step} cpu`, name: '… CPU of all threads for a part', unit: 'ms', better: 'less' },
  ]),
  contestants: contestants('ours', 'portable'),
}
