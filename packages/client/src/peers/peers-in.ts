import type { tl } from '../layer.ts'

/** The users and chats that an answer brings along, if it is of a kind that does. */
export function peersIn(result: unknown): { users: tl.User[]; chats: tl.Chat[] } {
  if (typeof result !== 'object' || result === null) return { users: [], chats: [] }
  const { users, chats } = result as { users?: unknown; chats?: unknown }
  return {
    users: Array.isArray(users) ? users.filter((user): user is tl.User => typeof user === 'object') : [],
    chats: Array.isArray(chats) ? chats.filter((chat): chat is tl.Chat => typeof chat === 'object') : [],
  }
}
