// Opens links to datacenters: the transport, the obfuscation and the proxy put together.

import { clientFraming, type TransportName } from '@telegram-mt/mtproto'
import { ConnectError } from './errors.ts'
import { type Dial, FramedLink, type Link } from './link.ts'
import { openSocket } from './proxy/open-socket.node.ts'
import type { MtProxy, ProxyServer } from './proxy/proxy.ts'
import { connectTcp, hostPort, type TcpAddress, TcpStream } from './tcp.node.ts'

export interface DialAddress extends TcpAddress {
  /** The secret that this address wants in the obfuscation, 16 bytes. */
  secret?: Uint8Array | undefined
  /** Only reachable through the obfuscated transport. */
  obfuscatedOnly?: boolean | undefined
}

export interface TcpDialOptions {
  /** The DC as a proxy is told it: +10000 on the test environment, negative for media. */
  dc: number
  /** Default `intermediate`. An MTProxy's secret may demand another. */
  transport?: TransportName | undefined
  /** Default true. */
  obfuscated?: boolean | undefined
  proxy?: ProxyServer | undefined
  random: (length: number) => Uint8Array
}

/** Links over TCP. */
export function tcpDial(options: TcpDialOptions): Dial<DialAddress> {
  const { dc, random, proxy } = options
  const transport = options.transport ?? 'intermediate'
  const obfuscated = options.obfuscated ?? true
  if (proxy?.type === 'mtproxy') return mtproxyDial(proxy, options)
  return async (address, signal): Promise<Link> => {
    const socket = await openSocket(address, proxy, signal)
    const { secret } = address
    const framing = clientFraming(secret === undefined ? transport : 'padded', {
      obfuscated: secret !== undefined ? { secret, dc } : obfuscated || address.obfuscatedOnly === true,
      random,
    })
    return new FramedLink(new TcpStream(socket, hostPort(address)), framing)
  }
}

// The proxy finds the datacenter by the number in the obfuscation header, so the address does not matter.
function mtproxyDial(proxy: MtProxy, { dc, random, transport }: TcpDialOptions): Dial<DialAddress> {
  const { kind, secret } = proxy.secret
  return async (_address, signal): Promise<Link> => {
    const stream = await connectTcp(proxy, { signal })
    if (kind === 'tls') {
      stream.destroy()
      throw new ConnectError('PROXY_FAILED', 'fake TLS')
    }
    const name = kind === 'padded' ? 'padded' : (transport ?? 'intermediate')
    return new FramedLink(stream, clientFraming(name, { obfuscated: { secret, dc }, random }))
  }
}
