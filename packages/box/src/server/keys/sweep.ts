/**
 * Forgets what clients have left behind, so that a box which runs for long stays small: sessions that nobody came back to,
 * keys that have expired, and keys that nobody ever signed in on.
 */
import type { AuthKey, BoxSession } from './auth-key.ts'
import type { AuthKeyTable } from './auth-key-table.ts'

/** How long the box keeps what its clients have left behind, milliseconds. */
export interface Lifetimes {
  /** ms for which a session is kept without a connection. Its client then gets new_session_created. */
  session: number
  /** ms for which an unused key is kept that nobody is signed in on. */
  idleKey: number
}

export const defaultLifetimes: Lifetimes = { session: 15 * 60_000, idleKey: 24 * 3_600_000 }

/** ms from one sweep to the next. */
export const SWEEP_INTERVAL = 30_000

/** @param now ms since the epoch; @param steady ms of the steady clock */
export function sweep(keys: AuthKeyTable, lifetimes: Lifetimes, now: number, steady: number): void {
  for (const key of [...keys.all()]) {
    if (now >= key.expiresAt || isIdle(key, steady - lifetimes.idleKey)) {
      keys.remove(key.id)
      continue
    }
    for (const held of [...key.held.values()]) {
      if (isLeft(held, steady - lifetimes.session)) key.forget(held.sessionId)
    }
  }
}

function isLeft(held: BoxSession, before: number): boolean {
  return held.heardAt < before && (held.carrier === undefined || held.isSuperseded)
}

function isIdle(key: AuthKey, before: number): boolean {
  return key.usedAt < before && key.userId === undefined && key.temporary.size === 0
}
