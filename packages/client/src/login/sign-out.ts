import { SessionStateError } from '../errors.ts'
import type { SessionContext } from '../session/context.ts'

/**
 * Signs the account out: its auth key is void from now on, here and at Telegram.
 * @throws SessionStateError `NOT_SIGNED_IN` there is no account; `SESSION_DEAD` it is signed out already; `SESSION_CLOSED`.
 */
export async function signOut(session: SessionContext): Promise<void> {
  session.requireUsable('signOut')
  const { id, userId } = session.stored
  if (userId === undefined) {
    throw new SessionStateError('NOT_SIGNED_IN', `signOut: nobody is signed in on session ${id}`)
  }
  await session.invoke({ _: 'auth.logOut' })
  await session.signedOut()
}
