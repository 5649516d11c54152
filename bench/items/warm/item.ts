import { contestants, type Item } from '../../runner/item.ts'

export const warm: Item = {
  name: 'warm',
  title: 'Memory of a warm session',
  about:
    'The same for 100 sessions of which each has fetched a contact list of 100 users and was handed 1,000 messages from them; what is common to all, as compiled code, is divided by 100.',
  steps: ['warm'],
  fresh: true,
  accounts: 101,
  cases: [
    {
      key: 'heap',
      name: 'heap of a warm session',
      unit: 'KiB',
      better: 'less',
      aims: [{ against: 'mtcute', times: 4 }],
    },
    {
      key: 'rss',
      name: 'RSS of a warm session',
      unit: 'KiB',
      better: 'less',
      aims: [{ against: 'mtcute', times: 4 }],
    },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs'),
}
