/** Which session a login is for, and what becomes of it when the login fails. */
import type { Session } from 'telegram-mt'
import type { Accounts } from '../accounts/accounts.ts'
import { labelOf } from '../accounts/session-names.ts'
import { startingPositionSaved } from '../accounts/starting-position.ts'
import { usageError } from '../errors.ts'
import { type CommandContext, type Given, textOption } from '../run/command.ts'
import { datacenter } from './datacenter-argument.ts'

export const loginOptions = [
  { flags: '--dc <number>', describe: 'begin on this datacenter; the account’s own is found by itself' },
  { flags: '--id <name>', describe: 'what to call the new session' },
]

/**
 * Runs a login on the session named by --session, else on the current one if nobody is signed in there, else on a new one,
 * which goes again if the login fails.
 */
export async function onLoginSession<T>(
  context: CommandContext,
  given: Given,
  login: (session: Session) => Promise<T>,
): Promise<{ session: Session; result: T }> {
  const accounts = await context.accounts()
  const vacant = vacantSession(context, accounts, given)
  const session =
    vacant === undefined
      ? await accounts.telegram.connect({
          dc: datacenter(textOption(given, 'dc')),
          id: textOption(given, 'id'),
          signal: context.signal,
        })
      : await vacant.connect({ signal: context.signal })
  try {
    const result = await login(session)
    await accounts.use(session)
    await startingPositionSaved(accounts.storage, session)
    return { session, result }
  } catch (error) {
    if (vacant === undefined && session.userId === undefined) {
      await accounts.telegram.forget(session.id).catch(() => {})
    }
    throw error
  }
}

/**
 * A second session of an account that is here already is made for those only who name it.
 * @throws CliError if there is one with this number, and neither --id nor --session was given.
 */
export async function requireNewNumber(context: CommandContext, given: Given, phone: string): Promise<void> {
  if (given.options.id !== undefined || context.settings.session !== undefined) return
  const digits = phone.replace(/\D/g, '')
  const accounts = await context.accounts()
  const taken = accounts.sessions().find((session) => session.phone === digits && isTaken(session))
  if (taken === undefined) return
  throw usageError(
    `+${digits} is signed in already, on session ${taken.id}: --id NAME makes another session of the same account`,
  )
}

function vacantSession(context: CommandContext, accounts: Accounts, given: Given): Session | undefined {
  const { session: named } = context.settings
  if (named !== undefined) {
    const session = accounts.find(named)
    if (isTaken(session)) {
      throw usageError(`session ${labelOf(session)} is signed in already: leave --session out for a new one`)
    }
    return session
  }
  if (given.options.dc !== undefined || given.options.id !== undefined) return undefined
  const { current } = accounts
  return current !== undefined && !isTaken(current) ? current : undefined
}

const isTaken = (session: Session): boolean =>
  session.userId !== undefined && session.state.name !== 'loggedOut'
