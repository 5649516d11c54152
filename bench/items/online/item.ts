import { contestants, type Item } from '../../runner/item.ts'

export const online: Item = {
  name: 'online',
  title: '1,000 sessions come online',
  about:
    'A fresh process with 1,000 signed-in accounts, from its first line of work until each has had the answer to a call; all on one box. GramJS and mtcute are given 50 clients to connect at a time.',
  steps: ['online'],
  fresh: true,
  slow: true,
  accounts: 1000,
  cases: [
    { key: 'time', name: '1,000 sessions online', unit: 's', better: 'less' },
    { key: 'cpu', name: 'client CPU of that', unit: 's', better: 'less' },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs'),
}
