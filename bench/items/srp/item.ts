import { contestants, type Item } from '../../runner/item.ts'

export const srp: Item = {
  name: 'srp',
  title: 'Two-factor password',
  about:
    'The proof that a client computes from the password (PBKDF2 with 100,000 rounds, three powers), and the longest time for which nothing else could run meanwhile. The floor is PBKDF2 alone.',
  steps: ['proof', 'block'],
  cases: [
    { key: 'proof', name: 'proof of the password', unit: 'ms', better: 'less', aims: [{ value: 75 }] },
    {
      key: 'block',
      name: 'longest block of the event loop',
      unit: 'ms',
      better: 'less',
      // PBKDF2 off the event loop leaves the powers, one after the other.
      aims: [{ value: 10 }],
    },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs', 'floor'),
}
