/** Proxies as programs give them: for the whole host, for each session by a function, or for one session. */
import { type ProxyServer, parseProxyLink } from '@telegram-mt/net'
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

/** @throws ProxyLinkError saying what is wrong, without the secrets in it. */
export function proxyFrom(option: ProxyOption | undefined): ProxyServer | undefined {
  if (typeof option === 'string') return parseProxyLink(option)
  return option == null ? undefined : proxyFromJson(proxyToJson(option))
}
