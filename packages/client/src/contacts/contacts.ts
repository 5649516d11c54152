/** The contact list (https://core.telegram.org/api/contacts). */
import type { tl } from '../layer.ts'
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
