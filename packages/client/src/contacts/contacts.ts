/** The people an account knows, joined to the session that it belongs to: `session.contacts`. */
import type { tl } from '../layer.ts'
import type { PeerLike } from '../peers/directory.ts'
import type { SessionContext } from '../session/context.ts'
import * as list from './contact-list.ts'

/** The contact list, blocks, and the search for people and chats. Reached as `session.contacts`. */
export class Contacts {
  readonly #session: SessionContext

  /** @internal */
  constructor(session: SessionContext) {
    this.#session = session
  }

  /** The users in the contact list: `const people = await contacts.list()`. */
  list(): Promise<tl.user[]> {
    return list.getContacts(this.#session)
  }

  /** Adds a user, or renames one who is there: `contacts.add('@ann', { firstName: 'Ann' })`. */
  add(
    user: PeerLike,
    name: list.ContactName,
    options?: { phone?: string | undefined; sharePhone?: boolean | undefined },
  ): Promise<void> {
    return list.addContact(this.#session, user, name, options)
  }

  /**
   * Adds phone numbers; gives those that have accounts:
   * `const found = await contacts.import([{ phone: '+41790000000', firstName: 'Zoe' }])`.
   */
  import(contacts: readonly list.NewContact[]): Promise<tl.user[]> {
    return list.importContacts(this.#session, contacts)
  }

  /** Takes people off the contact list: `contacts.delete(['@ann'])`. */
  delete(users: readonly PeerLike[]): Promise<void> {
    return list.deleteContacts(this.#session, users)
  }

  /** Nothing of this user or channel arrives any more: `contacts.block('@ann')`. */
  block(peer: PeerLike): Promise<void> {
    return list.block(this.#session, peer)
  }

  /** Lets somebody write again: `contacts.unblock('@ann')`. */
  unblock(peer: PeerLike): Promise<void> {
    return list.unblock(this.#session, peer)
  }

  /** Those who are blocked, the latest first: `for await (const { id } of contacts.blocked()) …`. */
  blocked(options?: { limit?: number | undefined }): AsyncGenerator<list.Blocked, void, undefined> {
    return list.blocked(this.#session, options)
  }

  /** Searches users, groups and channels by name and username: `const { known, global } = await contacts.search('ann')`. */
  search(query: string, options?: { limit?: number | undefined }): Promise<list.FoundPeers> {
    return list.searchPeers(this.#session, query, options)
  }

  /** When each contact was online last, by user id: `(await contacts.statuses()).get(userId)?._`. */
  statuses(): Promise<Map<number, tl.UserStatus>> {
    return list.getStatuses(this.#session)
  }
}
