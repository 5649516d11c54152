import type { Session } from 'telegram-mt'
import type { CommandContext } from '../run/command.ts'

/** The session that a command is for, connected and with an account on it. @throws CliError `NOT_SIGNED_IN` */
export async function signedInSession(context: CommandContext): Promise<Session> {
  const accounts = await context.accounts()
  return await accounts.signedIn(context.settings.session, context.signal)
}
