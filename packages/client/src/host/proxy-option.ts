/** Proxies as programs give them: for the whole host, for each session by a function, or for one session. */
import { type ProxyServer, parseProxyLink } from '@telegram-mt/net'
import { ConfigurationError } from '../errors.ts'
import type { Transport } from './network.ts'
import { proxyFromJson, proxyToJson } from './proxy-json.ts'

/**
 * A link (`tg://proxy?…`, `https://t.me/socks?…`, `socks5://user:password@host:port`, `http://host:port`), the same taken
 * apart, or `null` for none at all.
 */
export type ProxyOption = string | ProxyServer | null

/** Which session asks for a proxy. */
export interface ProxyUser {
  readonly id: string
  /** The account; undefined before it has signed in. */
  readonly userId: number | undefined
}

/** One proxy for all sessions, or a function that is asked each time a session connects; it may know each account's own. */
export type HostProxyOption = ProxyOption | ((session: ProxyUser) => ProxyOption | undefined)

/**
 * The proxy that is meant.
 * @throws ProxyLinkError saying what is wrong, without the secrets in it; ConfigurationError `OPTION_INVALID` if it cannot carry
 * what is to go through it.
 */
export function proxyFrom(
  option: ProxyOption | undefined,
  transport: Transport = 'tcp',
): ProxyServer | undefined {
  const proxy = typeof option === 'string' ? parseProxyLink(option) : taken(option)
  if (proxy?.type === 'mtproxy' && transport !== 'tcp') {
    const message = `proxy is an MTProxy, which carries TCP only, and transport is '${transport}': expected SOCKS5 or HTTP, or transport: 'tcp'`
    throw new ConfigurationError('OPTION_INVALID', message)
  }
  return proxy
}

const taken = (option: ProxyServer | null | undefined): ProxyServer | undefined =>
  option == null ? undefined : proxyFromJson(proxyToJson(option))
