/**
 * An account's updates are followed from a position that is asked for after the sign-in. A command that ends right after it
 * waits for that position to be saved: what is sent to the account from then on is there for the next who listens.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Session, Storage } from 'telegram-mt'

const LOOK_AGAIN = 20
/** Without an answer by then the next start begins at its own moment, milliseconds. */
const PATIENCE = 5_000

/** False if it was not: the account cannot be followed, or Telegram does not answer. */
export async function startingPositionSaved(storage: Storage, session: Session): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE; waited += LOOK_AGAIN) {
    await storage.flush()
    if ((await storage.updatePositions(session.id)).state !== undefined) return true
    if (session.state.name === 'loggedOut') return false
    await pause(LOOK_AGAIN)
  }
  return false
}
