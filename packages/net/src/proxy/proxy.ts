// A proxy between us and Telegram, and the links by which people pass proxies on.
// https://core.telegram.org/api/links#mtproxy-links, https://core.telegram.org/api/links#socks5-proxy-links

import { FramingError, type ProxySecret, parseProxySecret } from '@telegram-mt/mtproto'
import { ProxyLinkError } from '../errors.ts'

/** SOCKS5 (RFC 1928), with a password if the proxy wants one (RFC 1929). */
export interface SocksProxy {
  readonly type: 'socks5'
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
}

/** HTTP CONNECT (RFC 9110, 9.3.6), with basic authorization if the proxy wants it. */
export interface HttpProxy {
  readonly type: 'http'
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
  /** The proxy itself is spoken to over TLS (`https://`). */
  readonly tls?: boolean
  /** Certificates to trust in place of the system's, PEM; for a proxy of one's own. */
  readonly ca?: string
}

/** MTProxy: takes obfuscated MTProto and passes it to the datacenter that is named inside. */
export interface MtProxy {
  readonly type: 'mtproxy'
  readonly host: string
  readonly port: number
  readonly secret: ProxySecret
}

/** A proxy of any kind, as `parseProxyLink` reads it from a link. */
export type ProxyServer = SocksProxy | HttpProxy | MtProxy

/** What may be shown of a proxy: no user name, password or secret. */
export function describeProxy(proxy: ProxyServer): string {
  const host = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host
  return `${proxy.type}://${host}:${proxy.port}`
}

const telegramHosts = new Set(['t.me', 'telegram.me', 'telegram.dog', 'www.t.me'])
const defaultPorts: Readonly<Record<string, number>> = { socks5: 1080, socks5h: 1080, http: 80, https: 443 }

/**
 * Reads a proxy link: `tg://proxy?server=…&port=…&secret=…`, `https://t.me/proxy?…`, `tg://socks?…`, `t.me/socks?…`,
 * `socks5://user:password@host:port`, `http://…`, `https://…` (the last two: HTTP CONNECT).
 * @throws ProxyLinkError saying what is wrong, without repeating what may be secret
 */
export function parseProxyLink(link: string): ProxyServer {
  const text = link.trim()
  if (text.length > 4096) throw new ProxyLinkError('a proxy link of more than 4096 characters')
  const bare = /^(www\.)?(t\.me|telegram\.me|telegram\.dog)\//i.test(text)
  const url = parseUrl(bare ? `https://${text}` : text)
  const scheme = url.protocol.slice(0, -1)
  if (scheme === 'tg') return fromQuery(url.host || url.pathname.replace(/^\/+/, ''), url.searchParams)
  if ((scheme === 'http' || scheme === 'https') && telegramHosts.has(url.hostname)) {
    return fromQuery(url.pathname.replace(/^\/|\/$/g, ''), url.searchParams)
  }
  const defaultPort = defaultPorts[scheme]
  if (defaultPort === undefined) {
    throw new ProxyLinkError(`"${scheme}:" is no kind of proxy: tg, socks5, http or https was expected`)
  }
  const host = hostOf(url.hostname)
  // The URL standard drops a port that is the scheme's own.
  const port = url.port === '' ? defaultPort : portOf(url.port)
  const credentials = credentialsOf(decoded(url.username), decoded(url.password))
  if (scheme.startsWith('socks')) return { type: 'socks5', host, port, ...credentials }
  return { type: 'http', host, port, ...credentials, ...(scheme === 'https' ? { tls: true } : {}) }
}

function parseUrl(text: string): URL {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) {
    throw new ProxyLinkError('a proxy link begins with tg://, https://t.me/, socks5://, http:// or https://')
  }
  try {
    return new URL(text)
  } catch {
    throw new ProxyLinkError('a proxy link that is no URL')
  }
}

function fromQuery(kind: string, query: URLSearchParams): ProxyServer {
  if (kind !== 'proxy' && kind !== 'socks' && kind !== 'http') {
    throw new ProxyLinkError('a Telegram link, but not to a proxy: proxy, socks or http was expected in it')
  }
  const host = hostOf(query.get('server') ?? '')
  const port = portOf(query.get('port') ?? '')
  if (kind === 'proxy') return { type: 'mtproxy', host, port, secret: secretOf(query.get('secret')) }
  const credentials = credentialsOf(query.get('user') ?? '', query.get('pass') ?? '')
  return { type: kind === 'socks' ? 'socks5' : 'http', host, port, ...credentials }
}

function secretOf(text: string | null): ProxySecret {
  if (text === null || text === '') throw new ProxyLinkError('a link to an MTProxy without a secret')
  try {
    // In a query "+" means a space, but links carry base64 unescaped.
    return parseProxySecret(text.replaceAll(' ', '+'))
  } catch (error) {
    throw error instanceof FramingError ? new ProxyLinkError(error.message) : error
  }
}

function hostOf(text: string): string {
  const host = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (host === '') throw new ProxyLinkError('a proxy link without a server')
  if (host.length > 255 || !/^[a-z0-9._:-]+$/i.test(host)) {
    throw new ProxyLinkError('the server in a proxy link is neither a host name nor an address')
  }
  return host
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new ProxyLinkError('a proxy link needs a port from 1 to 65535')
  return port
}

function credentialsOf(username: string, password: string): { username?: string; password?: string } {
  if (username === '' && password === '') return {}
  // RFC 1929 has one byte for each length.
  if (new TextEncoder().encode(username).length > 255 || new TextEncoder().encode(password).length > 255) {
    throw new ProxyLinkError('the user name or the password in a proxy link is longer than 255 bytes')
  }
  return { username, password }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ProxyLinkError('the user name or the password in a proxy link is wrongly escaped')
  }
}
