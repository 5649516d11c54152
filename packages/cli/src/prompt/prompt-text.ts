/** What stands before the cursor: whose turn it is, and whether the account can be used. */
import type { Session } from 'telegram-mt'
import type { Accounts } from '../accounts/accounts.ts'
import { describeState, labelOf } from '../accounts/session-names.ts'
import { printableLine } from '../terminal/printable.ts'
import { shorten } from '../terminal/shorten.ts'
import { version } from '../version.ts'

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

export function welcomeText(sessions: number, ownBox: boolean): string {
  const where = ownBox
    ? 'A box of its own, which is gone at the end. Sign up with any number, say 9996610001.'
    : sessions === 0
      ? "No sessions yet: 'signin' begins one."
      : `${sessions} ${sessions === 1 ? 'session' : 'sessions'}.`
  return `telegram-mt ${version}. 'help' lists the commands, Tab completes, Ctrl-D ends.\n${where}`
}

/** Why a command for this account may take its time; undefined if nothing keeps it. */
export function waitingText(session: Session | undefined): string | undefined {
  const name = session?.state.name
  if (session === undefined || name === 'online' || name === 'authorizing' || name === 'loggedOut')
    return undefined
  return `(${labelOf(session)}: ${describeState(session)})`
}
