import type { tl } from 'telegram-mt'
import { signedInSession } from '../accounts/chosen-session.ts'
import type { Command } from '../run/command.ts'
import { table } from '../terminal/table.ts'

export const contacts: Command = {
  name: 'contacts',
  summary: 'list the account’s contacts',
  examples: [['contacts --json', 'one JSON array of users']],
  async run(context) {
    const session = await signedInSession(context)
    const users = await session.getContacts()
    return {
      json: users.map(userJson),
      lines: users.length === 0 ? ['No contacts.'] : table(users.map(userRow)),
    }
  },
}

export function userJson({ id, username, phone, firstName, lastName }: tl.user) {
  return {
    id,
    username: username ?? null,
    phone: phone ?? null,
    firstName: firstName ?? null,
    lastName: lastName ?? null,
  }
}

export const userRow = ({ id, username, phone, firstName, lastName }: tl.user): string[] => [
  String(id),
  [firstName, lastName].filter(Boolean).join(' '),
  username ? `@${username}` : '',
  phone ? `+${phone}` : '',
]
