// A socket to an address, straight or through a proxy that carries any bytes.

import type { Socket } from 'node:net'
import { abortReason, ConnectError } from '../errors.ts'
import { connectSocket, type TcpAddress } from '../tcp.node.ts'
import { describeProxy, type HttpProxy, type SocksProxy } from './proxy.ts'

/**
 * Opens a socket whose far end is `target`; not read from yet.
 * @throws ConnectError; the signal's reason when aborted, also in the middle of a proxy's handshake
 */
export async function openSocket(
  target: TcpAddress,
  proxy: SocksProxy | HttpProxy | undefined,
  signal?: AbortSignal,
): Promise<Socket> {
  if (proxy === undefined) return connectSocket(target, { signal })
  let socket: Socket
  try {
    socket = await connectSocket(proxy, { signal })
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    throw new ConnectError(
      'PROXY_FAILED',
      `${describeProxy(proxy)} cannot be reached: ${error.message}`,
      error,
    )
  }
  const onAbort = () => socket.destroy()
  signal?.addEventListener('abort', onAbort)
  try {
    // Loaded when first used: most programs have no proxy.
    if (proxy.type === 'socks5') {
      const { socksConnect } = await import('./socks.node.ts')
      return await socksConnect(socket, proxy, target)
    }
    const { httpConnect } = await import('./http-connect.node.ts')
    return await httpConnect(socket, proxy, target)
  } catch (error) {
    socket.destroy()
    throw signal?.aborted ? abortReason(signal) : error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
