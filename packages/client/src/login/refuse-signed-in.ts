import { SessionStateError } from '../errors.ts'
import type { SessionContext } from '../session/context.ts'

/**
 * A login on a session that is signed in would put another account in the place of this one, whose key would be lost with it.
 * One that is closed or logged out must be connected first.
 * @throws SessionStateError `ALREADY_SIGNED_IN`, `SESSION_CLOSED`, `SESSION_DEAD`
 */
export function refuseSignedIn(session: SessionContext, method: string): void {
  session.requireUsable(method)
  const { stored } = session
  if (stored.userId === undefined) return
  throw new SessionStateError(
    'ALREADY_SIGNED_IN',
    `${method}: session ${stored.id} is signed in already: sign out first, or take another session`,
  )
}
