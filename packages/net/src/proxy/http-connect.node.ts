// HTTP CONNECT over a socket that is connected to the proxy; the request is node:http's.

import { request } from 'node:http'
import type { Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { ConnectError } from '../errors.ts'
import { hostPort, type TcpAddress } from '../tcp.node.ts'
import { describeProxy, type HttpProxy } from './proxy.ts'

/**
 * Asks the proxy for a tunnel to `target`. Names are resolved by the proxy.
 * @throws ConnectError PROXY_AUTH_FAILED (407), PROXY_REFUSED (other refusals), PROXY_FAILED
 */
export function httpConnect(socket: Socket, proxy: HttpProxy, target: TcpAddress): Promise<Socket> {
  const { username, password, tls, ca } = proxy
  const authorization =
    username === undefined
      ? {}
      : { 'Proxy-Authorization': `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new ConnectError('PROXY_FAILED', `${describeProxy(proxy)}: ${error.message}`))
    const tunnel = request({
      method: 'CONNECT',
      path: hostPort(target),
      headers: { Host: hostPort(target), ...authorization },
      createConnection: () => {
        if (!tls) return socket.resume()
        // A name is told to the proxy (SNI) and checked against its certificate; an address has none to tell.
        const servername = /^[\d.]+$|:/.test(proxy.host) ? {} : { servername: proxy.host }
        return tlsConnect({ socket: socket.resume(), ...servername, ...(ca === undefined ? {} : { ca }) })
      },
    })
    tunnel.once('error', fail)
    tunnel.once('connect', (response, through: Socket, head) => {
      const status = response.statusCode ?? 0
      if (status >= 200 && status < 300) {
        through.pause()
        if (head.length > 0) through.unshift(head)
        resolve(through)
        return
      }
      through.destroy()
      const code = status === 407 ? 'PROXY_AUTH_FAILED' : 'PROXY_REFUSED'
      reject(new ConnectError(code, `${describeProxy(proxy)} answered with status ${status}`))
    })
    tunnel.end()
  })
}
