// WebSocket in Node: the client through the ws library, straight or through a proxy.

import { WebSocket } from 'ws'
import { abortReason, ConnectError } from './errors.ts'
import { openSocket } from './proxy/open-socket.node.ts'
import type { HttpProxy, SocksProxy } from './proxy/proxy.ts'
import { encrypted } from './tls.node.ts'
import { WebSocketStream, webSocketProtocol } from './websocket-stream.ts'

export interface WebSocketOptions {
  signal?: AbortSignal | undefined
  proxy?: SocksProxy | HttpProxy | undefined
  /** Certificates to trust in place of the system's, PEM; for servers of one's own. */
  ca?: string | undefined
}

// A frame is a transport frame of at most 4 MiB and some, or a part of one.
const maxPayload = 8 << 20

/**
 * Connects to a `ws:` or `wss:` URL.
 * @throws ConnectError CONNECT_FAILED, PROXY_…; the signal's reason when aborted
 */
export async function connectWebSocket(
  url: string,
  options: WebSocketOptions = {},
): Promise<WebSocketStream> {
  const { signal, proxy, ca } = options
  const { protocol, hostname, port, host } = new URL(url)
  const secure = protocol === 'wss:'
  const bare = hostname.replace(/^\[|\]$/g, '')
  const target = { host: bare, port: Number(port || (secure ? 443 : 80)) }
  const socket = await openSocket(target, proxy, signal)
  return new Promise((resolve, reject) => {
    const webSocket = new WebSocket(url, webSocketProtocol, {
      // What is carried is encrypted and does not shrink.
      perMessageDeflate: false,
      maxPayload,
      createConnection: () => (secure ? encrypted(socket, bare, ca) : socket.resume()),
    })
    const settle = () => signal?.removeEventListener('abort', onAbort)
    const onAbort = () => fail(signal ? abortReason(signal) : new ConnectError('CONNECT_ABORTED', host))
    const fail = (error: Error) => {
      settle()
      socket.destroy()
      reject(error)
    }
    signal?.addEventListener('abort', onAbort)
    webSocket.on('error', (error) =>
      fail(new ConnectError('CONNECT_FAILED', `${host}: ${error.message}`, error)),
    )
    // Messages that come with the answer wait in the stream for their reader.
    const stream = new WebSocketStream(webSocket, host)
    webSocket.on('open', () => {
      settle()
      resolve(stream)
    })
    if (signal?.aborted) onAbort()
  })
}
