/** What stands before the cursor: whose turn it is, and whether the account can be used. */
import type { Accounts } from '../accounts/accounts.ts'
import { labelOf } from '../accounts/session-names.ts'
import { printableLine } from '../terminal/printable.ts'
import { shorten } from '../terminal/progress-bar.ts'

/** @param chat the title of the chat that is open. */
export function promptText(accounts: Accounts, chat?: string): string {
  const session = accounts.current
  if (session === undefined) return 'telegram-mt> '
  const name = printableLine(labelOf(session))
  const label = chat === undefined ? name : `${name} › ${shorten(printableLine(chat), 24)}`
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
