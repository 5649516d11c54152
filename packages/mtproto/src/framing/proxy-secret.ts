/**
 * MTProxy secrets, as links and users give them: 16 bytes; with `dd` before them, the padded transport is wanted; with
 * `ee` before and a domain name after them, the connection is dressed as TLS to that domain.
 * https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
 */
import { FramingError } from './framing-error.ts'

/**
 * `secret`: the 16 bytes that go into the obfuscation keys. `plain`: with any transport; `padded`: with padded
 * intermediate; `tls`: the same inside fake TLS to `domain`.
 */
export type ProxySecret =
  | { kind: 'plain' | 'padded'; secret: Uint8Array }
  | { kind: 'tls'; secret: Uint8Array; domain: string }

/** As the official client: a domain name in a ClientHello that is not to stand out. */
const MAX_DOMAIN = 182

/** Reads a secret from hex or base64 (either alphabet). Throws PROXY_SECRET_INVALID, never showing the secret. */
export function parseProxySecret(text: string): ProxySecret {
  const bytes = bytesOf(text.trim())
  if (bytes.length === 16) return { kind: 'plain', secret: bytes }
  if (bytes.length === 17) {
    // "clients should default to the padded intermediate transport whenever an additional byte [...] is encountered"
    if (bytes[0] === 0xee) throw invalid('a TLS secret (ee) needs a domain name after its 16 bytes')
    return { kind: 'padded', secret: bytes.slice(1) }
  }
  if (bytes.length < 16) throw invalid(`${bytes.length} bytes, at least 16 were expected`)
  if (bytes[0] !== 0xee)
    throw invalid(`${bytes.length} bytes, but only a secret with the mark ee may have more than 17`)
  const name = bytes.subarray(17)
  if (name.length > MAX_DOMAIN) {
    throw invalid(`a domain name of ${name.length} bytes, at most ${MAX_DOMAIN} were expected`)
  }
  if (!name.every((byte) => byte > 0x20 && byte < 0x7f))
    throw invalid('the domain name is not printable ASCII')
  return { kind: 'tls', secret: bytes.slice(1, 17), domain: String.fromCharCode(...name) }
}

function bytesOf(text: string): Uint8Array {
  if (text.length > 1024) throw invalid('longer than 1024 characters')
  if (/^([0-9a-f]{2})+$/i.test(text)) {
    return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
      Number.parseInt(text.slice(i * 2, i * 2 + 2), 16),
    )
  }
  if (!/^[0-9a-z+/_-]+={0,2}$/i.test(text)) throw invalid('neither hex nor base64')
  const standard = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  if (standard.length % 4 === 1) throw invalid('base64 of an impossible length')
  return Uint8Array.from(atob(standard), (char) => char.charCodeAt(0))
}

function invalid(what: string): FramingError {
  return new FramingError('PROXY_SECRET_INVALID', `proxy secret: ${what}`)
}
