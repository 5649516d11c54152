/**
 * A command that only sends or asks something is not the program that follows the account: what arrives meanwhile stays
 * unseen, so that whoever listens next is given it.
 */
import type { Session } from 'telegram-mt'

export interface Hold {
  hold(session: Session): void
  /** To be called while the sessions close: whoever waits for a handler then learns that it will not finish. */
  letGo(): void
}

export function holdUpdates(): Hold {
  let letGo = () => {}
  // An update whose handler fails counts as not seen; while the session closes it is not offered again.
  const held = new Promise<never>((_, reject) => {
    letGo = () => reject(new Error('this command does not listen'))
  })
  held.catch(() => {})
  return { hold: (session) => void session.onUpdate(() => held), letGo }
}
