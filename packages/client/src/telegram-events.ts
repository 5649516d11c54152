import type { SessionEvents } from './session/events.ts'
import type { Session } from './session/session.ts'

/** What the sessions tell, each event with its session in front: `telegram.on('state', (session, state) => …)`. */
type EventsOfSessions = { [E in keyof SessionEvents]: [session: Session, ...details: SessionEvents[E]] }

/** What a host tells: everything its sessions tell, with the session in front, and two things of its own. */
export interface TelegramEvents extends EventsOfSessions {
  /** A session has joined the host: made, imported or restored. */
  session: [session: Session]
  /** A stored session cannot be read, or cannot be taken over; the others can. */
  corrupt: [id: string, error: Error]
}
