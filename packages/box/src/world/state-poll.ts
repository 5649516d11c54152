/** A poll and its votes. */
import type { tl } from '../generated/types.ts'
import { bytes, integer, list, long, mapOf, type Of, optional, record, text, tlObject } from './shape.ts'

export const poll = record({
  id: long,
  poll: tlObject<tl.poll>(),
  correct: list(bytes),
  solution: optional(text),
  solutionEntities: optional(list(tlObject<tl.MessageEntity>())),
  votes: mapOf(integer, record({ options: list(bytes), date: integer })),
})
export type Poll = Of<typeof poll>
