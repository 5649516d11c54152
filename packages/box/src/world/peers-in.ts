/** Finds the peers that a TL object speaks of, so that every answer carries the users and chats it needs. */
import { type MarkedId, markChannel, markChat } from './marked-id.ts'

const USER_FIELDS = new Set([
  'userId',
  'inviterId',
  'promotedBy',
  'kickedBy',
  'adminId',
  'viaBotId',
  'botId',
  'newCreatorId',
])
const USER_LISTS = new Set(['users', 'recentRequesters', 'recentVoters'])
const CHANNEL_FIELDS = new Set(['channelId', 'linkedChatId', 'migratedFromChannelId'])

/** Adds the peers named in `value` to `into`. */
export function collectPeers(value: unknown, into: Set<MarkedId>): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  if (Array.isArray(value)) {
    for (const item of value) collectPeers(item, into)
    return
  }
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'number') {
      // TL's ids; a 0 stands for nobody.
      if (field <= 0) continue
      if (USER_FIELDS.has(name)) into.add(field)
      else if (name === 'chatId') into.add(markChat(field))
      else if (CHANNEL_FIELDS.has(name)) into.add(markChannel(field))
    } else if (Array.isArray(field) && USER_LISTS.has(name)) {
      for (const id of field) {
        if (typeof id === 'number') into.add(id)
        else collectPeers(id, into)
      }
    } else {
      collectPeers(field, into)
    }
  }
}
