/** What stands before the cursor: whose turn it is, and whether the account can be used. */
import type { Accounts } from '../accounts/accounts.ts'
import { labelOf } from '../accounts/session-names.ts'
import { printableLine } from '../terminal/printable.ts'

export function promptText(accounts: Accounts): string {
  const session = accounts.current
  if (session === undefined) return 'telegram-mt> '
  const label = printableLine(labelOf(session))
  switch (session.state.name) {
    case 'online':
      return `${label}> `
    case 'authorizing':
      return `${label} (not signed in)> `
    case 'idle':
    case 'closed':
    case 'waiting':
      return `${label} (not connected)> `
    case 'loggedOut':
      return `${label} (logged out)> `
    default:
      return `${label} (${session.state.name})> `
  }
}
