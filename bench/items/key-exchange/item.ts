import { contestants, type Item } from '../../runner/item.ts'

export const keyExchange: Item = {
  name: 'key-exchange',
  title: 'Key exchange',
  about:
    'CPU time of the client’s process for a new auth key, over a bare socket to a box in another process: no connection, no call after it.',
  steps: ['exchange'],
  accounts: 0,
  cases: [
    { key: 'cpu', name: 'client CPU of a key exchange', unit: 'ms', better: 'less', aims: [{ value: 8 }] },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs'),
}
