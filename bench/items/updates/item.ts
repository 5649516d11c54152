import { contestants, type Item } from '../../runner/item.ts'

export const updates: Item = {
  name: 'updates',
  title: 'Updates',
  about:
    'New messages to one session, each told to a handler; from a box in a process of its own, which writes and pushes them as fast as it can. The rate is mostly that of the box: what a client can do shows in its CPU time.',
  steps: ['updates'],
  accounts: 1,
  cases: [
    { key: 'rate', name: 'updates a second', unit: '1/s', better: 'more' },
    {
      key: 'cpu',
      name: 'client CPU of 1,000 updates',
      unit: 'ms',
      better: 'less',
      aims: [
        { against: 'mtcute', times: 2 },
        { against: 'gramjs', times: 3 },
      ],
    },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs', 'teleproto'),
}
