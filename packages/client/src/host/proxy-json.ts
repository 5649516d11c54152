/** A proxy as JSON, as it is stored with a session; `null` for going without one. What comes from outside is checked. */
import { ProxyLinkError, type ProxyServer } from '@telegram-mt/net'

export function proxyToJson(proxy: ProxyServer | undefined): string {
  return JSON.stringify(proxy ?? null, hexInPlaceOfBytes)
}

function hexInPlaceOfBytes(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  // A Buffer has already been made something else of.
  const before = this[key]
  return before instanceof Uint8Array ? Buffer.from(before).toString('hex') : value
}

/** @throws ProxyLinkError for anything that is no proxy, without repeating what may be secret */
export function proxyFromJson(stored: string): ProxyServer | undefined {
  let value: unknown
  try {
    value = JSON.parse(stored)
  } catch {
    // Said below.
  }
  if (value === null) return undefined
  const is = new Fields(value)
  const place = { host: is.text('host', 1), port: is.port() }
  const login = {
    ...(is.has('username') && { username: is.text('username') }),
    ...(is.has('password') && { password: is.text('password') }),
  }
  switch (is.text('type')) {
    case 'socks5':
      return { type: 'socks5', ...place, ...login }
    case 'http':
      return {
        type: 'http',
        ...place,
        ...login,
        ...(is.has('tls') && { tls: is.get('tls') === true }),
        ...(is.has('ca') && { ca: is.text('ca') }),
      }
    case 'mtproxy':
      return { type: 'mtproxy', ...place, secret: secretFrom(new Fields(is.get('secret'))) }
    default:
      throw invalid()
  }
}

function secretFrom(is: Fields) {
  const secret = new Uint8Array(Buffer.from(is.text('secret'), 'hex'))
  const kind = is.text('kind')
  if (secret.length !== 16) throw invalid()
  if (kind === 'plain' || kind === 'padded') return { kind, secret } as const
  if (kind === 'tls') return { kind, secret, domain: is.text('domain', 1) } as const
  throw invalid()
}

/** Of a value that can be anything. */
class Fields {
  readonly #fields: ReadonlyMap<string, unknown>

  constructor(value: unknown) {
    this.#fields = new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  }

  has(name: string): boolean {
    return this.#fields.has(name)
  }

  get(name: string): unknown {
    return this.#fields.get(name)
  }

  text(name: string, least = 0): string {
    const value = this.get(name)
    if (typeof value !== 'string' || value.length < least) throw invalid()
    return value
  }

  port(): number {
    const value = this.get('port')
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_535) throw invalid()
    return value
  }
}

function invalid(): ProxyLinkError {
  return new ProxyLinkError(
    'no proxy: a link, or type (socks5, http, mtproxy), host, port and what belongs to its type, was expected',
  )
}
