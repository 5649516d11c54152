/** What stands at an address as a source for uploads: fetched here, and sent on as it comes. */
import { MediaError } from './errors.ts'
import type { OpenSource } from './open-source.ts'
import { openFileUrl } from './path-source.node.ts'

const FETCHED = new Set(['http:', 'https:', 'data:', 'blob:'])

/**
 * @throws MediaError `URL_INVALID` nothing can be fetched from such an address; `URL_UNREACHABLE` nothing came from this one;
 * for `file:` as for paths; the signal's reason.
 */
export async function openUrl(url: URL, signal?: AbortSignal | undefined): Promise<OpenSource> {
  if (url.protocol === 'file:') return await openFileUrl(url)
  if (!FETCHED.has(url.protocol)) {
    throw new MediaError(
      'URL_INVALID',
      `files are fetched from http, https, data, blob and file addresses, not from ${url.protocol}`,
    )
  }
  const response = await fetched(url, signal)
  const { body, headers } = response
  if (!response.ok || body === null) {
    throw new MediaError('URL_UNREACHABLE', `${placeOf(url)} answered with status ${response.status}`)
  }
  return {
    name: nameIn(url),
    size: sizeIn(headers),
    mimeType: headers.get('content-type')?.split(';', 1)[0]?.trim() || undefined,
    read: undefined,
    stream: () => body,
    // What is being read is cancelled by whoever reads it.
    close: () => (body.locked ? Promise.resolve() : body.cancel()),
  }
}

async function fetched(url: URL, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, signal && { signal })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new MediaError('URL_UNREACHABLE', `${placeOf(url)} cannot be fetched from`, { cause })
  }
}

/** Without its path and query: there may be keys in them. */
const placeOf = (url: URL): string => url.host || url.protocol

function nameIn(url: URL): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const last = url.pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last) || undefined
  } catch {
    return last
  }
}

/** Of what comes packed the length is that of the packet. */
function sizeIn(headers: Headers): number | undefined {
  const length = headers.get('content-length')
  if (length === null || headers.has('content-encoding')) return undefined
  return /^[0-9]{1,15}$/.test(length) ? Number(length) : undefined
}
