import { type Case, contestants, type Item } from '../../runner/item.ts'

const pair = (key: string, name: string): Case[] => [
  { key: `${key} rate`, name: `calls a second, ${name}`, unit: '1/s', better: 'more' },
  {
    key: `${key} cpu`,
    name: `client CPU of 1,000 calls, ${name}`,
    unit: 'ms',
    better: 'less',
    aims: [
      { against: 'mtcute', times: 2 },
      { against: 'gramjs', times: 3 },
    ],
  },
]

export const calls: Item = {
  name: 'calls',
  title: 'Calls',
  about:
    '`users.getUsers` of oneself, to a box in a process of its own, with 100 calls under way: of one session, or of 200 sessions with one call each at a time. The rate is also that of the box: what a client can do shows in its CPU time.',
  steps: ['pipelined', 'many'],
  accounts: 201,
  cases: [...pair('pipelined', 'one session'), ...pair('many', '200 sessions')],
  contestants: contestants('ours', 'mtcute', 'gramjs', 'teleproto'),
}
