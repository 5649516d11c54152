/** How people name sessions, and how sessions are shown to them. */
import type { Session } from 'telegram-mt'
import { usageError } from '../errors.ts'

/** What is shown for a session: the account if there is one, else the session's id. */
export function labelOf({
  id,
  username,
  phone,
  userId,
}: Pick<Session, 'id' | 'username' | 'phone' | 'userId'>): string {
  if (userId === undefined) return id
  if (username !== undefined) return `@${username}`
  return phone === undefined ? id : `+${phone}`
}

/** Labels that tell these sessions apart: those of the same account are shown with their ids. */
export function labelsOf(sessions: readonly Session[]): string[] {
  const labels = sessions.map(labelOf)
  return sessions.map(({ id }, n) => {
    const label = labels[n] ?? id
    return labels.indexOf(label) === labels.lastIndexOf(label) ? label : `${label}: ${id}`
  })
}

/**
 * The session that a person means: its id, `@username`, phone number or user id, or how the id begins if only one does so.
 * @throws CliError if there is none, or more than one.
 */
export function findSession(sessions: readonly Session[], name: string): Session {
  const wanted = name.trim()
  const exact = sessions.find((session) => session.id === wanted)
  if (exact !== undefined) return exact
  const username = wanted.replace(/^@/, '').toLowerCase()
  const digits = wanted.replace(/[\s()+.-]/g, '')
  const named = sessions.filter(
    (session) =>
      session.username?.toLowerCase() === username ||
      (digits !== '' && (session.phone === digits || String(session.userId) === digits)),
  )
  const found =
    named.length > 0 ? named : sessions.filter((session) => wanted !== '' && session.id.startsWith(wanted))
  const [first, second] = found
  if (first === undefined) throw usageError(`there is no session '${name}': 'sessions' lists them`)
  if (second !== undefined) {
    throw usageError(`'${name}' may be ${found.map(({ id }) => id).join(' or ')}: give more of the id`)
  }
  return first
}

/** Where a session is in its life, in a few words. */
export function describeState(session: Session): string {
  const { state } = session
  switch (state.name) {
    case 'loggedOut':
      return `logged out (${state.reason})`
    case 'waiting':
      return `not connected (${state.reason})`
    case 'authorizing':
      return 'connected, not signed in'
    case 'online':
      return 'online'
    case 'connecting':
      return 'connecting'
    default:
      if (session.userId !== undefined) return 'signed in'
      return session.hasAuthKey ? 'not signed in' : 'no auth key'
  }
}

/** A session as programs are given it. Nothing in it is secret. */
export function sessionJson(session: Session) {
  const { id, dc, userId, username, phone, state } = session
  return {
    id,
    dc,
    userId: userId ?? null,
    username: username ?? null,
    phone: phone ?? null,
    state: state.name,
    hasAuthKey: session.hasAuthKey,
  }
}
