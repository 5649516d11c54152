/** The contact list (https://core.telegram.org/api/contacts). */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import { type PeerKey, toMarkedId } from '../peers/marked-id.ts'
import { keyOfPeer } from '../peers/peer-key.ts'
import { withPeer } from '../peers/with-peer.ts'
import type { SessionContext } from '../session/context.ts'

/** Somebody to add to the contact list. */
export interface NewContact {
  /** With its country code, as in `+41 12 345 67 89`. */
  phone: string
  firstName: string
  lastName?: string | undefined
}

/** The users in the account's contact list. */
export async function getContacts(session: SessionContext): Promise<tl.user[]> {
  const answer = await session.invoke({ _: 'contacts.getContacts', hash: 0n })
  // "not modified" answers a hash only, and none was sent.
  return answer._ === 'contacts.contacts' ? answer.users.filter((user) => user._ === 'user') : []
}

/**
 * Adds phone numbers to the contact list and gives the users among them; numbers without an account are left out.
 * Numbers that the server wants to be sent again later (`retryContacts`) are sent again once.
 */
export async function importContacts(
  session: SessionContext,
  contacts: readonly NewContact[],
): Promise<tl.user[]> {
  const found = new Map<number, tl.user>()
  let left = contacts.map((contact, index) => ({
    _: 'inputPhoneContact' as const,
    clientId: BigInt(index),
    phone: contact.phone,
    firstName: contact.firstName,
    lastName: contact.lastName ?? '',
  }))
  for (let round = 0; round < 2 && left.length > 0; round++) {
    const answer = await session.invoke({ _: 'contacts.importContacts', contacts: left })
    for (const user of answer.users) if (user._ === 'user') found.set(user.id, user)
    const again = new Set(answer.retryContacts)
    left = left.filter((contact) => again.has(contact.clientId))
  }
  return [...found.values()]
}

/** The name under which a contact is kept. */
export interface ContactName {
  firstName: string
  lastName?: string | undefined
  /** Shown to nobody but this account. */
  note?: string | undefined
}

/** Adds a user to the contact list, or renames one there. */
export async function addContact(
  session: SessionContext,
  user: PeerLike,
  name: ContactName,
  options: { phone?: string | undefined; sharePhone?: boolean | undefined } = {},
): Promise<void> {
  await session.invoke({
    _: 'contacts.addContact',
    id: await session.peers.resolveUser(user),
    firstName: name.firstName,
    lastName: name.lastName ?? '',
    phone: options.phone ?? '',
    addPhonePrivacyException: options.sharePhone,
    note: name.note === undefined ? undefined : { _: 'textWithEntities', text: name.note, entities: [] },
  })
}

/** Takes users off the contact list. */
export async function deleteContacts(session: SessionContext, users: readonly PeerLike[]): Promise<void> {
  const id = await Promise.all(users.map((user) => session.peers.resolveUser(user)))
  await session.invoke({ _: 'contacts.deleteContacts', id })
}

/** Nothing of this user or channel arrives any more. */
export async function block(session: SessionContext, peer: PeerLike): Promise<void> {
  await withPeer(session, peer, (id) => session.invoke({ _: 'contacts.block', id }))
}

export async function unblock(session: SessionContext, peer: PeerLike): Promise<void> {
  await withPeer(session, peer, (id) => session.invoke({ _: 'contacts.unblock', id }))
}

/** Somebody who is blocked. */
export interface Blocked {
  peer: PeerKey
  /** The marked id. */
  id: number
  /** Seconds since the epoch. */
  date: number
}

/** Those who are blocked, the latest first. */
export async function* blocked(
  session: SessionContext,
  options: { limit?: number | undefined } = {},
): AsyncGenerator<Blocked, void, undefined> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  for (let offset = 0; left > 0; ) {
    const answer = await session.invoke({ _: 'contacts.getBlocked', offset, limit: Math.min(100, left) })
    for (const { peerId, date } of answer.blocked) {
      if (left-- <= 0) return
      const peer = keyOfPeer(peerId)
      yield { peer, id: toMarkedId(peer), date }
    }
    if (answer._ === 'contacts.blocked' || answer.blocked.length === 0) return
    offset += answer.blocked.length
  }
}

/** What a search by name finds: first what the account knows, then what is public. */
export interface FoundPeers {
  known: (tl.user | tl.chat | tl.channel)[]
  global: (tl.user | tl.chat | tl.channel)[]
}

/** Searches users, groups and channels by name and username. @throws RpcError `QUERY_TOO_SHORT`. */
export async function searchPeers(
  session: SessionContext,
  query: string,
  options: { limit?: number | undefined } = {},
): Promise<FoundPeers> {
  const answer = await session.invoke({ _: 'contacts.search', q: query, limit: options.limit ?? 50 })
  const objects = (peers: readonly tl.Peer[]) =>
    peers.flatMap((peer) => {
      const { kind, id } = keyOfPeer(peer)
      const found =
        kind === 'user'
          ? answer.users.find((user) => user.id === id)
          : answer.chats.find((chat) => chat.id === id && (chat._ === 'channel') === (kind === 'channel'))
      return found?._ === 'user' || found?._ === 'chat' || found?._ === 'channel' ? [found] : []
    })
  return { known: objects(answer.myResults), global: objects(answer.results) }
}

/** When each contact was online last, as far as they let it be seen. */
export async function getStatuses(session: SessionContext): Promise<Map<number, tl.UserStatus>> {
  const statuses = await session.invoke({ _: 'contacts.getStatuses' })
  return new Map(statuses.map(({ userId, status }) => [userId, status]))
}
