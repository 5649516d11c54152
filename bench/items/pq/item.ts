import { contestants, type Item } from '../../runner/item.ts'

export const pq: Item = {
  name: 'pq',
  title: 'Factors of pq',
  about: 'The first step of a key exchange: the mean over 16 products of two primes of 31 bits.',
  steps: ['factor'],
  cases: [
    {
      key: 'factor',
      name: 'factors of pq',
      unit: 'ms',
      better: 'less',
      convert: (nanoseconds) => nanoseconds / 16e6,
      aims: [{ value: 1.5 }],
    },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs'),
}
