// SOCKS5 over a socket that is connected to the proxy; the handshake is the library's.

import type { Socket } from 'node:net'
import { SocksClient } from 'socks'
import { ConnectError } from '../errors.ts'
import type { TcpAddress } from '../tcp.node.ts'
import { describeProxy, type SocksProxy } from './proxy.ts'

/**
 * Asks the proxy for a connection to `target`. Names are resolved by the proxy.
 * @throws ConnectError PROXY_AUTH_FAILED, PROXY_REFUSED, PROXY_FAILED
 */
export async function socksConnect(socket: Socket, proxy: SocksProxy, target: TcpAddress): Promise<Socket> {
  const { username, password } = proxy
  socket.resume()
  try {
    await SocksClient.createConnection({
      command: 'connect',
      destination: target,
      proxy: {
        host: proxy.host,
        port: proxy.port,
        type: 5,
        ...(username === undefined ? {} : { userId: username, password: password ?? '' }),
      },
      existing_socket: socket,
    })
  } catch (error) {
    // Without the library's error as the cause: it carries the password.
    throw failure(proxy, error instanceof Error ? error.message : '')
  }
  return holdBack(socket)
}

// The library lets the socket flow in the next turn, whether anyone reads or not: what comes by then is put back.
function holdBack(socket: Socket): Promise<Socket> {
  return new Promise((resolve) => {
    const early: Uint8Array[] = []
    const onData = (chunk: Uint8Array) => void early.push(chunk)
    socket.on('data', onData)
    setImmediate(() => {
      socket.pause()
      socket.off('data', onData)
      if (early.length > 0) socket.unshift(Buffer.concat(early))
      resolve(socket)
    })
  })
}

function failure(proxy: SocksProxy, message: string): ConnectError {
  if (/authentication/i.test(message)) {
    return new ConnectError('PROXY_AUTH_FAILED', `${describeProxy(proxy)} refused the user name or password`)
  }
  if (/rejected/i.test(message)) {
    return new ConnectError('PROXY_REFUSED', `${describeProxy(proxy)} could not connect: ${message}`)
  }
  return new ConnectError('PROXY_FAILED', `${describeProxy(proxy)}: ${message}`)
}
