// TLS over a socket that is open already, straight or through a proxy.

import type { Socket } from 'node:net'
import { connect } from 'node:tls'

/**
 * A name is told to the server (SNI) and checked against its certificate; an address has none to tell.
 * @param ca certificates to trust in place of the system's, PEM
 */
export function encrypted(socket: Socket, host: string, ca: string | undefined): Socket {
  const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host }
  return connect({ socket: socket.resume(), ...named, ...(ca === undefined ? {} : { ca }) })
}
