/**
 * Whether a stored auth key can be known to the datacenters of this host. One that was made with other servers (a box that
 * has begun anew, another box, Telegram itself) must not be tried: they would say that it is unknown, as of a dead key.
 */
import { hexOf, SessionStateError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { StoredSession } from './stored-session.ts'

/** Why the account's key is not to be used here, if so. Keys of which nothing is known are. */
export function keyOfOtherServers(host: Host, stored: StoredSession): SessionStateError | undefined {
  // A key without an account is no loss: another one is made when it turns out to be unknown.
  if (stored.userId === undefined) return undefined
  const fingerprint = stored.key(stored.dc)?.fingerprint
  if (fingerprint === undefined || host.serverKeys.has(fingerprint)) return undefined
  return new SessionStateError(
    'KEY_OF_OTHER_SERVERS',
    `session ${stored.id} was made with servers whose RSA key has the fingerprint ${hexOf([fingerprint])}, and this ` +
      `host knows ${hexOf([...host.serverKeys])}: give it the dcs and publicKeys that the session was made with`,
  )
}
