import type { Session } from 'telegram-mt'
import { labelOf } from '../accounts/session-names.ts'
import type { Command } from '../run/command.ts'

export const logout: Command = {
  name: 'logout',
  summary: 'sign out: ends the session at Telegram and removes it from the storage',
  examples: [['logout @ann', 'Telegram ends the session']],
  arguments: [{ name: '[session]', describe: 'the current one if left out', completes: 'session' }],
  async run(context, { args: [name] }) {
    const accounts = await context.accounts()
    const session = accounts.chosen(name ?? context.settings.session)
    const label = labelOf(session)
    if (session.state.name !== 'loggedOut' && session.userId !== undefined) {
      await accounts.connected(session.id, context.signal)
      try {
        await session.signOut()
      } catch (error) {
        // Ended from elsewhere meanwhile: then there is nothing left to sign out of.
        if (stateOf(session) !== 'loggedOut') throw error
      }
    }
    await accounts.telegram.forget(session.id)
    return { json: { id: session.id }, lines: [`Signed out of ${label}.`] }
  },
}

/** Asked anew: a call may change it. */
const stateOf = (session: Session): string => session.state.name
