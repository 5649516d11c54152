/** A session as one string, to be taken along to another process or another library. Whoever holds the string holds the account. */
import { SessionStateError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { PortableAddress } from '../session-strings/portable-session.ts'
import { formatSessionString, type SessionStringFormat } from '../session-strings/session-string.ts'
import type { StoredSession } from './stored-session.ts'

/**
 * @throws SessionStateError `NO_AUTH_KEY` if no key was exchanged yet. @throws SessionStringError `SESSION_STRING_UNFIT` if
 * the format cannot hold this session.
 */
export function exportSession(
  stored: StoredSession,
  host: Host,
  format: SessionStringFormat = 'telegram-mt',
): string {
  const { dc, test, userId } = stored
  const key = stored.key(dc)
  if (key === undefined) {
    throw new SessionStateError(
      'NO_AUTH_KEY',
      'there is no auth key to export yet: connect the session first',
    )
  }
  const salt = key.salts[0]?.salt ?? 0n
  // Ours names the datacenter, and whoever reads it knows where that is; others want the address in the string.
  const address = format === 'telegram-mt' ? undefined : addressOf(host, dc)
  return formatSessionString({ dc, test, userId, authKey: key.authKey, salt, address }, format)
}

function addressOf(host: Host, dc: number): PortableAddress | undefined {
  const fits = host.dcs.get(dc).addresses.find(({ mediaOnly, cdn, secret }) => !mediaOnly && !cdn && !secret)
  return fits && { host: fits.host, port: fits.port }
}
