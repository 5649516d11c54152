import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryMessages } from './memory-messages.ts'
import type { MessageRecord } from './records.ts'

const id = fc.oneof(fc.integer({ min: -40, max: 40 }), fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1))
const record: fc.Arbitrary<MessageRecord> = fc.record({
  peer: fc.record({
    kind: fc.constantFrom('user' as const, 'chat' as const, 'channel' as const),
    id: fc.maxSafeInteger(),
  }),
  content: fc.option(fc.string(), { nil: undefined }),
})
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('set' as const), id, record) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('delete' as const), id, record) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('trim' as const), id, record) },
)

test('does what a map of records does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
      const map = new Map<number, MessageRecord>()
      const messages = new MemoryMessages()
      for (const [what, messageId, value] of steps) {
        messages[what](messageId, value)
        if (what === 'set') map.set(messageId, value)
        else if (what === 'delete') map.delete(messageId)
        else for (const known of [...map.keys()]) if (known < messageId) map.delete(known)
      }
      const asked = [...map.keys(), ...steps.map(([, messageId]) => messageId)]
      for (const one of asked) expect(messages.get(one)).toEqual(map.get(one))
    }),
  )
})
