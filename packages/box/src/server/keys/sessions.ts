/** The sessions of a box as its owner sees them: to look at, to lose, to vex. */
import type { AuthKey } from './auth-key.ts'
import type { AuthKeyTable } from './auth-key-table.ts'

/** Which sessions are meant; what is left out does not matter. */
export interface SessionFilter {
  userId?: number | undefined
  dc?: number | undefined
  /** The permanent key's. */
  authKeyId?: bigint | undefined
}

/** A session of a client, as the box knows it, connected or not. */
export interface SessionReport {
  sessionId: bigint
  /** The permanent key's. */
  authKeyId: bigint
  /** Whether it is encrypted with a temporary key. */
  temporary: boolean
  dc: number
  userId: number | undefined
  layer: number
  deviceModel: string
  appVersion: string
  /** The connection that carries it now. */
  connection: number | undefined
  /** Messages sent and not acknowledged. */
  unacknowledged: number
}

export function sessionReports(keys: AuthKeyTable, filter: SessionFilter = {}): SessionReport[] {
  return matching(keys, filter).flatMap((key) =>
    [...key.held.values()].map(({ sessionId, session, carrier }) => ({
      sessionId,
      authKeyId: key.owner.id,
      temporary: key.isTemporary,
      dc: key.dc,
      userId: key.owner.userId,
      layer: key.owner.layer,
      deviceModel: key.owner.info?.deviceModel ?? '',
      appVersion: key.owner.info?.appVersion ?? '',
      connection: carrier?.number,
      unacknowledged: session.unacknowledged,
    })),
  )
}

export function forgetSessions(keys: AuthKeyTable, filter: SessionFilter = {}): number {
  let count = 0
  for (const key of matching(keys, filter)) {
    count += key.held.size
    key.forgetAll()
  }
  return count
}

export function expireSalts(keys: AuthKeyTable, filter: SessionFilter = {}): number {
  const found = matching(keys, filter)
  for (const key of found) key.sessions.salts.expire()
  return found.length
}

function matching(keys: AuthKeyTable, { userId, dc, authKeyId }: SessionFilter): AuthKey[] {
  return [...keys.all()].filter(
    (key) =>
      (userId === undefined || key.owner.userId === userId) &&
      (dc === undefined || key.dc === dc) &&
      (authKeyId === undefined || key.owner.id === authKeyId),
  )
}
