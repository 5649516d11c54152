/** What the methods of `session.contacts` take. */
import type { Signatures } from '../arguments/check-arguments.ts'
import { aFlag, aText, listOf, maybe, shape } from '../arguments/expected.ts'
import { aPeer, aPhone, options, peers } from '../arguments/words.ts'
import type { Contacts } from './contacts.ts'

/** Somebody to add by phone number. */
export const newContacts = listOf(
  'contacts, as in { phone, firstName }',
  shape('an object as in { phone, firstName }', {
    phone: aPhone,
    firstName: aText,
    lastName: maybe(aText),
  }),
)

export const contactsArguments: Signatures<Contacts> = {
  promises: {
    add: {
      user: aPeer,
      name: shape('an object as in { firstName }', {
        firstName: aText,
        lastName: maybe(aText),
        note: maybe(aText),
      }),
      options: options({ phone: maybe(aPhone), sharePhone: maybe(aFlag) }),
    },
    import: { contacts: newContacts },
    delete: { users: peers },
    search: { query: aText, options: options() },
  },
  values: { blocked: { options: options() } },
}
