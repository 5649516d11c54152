/** The framing that a proxy secret asks for. */
import { type ClientFraming, clientFraming } from './client-framing.ts'
import type { ProxySecret } from './proxy-secret.ts'
import { TlsClientFraming } from './tls/client-tls.ts'

export interface ProxyFramingOptions {
  /** The DC that the proxy shall connect to: 10000 added for test DCs, negative for media DCs. */
  dc: number
  random: (length: number) => Uint8Array
  maxPacket?: number | undefined
}

/**
 * A connection through an MTProxy. With a TLS secret, what `open` returns is to be written first, and packets only once
 * the framing is `ready`.
 */
export function proxyFraming(proxy: ProxySecret, options: ProxyFramingOptions): ClientFraming {
  const { dc, random, maxPacket } = options
  const obfuscated = { secret: proxy.secret, dc }
  const name = proxy.kind === 'plain' ? 'intermediate' : 'padded'
  const framing = clientFraming(name, { obfuscated, random, maxPacket })
  if (proxy.kind !== 'tls') return framing
  return new TlsClientFraming(framing, proxy.secret, proxy.domain, random)
}
