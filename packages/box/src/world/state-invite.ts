/** Links that let people into groups and channels. */
import { flag, integer, mapOf, type Of, optional, record, text } from './shape.ts'

export const invite = record({
  hash: text,
  /** The group or channel that it opens. */
  peer: integer,
  admin: integer,
  date: integer,
  /** Good until then, seconds. */
  expires: optional(integer),
  /** For so many people. */
  limit: optional(integer),
  title: optional(text),
  /** The link that a group always has one of. */
  permanent: optional(flag),
  requestNeeded: optional(flag),
  revoked: optional(flag),
  /** Who came in by it, and when. */
  joined: mapOf(integer, integer),
  /** Who asks to be let in, and since when. */
  requests: mapOf(integer, integer),
})
export type Invite = Of<typeof invite>
