import { contestants, type Item } from '../../runner/item.ts'

export const power: Item = {
  name: 'power',
  title: 'Modular power of 2048 bits',
  about:
    'g_a^b modulo Telegram’s prime, with a random b of 2048 bits; the floor is the platform’s Diffie-Hellman with the group made beforehand.',
  steps: ['power'],
  cases: [
    {
      key: 'power',
      name: 'power of 2048 bits',
      unit: 'ms',
      better: 'less',
      convert: (nanoseconds) => nanoseconds / 1e6,
      aims: [{ value: 3 }],
    },
  ],
  contestants: contestants('ours', 'mtcute', 'gramjs', 'floor'),
}
