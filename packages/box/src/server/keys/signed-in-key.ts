/** Auth keys on which an account is signed in already: for clients by the thousand, that are to begin where a login ends. */
import { randomBytes } from '@telegram-mt/crypto'
import type { Account } from '../../world/state-account.ts'
import type { World } from '../../world/world.ts'
import { AuthKey } from './auth-key.ts'
import type { AuthKeyTable } from './auth-key-table.ts'

/** What a client needs to go on from a login that it has not made. */
export interface SignedInKey {
  dc: number
  /** 256 bytes. */
  authKey: Uint8Array
  /** Good for the first ten minutes, as the one that a key exchange gives. */
  serverSalt: bigint
}

export function signedInKey(
  account: Account,
  { world, keys, layer, steadyNow }: { world: World; keys: AuthKeyTable; layer: number; steadyNow: number },
): SignedInKey {
  const { dc } = account
  const serverSalt = world.randomLong()
  const now = world.now()
  const key = new AuthKey({ key: randomBytes(256), dc, layer, serverSalt, now, random: randomBytes })
  key.usedAt = steadyNow
  const date = world.seconds()
  world.state.authorizations.set(key.id, {
    authKeyId: key.id,
    dc,
    user: account.id,
    hash: world.randomLong(),
    apiId: 0,
    deviceModel: '',
    systemVersion: '',
    appVersion: '',
    langCode: '',
    created: date,
    active: date,
  })
  keys.add(key)
  keys.signedIn(key, account.id)
  return { dc, authKey: key.key, serverSalt }
}
