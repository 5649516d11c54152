/** What is worth keeping of a user or chat that Telegram mentions, as a write for the storage. */
import type { tl } from '../layer.ts'
import type { SessionWrite } from '../storage/storage.ts'

export type PeerWrite = Extract<SessionWrite, { type: 'peer' }>

/** Nothing for `userEmpty`. */
export function peerFromUser(user: tl.User, now: number): PeerWrite | undefined {
  if (user._ === 'userEmpty') return undefined
  const min = user.min === true
  return {
    type: 'peer',
    kind: 'user',
    id: user.id,
    accessHash: user.accessHash,
    min,
    // "a min user lacks phone and may lack names": what it does not say leaves what is known.
    ...(min ? {} : { usernames: usernamesOf(user), phone: user.phone ?? null }),
    name: nameOf(user),
    updatedAt: now,
  }
}

/** Basic groups have no access hash; forbidden ones are kept for their name. */
export function peerFromChat(chat: tl.Chat, now: number): PeerWrite | undefined {
  switch (chat._) {
    case 'chat':
    case 'chatForbidden':
      return { type: 'peer', kind: 'chat', id: chat.id, min: false, name: chat.title, updatedAt: now }
    case 'channel': {
      const min = chat.min === true
      return {
        type: 'peer',
        kind: 'channel',
        id: chat.id,
        accessHash: chat.accessHash,
        min,
        ...(min ? {} : { usernames: usernamesOf(chat) }),
        name: chat.title,
        updatedAt: now,
      }
    }
    case 'channelForbidden':
      return {
        type: 'peer',
        kind: 'channel',
        id: chat.id,
        accessHash: chat.accessHash,
        min: false,
        name: chat.title,
        updatedAt: now,
      }
    default:
      return undefined
  }
}

function usernamesOf(peer: {
  username?: string | undefined
  usernames?: tl.Username[] | undefined
}): string[] {
  const active = (peer.usernames ?? []).filter((name) => name.active).map((name) => name.username)
  return peer.username === undefined
    ? active
    : [peer.username, ...active.filter((name) => name !== peer.username)]
}

function nameOf(user: tl.user): string | undefined {
  const name = [user.firstName, user.lastName].filter((part) => part !== undefined && part !== '').join(' ')
  return name === '' ? undefined : name
}
