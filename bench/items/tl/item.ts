import { type Case, contestants, type Item } from '../../runner/item.ts'
import type { SampleName } from './sample.ts'

const titles: Record<SampleName, string> = {
  messages: 'messages.messages of 100',
  updates: 'updates with a message',
  short: 'updateShort',
}

const microseconds = {
  unit: 'µs',
  better: 'less',
  convert: (nanoseconds: number) => nanoseconds / 1000,
} as const

function cases(sample: SampleName): Case[] {
  const large = sample === 'messages'
  return [
    {
      key: `decode ${sample}`,
      name: `decode ${titles[sample]}`,
      ...microseconds,
      // 0.67 of its time.
      aims: large ? [{ against: 'mtcute', times: 1.5 }] : [],
    },
    {
      key: `encode ${sample}`,
      name: `encode ${titles[sample]}`,
      ...microseconds,
      aims: large ? [{ against: 'mtcute', times: 4 }] : [],
    },
    { key: `again ${sample}`, name: `encode ${titles[sample]}, decoded before`, ...microseconds },
  ]
}

const names: readonly SampleName[] = ['messages', 'updates', 'short']

export const tl: Item = {
  name: 'tl',
  title: 'TL',
  about:
    '`messages.messages` holds 100 messages of 20 users (about 45 kB), `updates` one message with two users and a group (0.8 kB), `updateShort` 28 bytes. telegram-mt and mtcute read the same bytes (layer 227), GramJS the same objects in its own layer, 198. Encoded are objects as a program writes them, and those that the library has decoded itself.',
  steps: names.flatMap((sample) => cases(sample).map(({ key }) => key)),
  cases: names.flatMap(cases),
  contestants: contestants('ours', 'mtcute', 'gramjs'),
}
