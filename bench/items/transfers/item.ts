import { type Aim, type Case, contestants, type Item } from '../../runner/item.ts'

/** With the addon faster than either, without it no slower. */
const aims: readonly Aim[] = (['mtcute', 'gramjs'] as const).flatMap((against) => [
  { against, times: 1.5 },
  { against, times: 1, by: 'portable' },
])

const pair = (key: string): Case[] => [
  { key: `${key} rate`, name: `${key} of 100 MB`, unit: 'MB/s', better: 'more', aims },
  { key: `${key} cpu`, name: `client CPU of that ${key}`, unit: 'ms', better: 'less', aims },
]

export const transfers: Item = {
  name: 'transfers',
  title: 'Files',
  about:
    '100 MB of random bytes from memory to a box in a process of its own, and a document of 100 MB from it, whose bytes are dropped as they come; each library as it does it by itself (GramJS with 4 workers for uploads). The rate is bounded by the box, which encrypts, decrypts and keeps the same bytes: what a client can do shows in its CPU time.',
  steps: ['upload', 'download'],
  accounts: 1,
  cases: [...pair('upload'), ...pair('download')],
  contestants: contestants('ours', 'portable', 'mtcute', 'gramjs'),
}
