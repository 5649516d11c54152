/** The calls that are about auth keys themselves, and so the server's own: https://core.telegram.org/api/pfs */
import type { tl } from '../../generated/types.ts'
import { RpcError } from '../../methods/rpc-error.ts'
import type { BoxSession } from './auth-key.ts'
import type { AuthKeyTable } from './auth-key-table.ts'
import { openBindingMessage } from './binding-message.ts'

export const keyMethods = ['auth.bindTempAuthKey', 'auth.dropTempAuthKeys'] as const

/** "An unbound temp_auth_key_id may only be used with the following methods". */
const WITHOUT_PERMANENT_KEY = new Set(['auth.bindTempAuthKey', 'help.getConfig', 'help.getNearestDc'])

/** @throws RpcError 401 AUTH_KEY_PERM_EMPTY, or whatever has befallen the key */
export function checkKey(session: BoxSession, method: string): void {
  const { key } = session
  const { ruin } = key.owner
  if (ruin !== undefined) throw new RpcError(ruin.code, ruin.message)
  if (key.isUnbound && !WITHOUT_PERMANENT_KEY.has(method)) throw new RpcError(401, 'AUTH_KEY_PERM_EMPTY')
}

/**
 * Binds the temporary key that the call came with. The permanent key is not untied from others: "each permanent key may
 * only be bound to one temporary key at a time", but clients hold one for each of their connections, and are let.
 * @throws RpcError 400 TEMP_AUTH_KEY_EMPTY, TEMP_AUTH_KEY_ALREADY_BOUND, ENCRYPTED_MESSAGE_INVALID
 */
export function bindTempAuthKey(
  keys: AuthKeyTable,
  session: BoxSession,
  msgId: bigint,
  params: tl.auth.bindTempAuthKey,
  now: number,
): void {
  const { key } = session
  if (!key.isTemporary) throw new RpcError(400, 'TEMP_AUTH_KEY_EMPTY')
  const { permAuthKeyId, nonce, expiresAt, encryptedMessage } = params
  const permanent = keys.find(permAuthKeyId, key.dc, now)
  if (permanent === undefined || permanent.isTemporary) throw new RpcError(400, 'ENCRYPTED_MESSAGE_INVALID')
  const message = openBindingMessage(encryptedMessage, permanent)
  const right =
    message !== undefined &&
    message.msgId === msgId &&
    message.nonce === nonce &&
    message.tempAuthKeyId === key.id &&
    message.permAuthKeyId === permanent.id &&
    message.tempSessionId === session.sessionId &&
    message.expiresAt === expiresAt &&
    expiresAt * 1000 > now
  if (!right) throw new RpcError(400, 'ENCRYPTED_MESSAGE_INVALID')
  if (!key.isUnbound && key.owner !== permanent) throw new RpcError(400, 'TEMP_AUTH_KEY_ALREADY_BOUND')
  key.bindTo(permanent, expiresAt * 1000)
}

/** "Delete all temporary authorization keys except for the ones specified." */
export function dropTempAuthKeys(keys: AuthKeyTable, session: BoxSession, except: readonly bigint[]): void {
  const { key } = session
  for (const temporary of [...key.owner.temporary]) {
    if (temporary !== key && !except.includes(temporary.id)) keys.remove(temporary.id)
  }
}
