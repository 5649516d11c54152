// Opens links to datacenters: the transport, the obfuscation and the proxy put together.

import { clientFraming, proxyFraming, type TransportName } from '@telegram-mt/mtproto'
import { ConnectError } from './errors.ts'
import { type Dial, FramedLink, type Link } from './link.ts'
import { openSocket } from './proxy/open-socket.node.ts'
import type { ProxyServer } from './proxy/proxy.ts'
import { connectTcp, hostPort, type TcpAddress, TcpStream } from './tcp.node.ts'

export interface DialAddress extends TcpAddress {
  /** The DC that is there, as a proxy is told it: +10000 on the test environment, negative for media. */
  dc: number
  /** The secret that this address wants in the obfuscation, 16 bytes. */
  secret?: Uint8Array | undefined
  /** Only reachable through the obfuscated transport. */
  obfuscatedOnly?: boolean | undefined
}

export interface TcpDialOptions {
  /** Default `intermediate`. An MTProxy's secret decides by itself. */
  transport?: TransportName | undefined
  /** Default true. */
  obfuscated?: boolean | undefined
  proxy?: ProxyServer | undefined
  random: (length: number) => Uint8Array
}

/** Links over TCP, straight or through a proxy. */
export function tcpDial(options: TcpDialOptions): Dial<DialAddress> {
  const { random, proxy } = options
  return async (address, signal): Promise<Link> => {
    const { dc, secret } = address
    if (proxy?.type === 'mtproxy') {
      // The proxy finds the datacenter by the number in the obfuscation header: the address does not matter.
      return new FramedLink(await connectTcp(proxy, { signal }), proxyFraming(proxy.secret, { dc, random }))
    }
    const socket = await openSocket(address, proxy, signal)
    const framing =
      secret === undefined
        ? clientFraming(options.transport ?? 'intermediate', {
            obfuscated: (options.obfuscated ?? true) || address.obfuscatedOnly === true,
            random,
          })
        : clientFraming('padded', { obfuscated: { secret, dc }, random })
    return new FramedLink(new TcpStream(socket, hostPort(address)), framing)
  }
}

export interface HttpDialOptions {
  /** Not an MTProxy: those speak TCP only. */
  proxy?: ProxyServer | undefined
  /** Where the packets of an address are posted. Default: `http://host:port/api`, `/api_test` on the test environment. */
  url?: ((address: DialAddress) => string) | undefined
  /** Certificates to trust in place of the system's, PEM. */
  ca?: string | undefined
  random: (length: number) => Uint8Array
}

/** Links over HTTP, straight or through a proxy. https://core.telegram.org/mtproto/transports#http */
export function httpDial(options: HttpDialOptions): Dial<DialAddress> {
  const { random, proxy, ca } = options
  const url =
    options.url ??
    ((address: DialAddress) =>
      `http://${hostPort(address)}/api${Math.abs(address.dc) > 10_000 ? '_test' : ''}`)
  return async (address, signal): Promise<Link> => {
    if (proxy?.type === 'mtproxy') throw new ConnectError('PROXY_FAILED', 'an MTProxy carries no HTTP')
    // Loaded when first used: most programs speak TCP.
    const { connectHttp } = await import('./http-link.node.ts')
    return connectHttp(url(address), { signal, proxy, ca, random })
  }
}

export interface WebSocketDialOptions {
  /** Default `intermediate`; always obfuscated. */
  transport?: TransportName | undefined
  /** Not an MTProxy: those speak TCP only. */
  proxy?: ProxyServer | undefined
  /** The URL of an address. Default: `ws://host:port/apiws`; see `telegramWebSocketUrl` for Telegram's own. */
  url?: ((address: DialAddress) => string) | undefined
  /** Certificates to trust in place of the system's, PEM. */
  ca?: string | undefined
  random: (length: number) => Uint8Array
}

/** Links over WebSocket, straight or through a proxy. */
export function webSocketDial(options: WebSocketDialOptions): Dial<DialAddress> {
  const { random, proxy, ca } = options
  const url = options.url ?? ((address: DialAddress) => `ws://${hostPort(address)}/apiws`)
  return async (address, signal): Promise<Link> => {
    if (proxy?.type === 'mtproxy') throw new ConnectError('PROXY_FAILED', 'an MTProxy carries no WebSocket')
    // Loaded when first used: most programs speak TCP.
    const { connectWebSocket } = await import('./websocket.node.ts')
    const stream = await connectWebSocket(url(address), { signal, proxy, ca })
    const framing = clientFraming(options.transport ?? 'intermediate', {
      obfuscated: { dc: address.dc },
      random,
    })
    return new FramedLink(stream, framing)
  }
}
