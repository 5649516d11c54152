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

/** A digest of what is worth keeping: another one means that something changed. Not cryptographic, 53 bits. */
export function printOf(peer: tl.user | tl.channel): number {
  const print = { high: 0x811c9dc5, low: 0x1234567 }
  if (peer._ === 'user') {
    mix(print, peer.firstName)
    mix(print, peer.lastName)
    mix(print, peer.phone)
  } else mix(print, peer.title)
  mix(print, peer.username)
  for (const { active, username } of peer.usernames ?? NOTHING) if (active === true) mix(print, username)
  return (print.high >>> 0) * 0x200000 + ((print.low >>> 0) & 0x1fffff)
}

/** FNV-1a, two of them side by side. An absent text differs from an empty one. */
function mix(print: { high: number; low: number }, text: string | undefined): void {
  let { high, low } = print
  const length = text?.length ?? -1
  high = Math.imul(high ^ length, 0x01000193)
  low = Math.imul(low ^ length, 0x5bd1e995)
  for (let at = 0; at < length; at++) {
    const unit = text?.charCodeAt(at) ?? 0
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x5bd1e995)
  }
  print.high = high
  print.low = low ^ (low >>> 15)
}

const NOTHING: readonly tl.Username[] = []

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
