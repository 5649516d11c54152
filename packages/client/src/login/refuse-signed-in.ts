import { SessionStateError } from '../errors.ts'
import type { SessionContext } from '../session/context.ts'

/**
 * A login on a session that is signed in would put another account in the place of this one, whose key would be lost with it.
 * @throws SessionStateError `ALREADY_SIGNED_IN`
 */
export function refuseSignedIn({ stored }: SessionContext, method: string): void {
  if (stored.userId === undefined) return
  throw new SessionStateError(
    'ALREADY_SIGNED_IN',
    `${method}: session ${stored.id} is signed in already: sign out first, or take another session`,
  )
}
