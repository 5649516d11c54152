// The way to an open link: first the host's gates, then the dialling, within its time.

import type { Ticket } from './connect-limiter.ts'
import type { ConnectionHost } from './connection-host.ts'
import { ConnectError } from './errors.ts'
import type { Dial, Link } from './link.ts'

export interface OpenLinkOptions<Address> {
  host: ConnectionHost
  address: Address
  dial: Dial<Address>
  /** One session at one address. */
  limitKey: string
  ticket: Ticket
  /** A key will be exchanged over the link: that has a gate of its own, to be passed before a socket is held open. */
  forKeyExchange: boolean
  /** It is not its turn yet: called once for each gate at which the attempt has to wait. */
  onHeld(): void
}

export interface OpenedLink {
  link: Link
  /** To be called when the key exchange is over. */
  leaveGate: (() => void) | undefined
}

/**
 * Opens a link, or leaves nothing behind.
 * @throws the abort's reason; CONNECT_TIMEOUT; what the dialling throws
 */
export async function openLink<Address extends { host: string; port: number }>(
  { host, address, dial, limitKey, ticket, forKeyExchange, onHeld }: OpenLinkOptions<Address>,
  attempt: AbortController,
): Promise<OpenedLink> {
  const { signal } = attempt
  const { limiter, wheel, times } = host
  const turn = <T>(gate: Promise<T>): Promise<T> => {
    if (ticket.waiting !== undefined) onHeld()
    return gate
  }
  const leaveGate = forKeyExchange ? await turn(limiter.keyExchange(signal, ticket)) : undefined
  try {
    await turn(limiter.connect(limitKey, signal, ticket))
    signal.throwIfAborted()
    // The time at the gates does not count: only the address answers for what comes now.
    const timer = wheel.after(times.connect, () =>
      attempt.abort(
        new ConnectError(
          'CONNECT_TIMEOUT',
          `${address.host}:${address.port}: no connection within ${times.connect} ms`,
        ),
      ),
    )
    try {
      const link = await dial(address, signal)
      if (signal.aborted) link.destroy()
      signal.throwIfAborted()
      return { link, leaveGate }
    } finally {
      wheel.cancel(timer)
    }
  } catch (error) {
    leaveGate?.()
    throw error
  }
}
