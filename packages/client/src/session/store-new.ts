/** Makes a session known to the storage, with all that it begins with. */
import { randomBytes } from '@telegram-mt/crypto'
import type { Host } from '../host/host.ts'
import { StoredSession } from './stored-session.ts'

/** What a new session begins with. */
export interface SessionStart {
  readonly dc: number
  readonly authKey?: Uint8Array
  readonly salt?: bigint | undefined
  readonly userId?: number | undefined
}

export async function storeNew(host: Host, id: string, start: SessionStart): Promise<StoredSession> {
  const { storage, test } = host
  const { dc, authKey, salt, userId } = start
  const stored = new StoredSession(storage, { id, dc, test }, await storage.claim(id))
  await stored.create()
  if (authKey !== undefined) {
    const salts = [{ salt: salt ?? 0n, validSince: 0, validUntil: 0x7fffffff }]
    await stored.saveKey(dc, { authKey, salts, timeOffset: 0 })
  }
  if (userId !== undefined) await stored.saveUser({ id: userId })
  return stored
}

export const newId = (): string => Buffer.from(randomBytes(9)).toString('base64url')
