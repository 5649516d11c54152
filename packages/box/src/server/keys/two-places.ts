/**
 * "AUTH_KEY_DUPLICATED is only emitted if any of the non-media DC detects that an authorized session is sending requests in
 * parallel from two separate TCP connections" (https://core.telegram.org/api/errors#406-not-acceptable). Connections for files are
 * lawful, and a client that has lost its connection, or its session, goes on over another; but it does not come back to the one
 * that it has left. So a key is in two places when a session asks something, another one after it, and then again the first,
 * while both are connected.
 */
import { RpcError } from '../../methods/rpc-error.ts'
import type { BoxSession } from './auth-key.ts'

/** What clients ask over connections for files, too. */
const NO_SIGN = /^(upload|help|auth|langpack)\./

/**
 * Notes a call, and throws if it shows that its key is used in two places.
 * @throws RpcError 406 AUTH_KEY_DUPLICATED, as from then on for every call under the key
 */
export function checkPlaces(held: BoxSession, msgId: bigint, method: string): void {
  const { key } = held
  const { owner, lastUse } = key
  if (owner.userId === undefined || NO_SIGN.test(method)) return
  if (lastUse !== undefined && lastUse.by !== held) {
    // What was on its way when its client went over to another session is older than what is asked there.
    const late = msgId < lastUse.msgId
    if (held.hasAsked && late) return
    const parallel = held.hasAsked && lastUse.by.carrier !== undefined && lastUse.by.carrier !== held.carrier
    if (parallel) {
      owner.ruin = { code: 406, message: 'AUTH_KEY_DUPLICATED' }
      throw new RpcError(406, 'AUTH_KEY_DUPLICATED')
    }
  }
  held.hasAsked = true
  key.lastUse = { by: held, msgId }
}
