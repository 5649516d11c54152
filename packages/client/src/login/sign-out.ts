import type { SessionContext } from '../session/context.ts'

/** Signs the account out: its auth key is void from now on, here and at Telegram. */
export async function signOut(session: SessionContext): Promise<void> {
  await session.invoke({ _: 'auth.logOut' })
  await session.signedOut()
}
